"""The facts that imports record."""

from django.utils.translation import gettext_lazy as _

from events.registry import kind

FINISHED = kind("import.finished", _("imported a file"), public=False)

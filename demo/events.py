"""That a database holds the demo company is part of its history."""

from django.utils.translation import gettext_lazy as _

from events.registry import kind

BEGUN = kind("demo.begun", _("began to tell the demo company"), public=False)
FINISHED = kind("demo.finished", _("finished telling the demo company"), public=False)

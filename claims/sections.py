"""What claims itself hangs into the frame: sections of its page and links of the shell."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from claims.pages import Tab, register_tab

register_tab(Tab("overview", _("Overview"), "claims:detail", 10))

"""My work in the frame: the first entry of the menu and the page behind the logo."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core import navigation
from core.actors import Actor
from worklist.selectors import count_work


def _count(request: HttpRequest) -> int | None:
    return count_work(Actor.of_request(request)) or None


navigation.register(
    navigation.NavItem(
        "work",
        _("My work"),
        "worklist:home",
        "inbox",
        10,
        count=_count,
        phone=True,
        key="m",
    )
)
navigation.register_shortcut("home", "worklist:home")

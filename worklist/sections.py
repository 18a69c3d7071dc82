"""My work in the frame: the first entry of the menu and the page behind the logo."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core import navigation
from core.actors import Actor
from worklist.selectors import waiting_rows


def _waiting(request: HttpRequest) -> list[QuerySet[Any]]:
    return waiting_rows(Actor.of_request(request))


navigation.register(
    navigation.NavItem(
        "work",
        _("My work"),
        "worklist:home",
        "inbox",
        10,
        rows=_waiting,
        count_words=_("to do"),
        phone=True,
        key="m",
    )
)
navigation.register_shortcut("home", "worklist:home")

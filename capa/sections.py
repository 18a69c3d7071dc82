"""What actions hang into the claim page, its history and the sidebar."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from capa import selectors
from capa.models import Action
from claims.history import Group, register_group, register_look
from claims.models import Claim
from claims.pages import Tab, register_tab
from claims.policies import can_see_work
from core import navigation
from core.actors import Actor


def _count(claim: Claim) -> str:
    count = selectors.count_of_claim(claim)
    return str(count) if count else ""


def _own(request: HttpRequest) -> list[QuerySet[Action]]:
    return [selectors.waiting_for(Actor.of_request(request))]


register_tab(Tab("actions", _("Actions"), "capa:tab", 30, count=_count, visible=can_see_work))
register_group(Group("actions", _("Actions"), 17))
register_look("action.", "clipboard-check", "actions")
register_look("no_action.", "clipboard-check", "actions")
navigation.register(
    navigation.NavItem(
        "actions",
        _("Actions"),
        "capa:list",
        "clipboard-check",
        30,
        rows=_own,
        count_words=_("to carry out yourself"),
        phone=True,
        key="a",
    )
)

"""What claims itself hangs into the frame: sections of its page and links of the shell."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from claims.models import Claim
from claims.pages import Tab, register_tab
from claims.policies import can_report_claim, can_see_deadlines
from claims.selectors import open_claims_of
from core import navigation
from core.actors import Actor


def _file_count(claim: Claim) -> str:
    count = claim.attachments.count()
    return str(count) if count else ""


def _own_open(request: HttpRequest) -> list[QuerySet[Claim]]:
    return [open_claims_of(Actor.of_request(request))]


def _may_report(user: Any) -> bool:
    return can_report_claim(Actor(user=user))


def _may_register(user: Any) -> bool:
    return bool(user.has_role(Role.HANDLER, Role.QUALITY_MANAGER))


def _may_see_deadlines(user: Any) -> bool:
    return can_see_deadlines(Actor(user=user))


register_tab(Tab("overview", _("Overview"), "claims:detail", 10))
register_tab(Tab("files", _("Files"), "claims:files", 80, count=_file_count))
register_tab(Tab("history", _("History"), "claims:history", 90))
navigation.register_shortcut("report", "claims:report", _may_report)
navigation.register_shortcut("new_claim", "claims:new", _may_register)
navigation.register_shortcut("search", "claims:list")
navigation.register(
    navigation.NavItem(
        "claims",
        _("Claims"),
        "claims:list",
        "list-details",
        20,
        rows=_own_open,
        count_words=_("your open ones"),
        phone=True,
        key="c",
    )
)
navigation.register(
    navigation.NavItem(
        "deadlines",
        _("Deadlines"),
        "deadlines:rules",
        "clock-cog",
        210,
        visible=_may_see_deadlines,
    )
)

"""What investigations hang into the claim page: the tab, the team and what is affected."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from claims.history import Group, register_group, register_look
from claims.models import Claim
from claims.pages import Panel, Tab, register_panel, register_tab
from claims.policies import can_see_work
from core.actors import Actor
from investigations import selectors
from investigations.panels import count_text
from investigations.policies import can_name_team


def _affected(request: HttpRequest, claim: Claim) -> str:
    sees = can_see_work(Actor.of_request(request), claim)
    traced = selectors.trace_lots(claim) if sees else []
    if not traced:
        return ""
    customers = {each.customer_id for row in traced for each in row.receipts}
    context = {"claim": claim, "traced": traced, "customer_count": len(customers)}
    return render_to_string("investigations/overview_affected.html", context, request)


def _team(request: HttpRequest, claim: Claim) -> str:
    actor = Actor.of_request(request)
    team = selectors.list_team(claim) if can_see_work(actor, claim) else []
    if not team:
        return ""
    may = can_name_team(actor, claim)
    context = {"claim": claim, "team": team, "can_name_team": may}
    return render_to_string("investigations/overview_team.html", context, request)


register_tab(
    Tab(
        "investigation",
        _("Investigation"),
        "investigations:tab",
        20,
        count=count_text,
        visible=can_see_work,
    )
)
register_panel(Panel("affected", "main", 30, _affected))
register_panel(Panel("team", "rail", 20, _team))
register_group(Group("facts", _("Facts and causes"), 15))
for _prefix, _icon in (
    ("investigation.", "search"),
    ("team.", "users"),
    ("source.", "list-check"),
    ("fact.", "file-check"),
    ("traceability.", "route"),
    ("affected_lot.", "packages"),
    ("is_is_not.", "scale"),
    ("cause.", "hierarchy-2"),
    ("why_chain.", "zoom-question"),
    ("why.", "zoom-question"),
    ("finding.", "flag"),
):
    register_look(_prefix, _icon, "facts")

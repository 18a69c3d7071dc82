"""The actions tab of the claim page: what it shows, and its HTML after something changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html

from capa import selectors
from capa.models import Action
from capa.policies import can_plan_actions, may_decide
from capa.states import OPEN_STATES, ActionKind, ActionState
from claims import pages as claim_pages
from claims.models import Claim
from core.actors import Actor

# The number on the open tab of the claim page.
TAB_COUNT = '<span hx-swap-oob="innerHTML:.cl-tabs [aria-current] .n">{}</span>'


def plan_context(actor: Actor, claim: Claim) -> dict[str, Any]:
    """The actions of a claim by kind, and the causes they are against."""
    actions = list(selectors.list_of_claim(claim))
    covered = selectors.list_covered_causes(claim)
    return {
        "groups": [(kind, [each for each in actions if each.kind == kind]) for kind in ActionKind],
        "actions": actions,
        "open_count": sum(each.state in OPEN_STATES for each in actions),
        "done_count": sum(each.state == ActionState.DONE for each in actions),
        "settled_count": sum(_is_settled(each) for each in actions),
        "covered": [
            (each, each.reason is not None and may_decide(actor, claim, each.reason))
            for each in covered
        ],
        "can_plan": can_plan_actions(actor, claim),
    }


def _is_settled(action: Action) -> bool:
    return action.settled_at is not None


def redraw_of(claim: Claim) -> Callable[[HttpRequest], str]:
    """The tab's content in place, the gate and the tab's number out of band."""

    def redraw(request: HttpRequest) -> str:
        actor = Actor.of_request(request)
        fresh = claim_pages.claim_of(request, claim.number)
        context = {"claim": fresh, "focus": True, **plan_context(actor, fresh)}
        content = render_to_string("capa/panel_actions.html", context, request)
        gate = {**claim_pages.gate_context(actor, fresh), "oob": True}
        count = format_html(TAB_COUNT, len(context["actions"]))
        return content + render_to_string("claims/gate.html", gate, request) + count

    return redraw


def tab_url(claim: Claim, anchor: str = "") -> str:
    """The tab, at one of its parts."""
    url = reverse("capa:tab", args=[claim.number])
    return f"{url}#{anchor}" if anchor else url

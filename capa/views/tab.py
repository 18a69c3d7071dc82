"""The actions tab of the claim page, and the dialogs opened from it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from capa import commands, selectors
from capa.forms import DecideForm, PlanForm
from capa.panels import plan_context, redraw_of, tab_url
from capa.policies import can_plan_actions, may_decide, require_may
from claims import pages
from claims.models import Claim
from claims.policies import can_see_work
from core.actors import Actor
from core.text import whole_number
from investigations.dialogs import Dialog, answer_dialog, on_claim
from investigations.forms import ReasonForm
from investigations.selectors import confirmed_causes


@login_required
@require_GET
def tab(request: HttpRequest, number: str) -> HttpResponse:
    """The actions of one claim by kind, and the causes they are against."""
    claim, actor = pages.claim_of(request, number), Actor.of_request(request)
    require_may(can_see_work(actor, claim))
    context = pages.claim_context(request, claim, "actions")
    context |= plan_context(actor, claim)
    return render(request, "capa/tab.html", context)


def _dialog(claim: Claim, **values: Any) -> Dialog:
    return Dialog(
        back=tab_url(claim, "actions"),
        redraw=redraw_of(claim),
        target="#actions",
        subject=claim.number,
        **values,
    )


@on_claim(can_plan_actions)
def plan(request: HttpRequest, actor: Actor, claim: Claim) -> HttpResponse:
    """A new action, against the cause named in the address if any."""
    cause = request.GET.get("cause", "")
    initial = {"cause": whole_number(cause)}
    dialog = _dialog(
        claim,
        title=_("New action"),
        submit=_("Plan the action"),
        form=PlanForm(request.POST or None, claim=claim, initial=initial),
        run=lambda data: commands.plan_action(actor=actor, claim=claim, **data),
        said=_("Action planned"),
    )
    return answer_dialog(request, dialog)


@on_claim(can_plan_actions)
def no_action(request: HttpRequest, actor: Actor, claim: Claim, pk: int) -> HttpResponse:
    """Why nothing is done against a cause."""
    cause = confirmed_causes(claim).get(pk=pk)
    dialog = _dialog(
        claim,
        title=_("No action against a cause"),
        submit=_("Send to the quality manager"),
        form=ReasonForm(request.POST or None),
        run=lambda data: commands.give_no_action_reason(
            actor=actor, claim=claim, cause=cause, **data
        ),
        intro=cause.text,
        said=_("Reason given"),
    )
    return answer_dialog(request, dialog)


@on_claim(lambda actor, claim: True)
def decide_no_action(request: HttpRequest, actor: Actor, claim: Claim, pk: int) -> HttpResponse:
    """Agree to no action, or ask for one."""
    given = selectors.list_no_action_reasons(claim).get(pk=pk)
    require_may(may_decide(actor, claim, given))
    dialog = _dialog(
        claim,
        title=_("No action against a cause?"),
        submit=_("Decide"),
        form=DecideForm(request.POST or None),
        run=lambda data: commands.decide_no_action(actor=actor, given=given, **data),
        intro=f"{given.cause.text}: {given.reason}",
        said=_("Decided"),
    )
    return answer_dialog(request, dialog)

"""Compensations and costs."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from claims import pages as claim_pages
from claims.models import Claim
from claims.views.parts import ShortForm, VersionForm, answer_short_form
from core import clock
from core.actors import Actor
from responses import agreement, commands, policies, selectors
from responses.forms.money import (
    CompensationDueForm,
    CompensationForm,
    CostForm,
    SettlementForm,
)
from responses.models import Compensation, CostEntry
from responses.states import CURRENCIES
from responses.views.parts import back_to, tab_url
from responses.views.tab import in_deciding_step

COST_NAMES = (
    "version", "kind", "spent_on", "amount", "currency", "hours", "rate", "document_no", "note",
    "recovered_from", "amount_recovered",
)  # fmt: skip


def _seen(request: HttpRequest, number: str) -> tuple[Actor, Claim]:
    """A claim whose sums the reader may see."""
    actor = Actor.of_request(request)
    claim = claim_pages.claim_of(request, number)
    policies.require_may(policies.can_see_money(actor, claim))
    return actor, claim


@login_required
def compensation(request: HttpRequest, number: str, pk: int | None = None) -> HttpResponse:
    """Promise the customer something, or change what was promised; later only by when."""
    actor, claim = _seen(request, number)
    policies.require_may(policies.can_decide(actor, claim))
    found = selectors.get_compensation(actor, claim, pk) if pk else None
    only_due = found is not None and not in_deciding_step(claim)
    kind = CompensationDueForm if only_due else CompensationForm
    form = kind(request.POST or None, initial=_promised(claim, found))
    voids = _("Approvals given so far become void, unless only the day changes.")
    short = ShortForm(
        title=_("Change the compensation") if found else _("Add a compensation"),
        submit=_("Save"),
        form=form,
        intro="" if only_due else voids,
        run=lambda data: commands.save_compensation(
            actor=actor,
            claim=claim,
            compensation=found,
            values=form.values(),
            version=data["version"] if found else None,
        ),
        done=_("Saved"),
        back=back_to(request, tab_url(claim, "compensation")),
    )
    return answer_short_form(request, claim, short)


def _promised(claim: Claim, found: Compensation | None) -> dict[str, Any]:
    if found is not None:
        names = ("version", "kind", "amount", "currency", "due_on", "note")
        return {name: getattr(found, name) for name in names}
    decision = agreement.decision_of(claim)
    if decision is None:
        return {"currency": CURRENCIES[0]}
    return {"currency": decision.currency, "amount": decision.total_accepted or None}


@login_required
def remove_compensation(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Take a promise back."""
    actor, claim = _seen(request, number)
    policies.require_may(policies.can_decide(actor, claim))
    found = selectors.get_compensation(actor, claim, pk)
    short = ShortForm(
        title=_("Remove the compensation"),
        submit=_("Remove"),
        form=VersionForm(request.POST or None, initial={"version": found.version}),
        intro=_("Approvals given so far become void."),
        run=lambda data: commands.remove_compensation(
            actor=actor, claim=claim, compensation=found, **data
        ),
        done=_("Removed"),
        back=back_to(request, tab_url(claim, "compensation")),
    )
    return answer_short_form(request, claim, short)


@login_required
def settle(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Finance notes the document under which it booked the compensation."""
    actor, claim = _seen(request, number)
    found = selectors.get_compensation(actor, claim, pk)
    policies.require_may(policies.can_settle(actor, found))
    today = clock.today()
    start = {"version": found.version, "document_date": today}
    short = ShortForm(
        title=_("Settle the compensation"),
        submit=_("Settle"),
        form=SettlementForm(request.POST or None, initial=start),
        run=lambda data: commands.settle_compensation(actor=actor, compensation=found, **data),
        done=_("Settled"),
        back=back_to(request, tab_url(claim, "compensation")),
    )
    return answer_short_form(request, claim, short)


@login_required
def costs(request: HttpRequest, number: str) -> HttpResponse:
    """Everything the claim cost, and what came back."""
    actor, claim = _seen(request, number)
    rows = selectors.list_costs(actor, claim)
    context = claim_pages.claim_context(request, claim, "response") | {
        "costs": rows,
        "totals": selectors.totals_of(rows),
        "may_enter": policies.can_enter_costs(actor, claim),
    }
    return render(request, "responses/costs.html", context)


@login_required
def cost(request: HttpRequest, number: str, pk: int | None = None) -> HttpResponse:
    """Enter a cost, or change it."""
    actor, claim = _seen(request, number)
    policies.require_may(policies.can_enter_costs(actor, claim))
    found = selectors.get_cost(actor, claim, pk) if pk else None
    form = CostForm(request.POST or None, initial=_entered(found))
    short = ShortForm(
        title=_("Change the cost") if found else _("Enter a cost"),
        submit=_("Save"),
        form=form,
        intro=_("Hours at a rate make the amount when none is entered."),
        run=lambda data: commands.save_cost(
            actor=actor,
            claim=claim,
            cost=found,
            values=form.values(),
            version=data["version"] if found else None,
        ),
        done=_("Saved"),
        back=reverse("responses:costs", args=[claim.number]),
    )
    return answer_short_form(request, claim, short)


def _entered(found: CostEntry | None) -> dict[str, Any]:
    if found is None:
        return {"currency": CURRENCIES[0], "spent_on": clock.today()}
    return {name: getattr(found, name) for name in COST_NAMES}


@login_required
def remove_cost(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Delete a cost that was entered by mistake."""
    actor, claim = _seen(request, number)
    policies.require_may(policies.can_enter_costs(actor, claim))
    found = selectors.get_cost(actor, claim, pk)
    short = ShortForm(
        title=_("Remove the cost"),
        submit=_("Remove"),
        form=VersionForm(request.POST or None, initial={"version": found.version}),
        intro=str(found),
        run=lambda data: commands.remove_cost(actor=actor, claim=claim, cost=found, **data),
        done=_("Removed"),
        back=reverse("responses:costs", args=[claim.number]),
    )
    return answer_short_form(request, claim, short)

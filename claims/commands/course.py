"""Samples, and the milestones that apps above report down to the claim."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from claims import clocks, events
from claims.clocks import DUE_FIELDS
from claims.commands import running
from claims.commands.base import locked_claim
from claims.commands.deadlines import note_moved
from claims.models import Claim, Sample
from claims.policies import can_investigate, require
from claims.states import Cause, ClockKind
from core import clock
from core.actors import Actor
from core.errors import InvalidInput, Stale
from core.models import changes_of
from events.commands import record

# Which clock stops when a milestone is reached.
MILESTONE_CLOCKS = {
    "acknowledged_at": ClockKind.ACKNOWLEDGEMENT,
    "contained_at": ClockKind.CONTAINMENT,
    "first_response_at": ClockKind.INITIAL_INVESTIGATION,
    "final_response_at": ClockKind.FINAL_RESPONSE,
    "root_cause_at": None,
}


def request_sample(*, actor: Actor, claim: Claim, quantity: Decimal, number: str = "") -> Sample:
    """Note that the customer was asked for samples. Raises NotPermitted, InvalidInput."""
    if quantity <= 0:
        raise InvalidInput({"quantity": _("The quantity is above zero.")})
    with locked_claim(claim) as fresh:
        require(can_investigate(actor, fresh))
        sample = Sample.objects.create(
            claim=fresh, quantity=quantity, number=number, requested_at=clock.now()
        )
        record(
            events.SAMPLE_REQUESTED,
            actor=actor,
            subject=sample,
            claim_id=fresh.pk,
            data={"quantity": quantity},
        )
    return sample


def update_sample(
    *,
    actor: Actor,
    claim: Claim,
    sample: Sample,
    values: dict[str, Any],
    version: int | None = None,
) -> Sample:
    """Note arrival (`received_on`, number), storage or disposition of a sample.

    Raises NotPermitted, Stale (the sample's version), InvalidInput for an arrival in the future.
    """
    arrival: date | None = values.get("received_on")
    if arrival is not None and arrival > clock.today():
        raise InvalidInput({"received_on": _("The day of arrival lies in the future.")})
    with locked_claim(claim) as fresh:
        require(can_investigate(actor, fresh))
        fresh_sample = Sample.objects.get(pk=sample.pk, claim=fresh)
        if version is not None and fresh_sample.version != version:
            raise Stale(fresh_sample, expected=version)
        changes = changes_of(fresh_sample, values)
        if changes:
            arrived = "received_on" in changes and changes["received_on"][0] is None
            record(
                events.SAMPLE_RECEIVED if arrived else events.SAMPLE_CHANGED,
                actor=actor,
                subject=fresh_sample,
                claim_id=fresh.pk,
                changes=changes,
            )
            fresh_sample.save_changes(*changes)
    return fresh_sample


def reach_milestone(*, actor: Actor, claim: Claim, milestone: str) -> None:
    """Note the moment of a milestone (first time only) and stop its clock.

    Called by commands of apps above, which hold the claim's lock and pass the locked claim.
    """
    kind = MILESTONE_CLOCKS[milestone]
    if getattr(claim, milestone) is not None:
        return
    setattr(claim, milestone, clock.now())
    moved = running.stop_clock(claim, kind) if kind is not None else {}
    if kind is not None:
        clocks.set_due(claim)
    record(
        events.MILESTONE_REACHED,
        actor=actor,
        subject=claim,
        claim_id=claim.pk,
        data={"milestone": milestone},
    )
    note_moved(actor=actor, claim=claim, moved=moved, cause=Cause.PAUSE)
    claim.save_changes(milestone, *DUE_FIELDS)


def note_facts(*, claim: Claim, **values: Any) -> None:
    """Keep a fact that an app above owns on the claim, for lists and sight (outcome, legal review).

    The caller holds the claim's lock, passes the locked claim and records its own event.
    """
    if changes_of(claim, values):
        claim.save_changes(*values)

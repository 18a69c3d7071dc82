"""The clocks of a claim start, stop, stand still and are counted anew.

Called by the commands that change what they depend on, under the claim's lock.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from claims.clocks import (
    STARTED_BY_RECEIPT,
    STEP_CLOCKS,
    WORKING_UNITS,
    Moved,
    Policies,
    copy_due,
    count,
    hold,
    pauses_of,
    plan_clock,
    read_pauses,
    running_clocks,
    set_due,
)
from claims.models import Claim, Clock, StepRecord
from claims.states import ClockKind
from core import clock
from masterdata.selectors import schedule_of

COUNTED = ("started_at", "due_at", "soon_at", "held_at", "amount", "unit", "policy_id")


def enter_step(claim: Claim, left: str) -> Moved:
    """Stop the clock of the step that was left, start that of the one entered; sets due instants.

    The final response runs from receipt, so entering step 7 starts nothing new. Claim is not saved.
    Returns what moved because a pause still ran when its clock was stopped.
    """
    left_kind, moved = STEP_CLOCKS.get(left), Moved()
    if left_kind is not None and left_kind != ClockKind.FINAL_RESPONSE:
        moved = stop_clock(claim, left_kind)
        if left_kind in moved:
            _note_step_due(claim, moved[left_kind][1])
    kind = STEP_CLOCKS.get(claim.step)
    if kind is None:
        moved |= _stop_all(claim)
    running = list(running_clocks(claim))
    if kind is not None and all(each.kind != kind for each in running):
        running += _begin(claim, kind)
    set_due(claim, running)
    return moved


def start_clock(claim: Claim, kind: ClockKind) -> None:
    """Start a clock, unless it runs already; what spans steps from receipt begins with receipt."""
    if not running_clocks(claim).filter(kind=kind).exists():
        _begin(claim, kind)


def _begin(claim: Claim, kind: ClockKind) -> list[Clock]:
    """The clock that begins now; none where no rule gives it a duration."""
    started = claim.received_at if kind == ClockKind.FINAL_RESPONSE else clock.now()
    policies, pauses = Policies.for_claims([claim])[claim.customer_id], read_pauses(claim)
    new = plan_clock(claim, kind, started, policies, schedule_of(claim.site), pauses.spans)
    if new is None:
        return []
    hold(new, pauses.open_since)
    new.save()
    return [new]


def stop_clock(claim: Claim, kind: ClockKind) -> Moved:
    """The thing was done now. Returns what moved, as `enter_step`."""
    running = running_clocks(claim).filter(kind=kind)
    if running.filter(held_at=None).update(stopped_at=clock.now()):
        return {}
    return _stop_held(claim, running)


def _stop_all(claim: Claim) -> Moved:
    running = running_clocks(claim)
    running.filter(held_at=None).update(stopped_at=clock.now())
    return _stop_held(claim, running)


def _stop_held(claim: Claim, clocks: Iterable[Clock]) -> Moved:
    """Stop clocks that a pause holds: it counts for them until now."""
    moved = Moved()
    for each in clocks:
        old = each.due_at
        count(each, schedule_of(claim.site), pauses_of(claim))
        each.stopped_at, each.held_at = clock.now(), None
        each.save(update_fields=["due_at", "soon_at", "held_at", "stopped_at"])
        if each.due_at != old:
            moved[each.kind] = [old, each.due_at]
        if each.kind == ClockKind.FINAL_RESPONSE:
            copy_due(claim, "response", each)
        if each.kind == STEP_CLOCKS.get(claim.step):
            _note_step_due(claim, each.due_at)
    return moved


def _note_step_due(claim: Claim, due_at: datetime | None) -> None:
    StepRecord.objects.filter(claim=claim, left_at=None).update(due_at=due_at)


def hold_clocks(claim: Claim, since: datetime) -> None:
    """A pause began: working clocks stand still, legal ones and others of calendar time run on."""
    running_clocks(claim).filter(unit__in=WORKING_UNITS).update(held_at=since)
    set_due(claim)


def recompute(claim: Claim) -> Moved:
    """Count all running clocks anew (severity, customer, pause, policy or calendar changed).

    A clock for which there is no rule now keeps its due instant. Returns what moved, for the event;
    sets the claim's due instants, which the caller saves.
    """
    policies = Policies.for_customer(claim.customer_id)
    schedule, pauses = schedule_of(claim.site), read_pauses(claim)
    running = list(running_clocks(claim))
    moved = Moved()
    for each in running:
        started = claim.received_at if each.kind in STARTED_BY_RECEIPT else each.started_at
        new = plan_clock(claim, each.kind, started, policies, schedule, pauses.spans)
        if new is None:
            new = Clock(started_at=started, amount=each.amount, unit=each.unit)
            count(new, schedule, pauses.spans)
        hold(new, pauses.open_since)
        if new.due_at != each.due_at:
            moved[each.kind] = [each.due_at, new.due_at]
        names = [name for name in COUNTED if getattr(each, name) != getattr(new, name)]
        for name in names:
            setattr(each, name, getattr(new, name))
        if names:
            each.save(update_fields=names)
    before = claim.step_due_at
    set_due(claim, running)
    if claim.step_due_at != before:
        _note_step_due(claim, claim.step_due_at)
    return moved

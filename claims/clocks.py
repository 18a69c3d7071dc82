"""Deadlines of a claim: which clocks run when, and until when.

Durations come from the deadline policies (customer's own before the general one), counted in the
working time of the site's calendar less the pauses. Source: process description §4.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from claims.models import Claim, Clock, DeadlinePolicy, DurationUnit, Pause, StepRecord
from claims.states import ClockKind, Severity, Step
from core import clock
from core.lateness import SOON_AFTER
from masterdata.selectors import schedule_of
from masterdata.worktime import WorkSchedule

# The clock that measures the stay in a step; the others span steps.
STEP_CLOCKS: dict[str, ClockKind] = {
    Step.RECEIPT: ClockKind.NOTIFICATION,
    Step.NOTIFICATION: ClockKind.CONFIRMATION,
    Step.REGISTRATION: ClockKind.REGISTRATION,
    Step.INITIAL_INVESTIGATION: ClockKind.INITIAL_INVESTIGATION,
    Step.FULL_INVESTIGATION: ClockKind.FULL_INVESTIGATION,
    Step.ANALYSIS: ClockKind.ANALYSIS,
    Step.RESPONSE: ClockKind.FINAL_RESPONSE,
    Step.MONITORING: ClockKind.EFFECTIVENESS,
}
FROM_RECEIPT = (ClockKind.ACKNOWLEDGEMENT, ClockKind.FINAL_RESPONSE, ClockKind.LEGAL)
STARTED_BY_RECEIPT = (STEP_CLOCKS[Step.RECEIPT], *FROM_RECEIPT)
# Until somebody judges the severity, the claim runs on the deadlines of the middle one.
UNJUDGED = Severity.MAJOR

WORKING_UNITS = (DurationUnit.WORKING_HOURS, DurationUnit.WORKING_DAYS)
# What a claim keeps of its clocks, to be saved by whoever calls what sets them.
DUE_FIELDS = (
    "step_due_at", "step_soon_at", "step_held_at",
    "response_due_at", "response_soon_at", "response_held_at",
)  # fmt: skip

PolicyKey = tuple[str, str]
Moved = dict[str, list[datetime | None]]
"""Which due instants moved: clock → old and new, as events keep it."""


@dataclass(frozen=True)
class Policies:
    """The deadline policies that hold for one customer, read once."""

    rows: dict[PolicyKey, DeadlinePolicy]

    @classmethod
    def for_customer(cls, customer_id: int | None) -> Policies:
        """General rows, overridden by the customer's own; one query."""
        return cls.for_customers({customer_id})[customer_id]

    @classmethod
    def for_claims(cls, claims: Sequence[Claim]) -> dict[int | None, Policies]:
        """By customer, those that hold for the claims as they are now; one query."""
        severities = {each.severity or UNJUDGED for each in claims}
        return cls.for_customers({each.customer_id for each in claims}, severity__in=severities)

    @classmethod
    def for_customers(
        cls, customer_ids: set[int | None], **conditions: Any
    ) -> dict[int | None, Policies]:
        """The same for many customers, still in one query."""
        found = DeadlinePolicy.objects.filter(
            Q(customer=None) | Q(customer__in=customer_ids - {None}), is_active=True, **conditions
        ).select_related("customer")
        rows: dict[int | None, dict[PolicyKey, DeadlinePolicy]] = defaultdict(dict)
        for each in found:
            rows[each.customer_id][each.clock, each.severity] = each
        return {customer: cls({**rows[None], **rows[customer]}) for customer in customer_ids}

    def find(self, kind: str, severity: str) -> DeadlinePolicy | None:
        """The policy of a clock for a severity; None when none is set (no such deadline)."""
        return self.rows.get((kind, severity or UNJUDGED))


def plan_clock(
    claim: Claim,
    kind: str,
    started_at: datetime,
    policies: Policies,
    schedule: WorkSchedule,
    pauses: Iterable[tuple[datetime, datetime]] = (),
) -> Clock | None:
    """An unsaved clock of that kind, or None when no policy gives it a duration."""
    policy = policies.find(kind, claim.severity)
    if policy is None:
        return None
    planned = Clock(
        claim=claim,
        kind=kind,
        started_at=started_at,
        amount=policy.amount,
        unit=policy.unit,
        policy=policy,
    )
    count(planned, schedule, list(pauses))
    return planned


def count(each: Clock, schedule: WorkSchedule, pauses: list[tuple[datetime, datetime]]) -> None:
    """Set when the clock runs out, and from when on it is due soon. Nothing is saved."""
    each.due_at = schedule.due(each.started_at, each.amount, each.unit, pauses=pauses)
    each.soon_at = schedule.part_way(
        each.started_at, each.due_at, each.unit, SOON_AFTER, pauses=pauses
    )


def first_clocks(claim: Claim, policies: Policies) -> list[Clock]:
    """The unsaved clocks that start with receipt; sets the claim's due instants."""
    schedule = schedule_of(claim.site)
    waived = {ClockKind.ACKNOWLEDGEMENT} if claim.acknowledgement_waiver else set()
    kinds = [each for each in STARTED_BY_RECEIPT if each not in waived]
    planned = (plan_clock(claim, kind, claim.received_at, policies, schedule) for kind in kinds)
    clocks = [each for each in planned if each is not None]
    set_due(claim, clocks)
    return clocks


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
    policies, pauses = Policies.for_claims([claim])[claim.customer_id], _read_pauses(claim)
    new = plan_clock(claim, kind, started, policies, schedule_of(claim.site), pauses.spans)
    if new is None:
        return []
    _hold(new, pauses.open_since)
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
            _copy(claim, "response", each)
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
    schedule, pauses = schedule_of(claim.site), _read_pauses(claim)
    running = list(running_clocks(claim))
    moved = Moved()
    for each in running:
        started = claim.received_at if each.kind in STARTED_BY_RECEIPT else each.started_at
        new = plan_clock(claim, each.kind, started, policies, schedule, pauses.spans)
        if new is None:
            new = Clock(started_at=started, amount=each.amount, unit=each.unit)
            count(new, schedule, pauses.spans)
        _hold(new, pauses.open_since)
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


COUNTED = ("started_at", "due_at", "soon_at", "held_at", "amount", "unit", "policy_id")


def running_clocks(claim: Claim) -> QuerySet[Clock]:
    """The clocks of the claim that nobody has stopped."""
    return Clock.objects.filter(claim=claim, stopped_at=None)


class Pauses(NamedTuple):
    """The pauses of a claim, an open one until now, and since when that has been open."""

    spans: list[tuple[datetime, datetime]]
    open_since: datetime | None


def _read_pauses(claim: Claim) -> Pauses:
    rows = list(Pause.objects.filter(claim=claim).values_list("started_at", "ended_at"))
    now = clock.now()
    open_since = next((start for start, end in rows if end is None), None)
    return Pauses([(start, end or now) for start, end in rows], open_since)


def pauses_of(claim: Claim) -> list[tuple[datetime, datetime]]:
    """The pauses so far; an open one lasts until now."""
    return _read_pauses(claim).spans


def open_pause_start(claim: Claim) -> datetime | None:
    """Since when the claim is paused; None when it is not."""
    found = Pause.objects.filter(claim=claim, ended_at=None)
    return found.values_list("started_at", flat=True).first()


def is_working(unit: str) -> bool:
    """Whether pauses stop a clock of this unit."""
    return unit in WORKING_UNITS


def set_due(claim: Claim, clocks: Iterable[Clock] | None = None) -> None:
    """Copy the instants of the running clocks to the claim, which is not saved.

    Those of the final response stay when it has gone out: lists say whether it was on time.
    """
    running = {each.kind: each for each in (running_clocks(claim) if clocks is None else clocks)}
    kind = STEP_CLOCKS.get(claim.step)
    _copy(claim, "step", running.get(kind) if kind else None)
    final = running.get(ClockKind.FINAL_RESPONSE)
    if claim.final_response_at is None and final is not None:
        _copy(claim, "response", final)


def _copy(claim: Claim, prefix: str, source: Clock | None) -> None:
    for name in ("due_at", "soon_at", "held_at"):
        setattr(claim, f"{prefix}_{name}", getattr(source, name) if source else None)


def _hold(each: Clock, since: datetime | None) -> None:
    held = since is not None and is_working(each.unit)
    each.held_at = max(since, each.started_at) if held and since else None

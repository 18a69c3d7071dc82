"""Deadlines of a claim: which clocks run when, and until when.

Durations come from the deadline policies (customer's own before the general one), counted in the
working time of the site's calendar less the pauses. Source: process description §4.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from claims.models import Claim, Clock, DeadlinePolicy, DurationUnit, Pause
from claims.states import ClockKind, Severity, Step
from core import clock
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

PolicyKey = tuple[str, str]


@dataclass(frozen=True)
class Policies:
    """The deadline policies that hold for one customer, read once."""

    rows: dict[PolicyKey, DeadlinePolicy]

    @classmethod
    def for_customer(cls, customer_id: int | None) -> Policies:
        """General rows, overridden by the customer's own; one query."""
        return cls.for_customers({customer_id})[customer_id]

    @classmethod
    def for_customers(cls, customer_ids: set[int | None]) -> dict[int | None, Policies]:
        """The same for many customers, still in one query."""
        found = DeadlinePolicy.objects.filter(
            Q(customer=None) | Q(customer__in=customer_ids - {None})
        )
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
    return Clock(
        claim=claim,
        kind=kind,
        started_at=started_at,
        due_at=schedule.due(started_at, policy.amount, policy.unit, pauses=list(pauses)),
        amount=policy.amount,
        unit=policy.unit,
        policy=policy,
    )


def first_clocks(claim: Claim, policies: Policies) -> list[Clock]:
    """The unsaved clocks that start with receipt; sets the claim's due instants."""
    schedule = schedule_of(claim.site)
    kinds = (STEP_CLOCKS[Step.RECEIPT], *FROM_RECEIPT)
    planned = (plan_clock(claim, kind, claim.received_at, policies, schedule) for kind in kinds)
    clocks = [each for each in planned if each is not None]
    _set_due(claim, clocks)
    return clocks


def enter_step(claim: Claim, left: str) -> None:
    """Stop the clock of the step that was left, start that of the one entered; sets due instants.

    The final response runs from receipt, so entering step 7 starts nothing new. Claim is not saved.
    """
    now = clock.now()
    left_kind = STEP_CLOCKS.get(left)
    if left_kind is not None and left_kind != ClockKind.FINAL_RESPONSE:
        stop_clock(claim, left_kind)
    kind = STEP_CLOCKS.get(claim.step)
    if kind is None:
        Clock.objects.filter(claim=claim, stopped_at=None).update(stopped_at=now)
    elif not Clock.objects.filter(claim=claim, kind=kind, stopped_at=None).exists():
        policies = Policies.for_customer(claim.customer_id)
        started = claim.received_at if kind == ClockKind.FINAL_RESPONSE else now
        new = plan_clock(claim, kind, started, policies, schedule_of(claim.site), pauses_of(claim))
        if new is not None:
            new.save()
    _set_due(claim, Clock.objects.filter(claim=claim, stopped_at=None))


def start_clock(claim: Claim, kind: ClockKind) -> None:
    """Start a clock that spans steps, unless it runs already."""
    if Clock.objects.filter(claim=claim, kind=kind, stopped_at=None).exists():
        return
    policies = Policies.for_customer(claim.customer_id)
    new = plan_clock(claim, kind, clock.now(), policies, schedule_of(claim.site), pauses_of(claim))
    if new is not None:
        new.save()


def stop_clock(claim: Claim, kind: ClockKind) -> None:
    """The thing was done now."""
    Clock.objects.filter(claim=claim, kind=kind, stopped_at=None).update(stopped_at=clock.now())


def recompute(claim: Claim) -> dict[str, list[datetime | None]]:
    """Count all running clocks anew (after severity, customer, pause or policy changed).

    Returns what moved as `{kind: [old, new]}` for the event; sets the claim's due instants.
    """
    policies = Policies.for_customer(claim.customer_id)
    schedule, pauses = schedule_of(claim.site), pauses_of(claim)
    running = {each.kind: each for each in Clock.objects.filter(claim=claim, stopped_at=None)}
    moved: dict[str, list[datetime | None]] = {}
    for kind, each in running.items():
        started = claim.received_at if kind in STARTED_BY_RECEIPT else each.started_at
        new = plan_clock(claim, kind, started, policies, schedule, pauses)
        if new is not None and new.due_at != each.due_at:
            moved[kind] = [each.due_at, new.due_at]
            each.started_at, each.due_at, each.amount = started, new.due_at, new.amount
            each.unit, each.policy = new.unit, new.policy
            each.save(update_fields=["started_at", "due_at", "amount", "unit", "policy"])
    _set_due(claim, running.values())
    return moved


def pauses_of(claim: Claim) -> list[tuple[datetime, datetime]]:
    """The pauses so far; an open one lasts until now."""
    now = clock.now()
    rows = Pause.objects.filter(claim=claim).values_list("started_at", "ended_at")
    return [(start, end or now) for start, end in rows]


def is_working(unit: str) -> bool:
    """Whether pauses stop a clock of this unit."""
    return unit in (DurationUnit.WORKING_HOURS, DurationUnit.WORKING_DAYS)


def _set_due(claim: Claim, clocks: Iterable[Clock]) -> None:
    due = {each.kind: each.due_at for each in clocks}
    kind = STEP_CLOCKS.get(claim.step)
    claim.step_due_at = due.get(kind) if kind else None
    if claim.final_response_at is None:
        claim.response_due_at = due.get(ClockKind.FINAL_RESPONSE, claim.response_due_at)

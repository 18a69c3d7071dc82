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

from claims.models import Claim, Clock, DeadlinePolicy, DurationUnit, Pause
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


def running_clocks(claim: Claim) -> QuerySet[Clock]:
    """The clocks of the claim that nobody has stopped."""
    return Clock.objects.filter(claim=claim, stopped_at=None)


class Pauses(NamedTuple):
    """The pauses of a claim, an open one until now, and since when that has been open."""

    spans: list[tuple[datetime, datetime]]
    open_since: datetime | None


def read_pauses(claim: Claim) -> Pauses:
    """Read once, for all clocks of the claim."""
    rows = list(Pause.objects.filter(claim=claim).values_list("started_at", "ended_at"))
    now = clock.now()
    open_since = next((start for start, end in rows if end is None), None)
    return Pauses([(start, end or now) for start, end in rows], open_since)


def pauses_of(claim: Claim) -> list[tuple[datetime, datetime]]:
    """The pauses so far; an open one lasts until now."""
    return read_pauses(claim).spans


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
    copy_due(claim, "step", running.get(kind) if kind else None)
    final = running.get(ClockKind.FINAL_RESPONSE)
    if claim.final_response_at is None and final is not None:
        copy_due(claim, "response", final)


def copy_due(claim: Claim, prefix: str, source: Clock | None) -> None:
    """Set the claim's instants called `prefix` to those of a clock, or to none."""
    for name in ("due_at", "soon_at", "held_at"):
        setattr(claim, f"{prefix}_{name}", getattr(source, name) if source else None)


def hold(each: Clock, since: datetime | None) -> None:
    """Let the clock stand still from then on if pauses stop it; nothing is saved."""
    held = since is not None and is_working(each.unit)
    each.held_at = max(since, each.started_at) if held and since else None

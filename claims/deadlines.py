"""Deadlines as pages show them: what they would be, and why they are what they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import get_language

from claims.clocks import (
    STARTED_BY_RECEIPT,
    Policies,
    is_working,
    pauses_of,
    plan_clock,
)
from claims.models import Claim, Clock
from claims.states import ClockKind
from masterdata.models import Site
from masterdata.selectors import schedule_of
from masterdata.worktime import Segment


@dataclass(frozen=True)
class Forecast:
    """When a clock would run out under what the form says now."""

    label: str
    due_at: datetime


def forecast(
    *,
    site: Site,
    customer_id: int | None,
    severity: str,
    received_at: datetime,
    claim: Claim | None = None,
) -> list[Forecast]:
    """The running clocks of a claim, or the first of a new one, counted with these values."""
    draft = Claim(site=site, customer_id=customer_id, severity=severity, received_at=received_at)
    policies, schedule = Policies.for_customer(customer_id), schedule_of(site)
    pauses = pauses_of(claim) if claim else []
    found = []
    for kind, started in _starts(claim, received_at):
        planned = plan_clock(draft, kind, started, policies, schedule, pauses)
        if planned is not None:
            found.append(Forecast(str(ClockKind(kind).label), planned.due_at))
    return sorted(found, key=lambda each: each.due_at)


def _starts(claim: Claim | None, received_at: datetime) -> Iterable[tuple[str, datetime]]:
    if claim is None:
        return [(kind, received_at) for kind in STARTED_BY_RECEIPT]
    running = Clock.objects.filter(claim=claim, stopped_at=None)
    return [
        (each.kind, received_at if each.kind in STARTED_BY_RECEIPT else each.started_at)
        for each in running
    ]


@dataclass(frozen=True)
class Explanation:
    """Why a deadline is when it is; `segments` is empty for clocks of calendar time."""

    clock: Clock
    segments: list[Segment]
    working_time: timedelta
    counts_working_time: bool


def explain(claim: Claim, clock: Clock) -> Explanation:
    """The stretches of working time, free days and pauses between start and due."""
    if not is_working(clock.unit):
        return Explanation(clock, [], timedelta(), counts_working_time=False)
    schedule = schedule_of(claim.site)
    language = (get_language() or "")[:2]
    segments = schedule.explain(clock.started_at, clock.due_at, pauses_of(claim), language)
    counted = sum((each.working_time for each in segments if each.kind == "counted"), timedelta())
    return Explanation(clock, segments, counted, counts_working_time=True)

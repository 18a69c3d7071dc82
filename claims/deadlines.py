"""Deadlines as pages show them: what they would be, and why they are what they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate

from django.utils.translation import get_language, gettext, ngettext

from claims.clocks import (
    STARTED_BY_RECEIPT,
    Policies,
    is_working,
    pauses_of,
    plan_clock,
)
from claims.models import Claim, Clock, DurationUnit, Pause
from claims.states import ClockKind
from masterdata.models import Site
from masterdata.selectors import schedule_of
from masterdata.worktime import Segment, SegmentKind

UNFOLDED = 10
"""A table of so many stretches is shown at once."""


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
class Row:
    """A stretch between start and due, and the working time counted up to its end."""

    segment: Segment
    total: timedelta

    @property
    def counted(self) -> str:
        """The working time of the stretch in words: "7 h 5 min"."""
        return worked(self.segment.working_time)

    @property
    def so_far(self) -> str:
        """The same of everything counted until then."""
        return worked(self.total)


@dataclass(frozen=True)
class Explanation:
    """Why a deadline is when it is; `segments` is empty for clocks of calendar time.

    `pauses` are those that began before it was due, whether or not they move it. While one holds
    it, `due_if_resumed` is the due instant that an end of the pause now would give.
    """

    clock: Clock
    segments: list[Segment]
    working_time: timedelta
    counts_working_time: bool
    pauses: list[Pause]
    due_if_resumed: datetime | None = None

    @property
    def duration(self) -> str:
        """How long the clock runs, by its rule."""
        return duration(self.clock.amount, self.clock.unit)

    @property
    def rows(self) -> list[Row]:
        """The segments with running totals."""
        counted = [
            each.working_time if each.kind == SegmentKind.COUNTED else timedelta()
            for each in self.segments
        ]
        return [Row(*each) for each in zip(self.segments, accumulate(counted), strict=True)]

    @property
    def is_long(self) -> bool:
        """Too long to be unfolded at first."""
        return len(self.segments) > UNFOLDED

    @property
    def counted(self) -> str:
        """The working time between start and due, pauses left out."""
        return worked(self.working_time)

    @property
    def days(self) -> int:
        """On how many days working time was counted."""
        return len({each.starts_at.date() for each in self._of(SegmentKind.COUNTED)})

    @property
    def paused(self) -> str:
        """The working time that pauses took; "" for none."""
        lost = sum((each.working_time for each in self._of(SegmentKind.PAUSED)), timedelta())
        return worked(lost) if lost else ""

    @property
    def named_days(self) -> list[Segment]:
        """Worked days that differ from their weekday: moved and shortened ones, each once."""
        found = {each.starts_at.date(): each for each in self.segments if each.note is not None}
        return list(found.values())

    def _of(self, kind: SegmentKind) -> list[Segment]:
        return [each for each in self.segments if each.kind == kind]


def explain(claim: Claim, clock: Clock) -> Explanation:
    """The stretches of working time, free days and pauses between start and due."""
    touching = [
        each
        for each in claim.pauses.all()
        if each.started_at < clock.due_at
        and (each.ended_at is None or each.ended_at > clock.started_at)
    ]
    if not is_working(clock.unit):
        return Explanation(clock, [], timedelta(), False, touching)
    schedule, pauses = schedule_of(claim.site), pauses_of(claim)
    language = (get_language() or "")[:2]
    # What a running pause takes is stored when it ends: until then the clock stands as it stood.
    known = [each for each in pauses if clock.held_at is None or each[0] < clock.held_at]
    segments = schedule.explain(clock.started_at, clock.due_at, known, language)
    counted = sum((each.working_time for each in segments if each.kind == "counted"), timedelta())
    resumed = None
    if clock.held_at is not None and not clock.is_late:
        resumed = schedule.due(clock.started_at, clock.amount, clock.unit, pauses)
    return Explanation(clock, segments, counted, True, touching, resumed)


def duration(amount: int, unit: str) -> str:
    """A duration in words: "4 working hours"."""
    match DurationUnit(unit):
        case DurationUnit.WORKING_HOURS:
            text = ngettext("%(n)d working hour", "%(n)d working hours", amount)
        case DurationUnit.WORKING_DAYS:
            text = ngettext("%(n)d working day", "%(n)d working days", amount)
        case DurationUnit.CALENDAR_HOURS:
            text = ngettext("%(n)d hour", "%(n)d hours", amount)
        case DurationUnit.CALENDAR_DAYS:
            text = ngettext("%(n)d calendar day", "%(n)d calendar days", amount)
    return text % {"n": amount}


def worked(length: timedelta) -> str:
    """Working time in hours and minutes, however many hours: "37 h 5 min"."""
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    if not hours:
        return gettext("%(minutes)d min") % {"minutes": minutes}
    if not minutes:
        return gettext("%(hours)d h") % {"hours": hours}
    return gettext("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}

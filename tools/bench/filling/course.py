"""How claims went: their way through the steps in time, up to now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from claims.clocks import FROM_RECEIPT, STEP_CLOCKS
from claims.models import DurationUnit
from claims.starters import DEADLINES
from claims.states import ClockKind, Severity, Step

# Median stay in each step in hours; the real ones scatter around it, a few by far.
STAYS = {
    Step.RECEIPT: 3,
    Step.NOTIFICATION: 5,
    Step.REGISTRATION: 14,
    Step.INITIAL_INVESTIGATION: 50,
    Step.FULL_INVESTIGATION: 130,
    Step.ANALYSIS: 140,
    Step.RESPONSE: 50,
    Step.MONITORING: 60 * 24,
}
FULL_WAY = (
    (Step.RECEIPT, "notify"), (Step.NOTIFICATION, "register"), (Step.REGISTRATION, "investigate"),
    (Step.INITIAL_INVESTIGATION, "investigate_fully"), (Step.FULL_INVESTIGATION, "analyse"),
    (Step.ANALYSIS, "respond"), (Step.RESPONSE, "monitor"), (Step.MONITORING, "close"),
)  # fmt: skip
SHORT_WAY = (
    *FULL_WAY[:3], (Step.INITIAL_INVESTIGATION, "answer_directly"), (Step.RESPONSE, "close"),
)  # fmt: skip
REWORKED_WAY = (
    *FULL_WAY[:5], (Step.ANALYSIS, "return_to_investigation"), (Step.FULL_INVESTIGATION, "analyse"),
    *FULL_WAY[5:],
)  # fmt: skip
CANCELLED_WAYS = tuple((*FULL_WAY[:n], (FULL_WAY[n][0], "cancel")) for n in (0, 2, 3))
# Working days and hours in calendar hours, roughly: nothing measured depends on the exact instant.
CALENDAR_HOURS = {
    DurationUnit.WORKING_HOURS: 24 / 8 * 7 / 5,
    DurationUnit.WORKING_DAYS: 24 * 7 / 5,
    DurationUnit.CALENDAR_HOURS: 1,
    DurationUnit.CALENDAR_DAYS: 24,
}
RANKS = (Severity.CRITICAL, Severity.MAJOR, Severity.MINOR)


@dataclass(slots=True)
class Stay:
    """One stay in a step; `by` is the transition that led there, `left` None while it lasts."""

    step: str
    entered: datetime
    left: datetime | None
    by: str = ""


@dataclass(slots=True)
class RanClock:
    """A clock of a claim; `stopped` None while it runs."""

    kind: str
    started: datetime
    due: datetime
    stopped: datetime | None
    amount: int
    unit: str

    @property
    def soon(self) -> datetime:
        """When three quarters of its time have passed."""
        return self.started + (self.due - self.started) * 3 / 4


@dataclass(slots=True)
class Course:
    """The way of one claim."""

    received: datetime
    severity: str
    stays: list[Stay]
    clocks: list[RanClock] = field(default_factory=list)

    @property
    def step(self) -> str:
        return self.stays[-1].step

    @property
    def is_open(self) -> bool:
        return self.step not in (Step.CLOSED, Step.CANCELLED)

    def left(self, step: str) -> datetime | None:
        """When the step was left for the first time."""
        return next((stay.left for stay in self.stays if stay.step == step and stay.left), None)

    def due(self, kind: str) -> datetime | None:
        """The due instant of a clock."""
        return next((each.due for each in reversed(self.clocks) if each.kind == kind), None)

    def soon(self, kind: str) -> datetime | None:
        """From when on that clock is due soon."""
        return next((each.soon for each in reversed(self.clocks) if each.kind == kind), None)


def receipts(count: int, now: datetime, years: int, chance: Random) -> Iterator[datetime]:
    """`count` moments of receipt in order, on working days, up to an hour ago."""
    start = now - timedelta(days=365 * years)
    span = (now - timedelta(hours=1) - start) / count
    last = start
    for number in range(count):
        moment = start + span * (number + chance.random())
        if moment.weekday() >= 5 and chance.random() < 0.9:
            moment -= timedelta(days=moment.weekday() - 4)
        last = max(last, moment)
        yield last


def run(received: datetime, now: datetime, chance: Random) -> Course:
    """Let one claim go its way until now."""
    severity = chance.choices(RANKS, (8, 37, 55))[0]
    course = Course(received, severity, [Stay(Step.RECEIPT, received, None)])
    for step, transition in _way(severity, chance):
        moment = course.stays[-1].entered + _stay(step, severity, chance)
        if moment >= now:
            break
        course.stays[-1].left = moment
        course.stays.append(Stay(_target(step, transition), moment, None, transition))
    if course.step in (Step.RECEIPT, Step.NOTIFICATION):
        course.severity = ""
    course.clocks = list(_clocks(course, severity))
    return course


def _way(severity: str, chance: Random) -> tuple[tuple[str, str], ...]:
    drawn = chance.random()
    if drawn < 0.04:
        return chance.choice(CANCELLED_WAYS)
    if drawn < 0.09:
        return REWORKED_WAY
    if severity == Severity.MINOR and drawn < 0.5:
        return SHORT_WAY
    return FULL_WAY


def _stay(step: str, severity: str, chance: Random) -> timedelta:
    faster = 0.6 if severity == Severity.CRITICAL and step != Step.MONITORING else 1
    # One in a hundred is forgotten for weeks.
    slower = 8 if chance.random() < 0.01 else 1
    return timedelta(hours=STAYS[Step(step)] * faster * slower * chance.lognormvariate(0, 0.5))


def _target(step: str, transition: str) -> str:
    if transition in ("close", "cancel"):
        return Step.CLOSED if transition == "close" else Step.CANCELLED
    return {
        "notify": Step.NOTIFICATION,
        "register": Step.REGISTRATION,
        "investigate": Step.INITIAL_INVESTIGATION,
        "investigate_fully": Step.FULL_INVESTIGATION,
        "answer_directly": Step.RESPONSE,
        "analyse": Step.ANALYSIS,
        "respond": Step.RESPONSE,
        "monitor": Step.MONITORING,
        "return_to_investigation": Step.FULL_INVESTIGATION,
    }[transition]


def _clocks(course: Course, severity: str) -> Iterator[RanClock]:
    ended = None if course.is_open else course.stays[-1].entered
    ends = {
        ClockKind.ACKNOWLEDGEMENT: course.left(Step.REGISTRATION) or ended,
        ClockKind.FINAL_RESPONSE: course.left(Step.RESPONSE) or ended,
        ClockKind.LEGAL: ended,
    }
    for kind in FROM_RECEIPT:
        yield from _clock(kind, course.received, ends[kind], severity)
    for stay in course.stays:
        own = STEP_CLOCKS.get(stay.step)
        if own is not None and own != ClockKind.FINAL_RESPONSE:
            yield from _clock(own, stay.entered, stay.left, severity)


def _clock(
    kind: ClockKind, started: datetime, stopped: datetime | None, severity: str
) -> Iterator[RanClock]:
    unit, *amounts = DEADLINES[kind]
    amount = amounts[RANKS.index(Severity(severity))]
    if amount is not None:
        due = started + timedelta(hours=amount * CALENDAR_HOURS[unit])
        yield RanClock(kind, started, due, stopped, amount, unit)

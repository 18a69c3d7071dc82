"""On which days, and in which hours of them, a site works."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from zoneinfo import ZoneInfo

from masterdata.public_holidays import (
    CountryYear,
    check_country,
    country_year,
    holiday_name,
)

Interval = tuple[time, time]
"""Local wall-clock times; an end of 00:00 is the midnight that ends the day."""
Week = tuple[tuple[Interval, ...], ...]
"""Seven days from Monday, each with its working intervals in order."""

FIVE_EIGHT_HOUR_DAYS: Week = (*(((time(9), time(13)), (time(14), time(18))),) * 5, (), ())
AROUND_THE_CLOCK: Week = (((time(0), time(0)),),) * 7

MIDNIGHT = time(0)
ONE_DAY = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_WEEKDAYS = tuple("0123456")


class DayKind(StrEnum):
    """How one day differs from the rule."""

    OFF = "off"
    WORKING = "working"
    SHORTENED = "shortened"


@dataclass(frozen=True)
class DayException:
    """One day that differs from the rule; it wins over week and public calendar alike.

    `minutes` is by how much a shortened day ends earlier. `name` is shown as the reason.
    """

    kind: DayKind
    minutes: int = 0
    name: str = ""


@dataclass(frozen=True)
class DayNote:
    """Why a worked day has not the hours of its weekday, or is worked at all.

    `minutes` is by how much it is shorter. `moved` says that a day off was moved away from it;
    `instead_of` is the day that is off in its place, where that is known. `name` is what the site's
    own exception says, `before` the holiday of which the day is the eve.
    """

    minutes: int = 0
    moved: bool = False
    instead_of: date | None = None
    name: str = ""
    before: str = ""


@dataclass(frozen=True)
class WorkingDays:
    """The rules of days: the week, then the public calendar over it, then the site's exceptions.

    `country` names the public-holiday calendar (`RU`, `DE`, `DE-BY`), None means none. `exceptions`
    must not change afterwards: compiled years are kept.
    """

    time_zone: str = "Europe/Moscow"
    country: str | None = "RU"
    week: Week = FIVE_EIGHT_HOUR_DAYS
    exceptions: Mapping[date, DayException] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        """Raise ValueError for a week without work or with intervals out of order."""
        if len(self.week) != 7 or not any(self.week):
            raise ValueError("A working week has seven days and at least one working interval.")
        for day in self.week:
            ends = [minutes for interval in day for minutes in _minutes(interval)]
            if any(not _in_order(*pair) for pair in enumerate(pairwise(ends))):
                raise ValueError("Working intervals of a day must be in order and not overlap.")
        if self.country is not None:
            check_country(self.country)

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def is_working_day(self, day: date) -> bool:
        """Whether any work is done on a local day."""
        return bool(self.wall_intervals(day))

    def working_intervals(self, day: date) -> list[tuple[datetime, datetime]]:
        """The working intervals of a local day as instants, in order; empty on a day off."""
        return [(self.local(start), self.local(end)) for start, end in self.instants(day)]

    def day_off_name(self, day: date, language: str = "") -> str:
        """The name of the holiday or exception that makes a day free, or "" for a plain weekend.

        Holidays are named in `language` (`en`) where translated, else in the country's language.
        """
        if (exception := self.exceptions.get(day)) is not None:
            return exception.name
        return holiday_name(self.country, day, language) if self.country else ""

    def note_of(self, day: date, language: str = "") -> DayNote | None:
        """What is special about a worked day; None for an ordinary one."""
        if (exception := self.exceptions.get(day)) is not None:
            moved = exception.kind == DayKind.WORKING
            return DayNote(exception.minutes, moved=moved, name=exception.name)
        public = self._public(day.year)
        minutes, moved = public.shortened.get(day, 0), day in public.extra_working_days
        if not minutes and not moved:
            return None
        eve = self.day_off_name(day + ONE_DAY, language) if minutes and not moved else ""
        return DayNote(minutes, moved, public.extra_working_days.get(day), before=eve)

    def wall_intervals(self, day: date) -> tuple[Interval, ...]:
        """The working intervals of a day by the wall clock, whatever rule decides."""
        own = self.week[day.weekday()]
        if (exception := self.exceptions.get(day)) is not None:
            match exception.kind:
                case DayKind.OFF:
                    return ()
                case DayKind.WORKING:
                    return own or self._standard_day
                case DayKind.SHORTENED:
                    return _shortened(own or self._standard_day, exception.minutes)
        public = self._public(day.year)
        if day in public.extra_working_days:
            swapped = public.extra_working_days[day]
            own = own or (self.week[swapped.weekday()] if swapped else ()) or self._standard_day
        elif day in public.days_off:
            return ()
        return _shortened(own, public.shortened.get(day, 0))

    def instants(self, day: date) -> tuple[tuple[int, int], ...]:
        """The working intervals of a day in microseconds since the epoch.

        Where a clock change skips an hour, wall-clock ends of two intervals can meet or cross; what
        is left is cut so that no instant is worked twice.
        """
        intervals: list[tuple[int, int]] = []
        free_from = self.midnight(day)
        for starts, ends in self.wall_intervals(day):
            end_day = day if ends > MIDNIGHT else day + ONE_DAY
            start = max(instant(datetime.combine(day, starts, tzinfo=self.zone)), free_from)
            end = instant(datetime.combine(end_day, ends, tzinfo=self.zone))
            if end > start:
                intervals.append((start, end))
                free_from = end
        return tuple(intervals)

    def midnight(self, day: date) -> int:
        """The instant at which a local day begins, in microseconds since the epoch."""
        return instant(datetime.combine(day, MIDNIGHT, tzinfo=self.zone))

    def local(self, microseconds: int) -> datetime:
        """An instant as an aware datetime in the schedule's time zone."""
        return (_EPOCH + timedelta(microseconds=microseconds)).astimezone(self.zone)

    @cached_property
    def _standard_day(self) -> tuple[Interval, ...]:
        """What a free weekday works when it is made a working day: the week's first working day."""
        return next(filter(None, self.week))

    def _public(self, year: int) -> CountryYear:
        return country_year(self.country, year) if self.country else CountryYear({}, {}, {})


def week_of(stored: Mapping[str, Iterable[tuple[str, str]]]) -> Week:
    """The stored week (`{"0": [["09:00", "13:00"], …]}`) as the schedule wants it.

    Raises ValueError or TypeError for anything else.
    """
    if not set(stored) <= set(_WEEKDAYS):
        raise ValueError("The days of a week are 0 (Monday) to 6.")
    return tuple(
        tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in stored.get(day, ()))
        for day in _WEEKDAYS
    )


def instant(moment: datetime) -> int:
    """Microseconds since the epoch. A datetime without time zone raises TypeError.

    Datetimes of one zone compare by wall clock, which is wrong in the hour that a clock change
    repeats; instants always compare right.
    """
    return (moment - _EPOCH) // _MICROSECOND


def _minutes(interval: Interval) -> tuple[int, int]:
    """Minutes since midnight of both ends."""
    start, end = interval
    return start.hour * 60 + start.minute, (end.hour * 60 + end.minute) or 24 * 60


def _in_order(position: int, pair: tuple[int, int]) -> bool:
    """Within an interval time must pass; one interval may begin where the last one ended."""
    earlier, later = pair
    return earlier <= later if position % 2 else earlier < later


def _shortened(intervals: tuple[Interval, ...], minutes: int) -> tuple[Interval, ...]:
    """The intervals with some minutes taken from the end of the day."""
    kept = list(intervals)
    while kept and minutes > 0:
        starts, ends = kept.pop()
        start, end = _minutes((starts, ends))
        if end - start > minutes:
            kept.append((starts, time(*divmod(end - minutes, 60))))
        minutes -= end - start
    return tuple(kept)

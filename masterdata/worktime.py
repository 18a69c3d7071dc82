"""Working-time arithmetic: when is something due, and why is it due then?

A `WorkSchedule` says when a site works. Its clocks run in working time only: a duration of eight
working hours is used up by the intervals in which the site works, wherever nights, weekends, public
holidays and pauses fall. Answers are aware datetimes in the schedule's time zone; the arithmetic is
done on instants, so a change to summer time inside a shift counts as the time really worked.

The n-th working day is counted without the day of the start: from a Thursday, working day 1 is the
Friday, at whatever hour the Thursday began, and even if that Thursday was a day off. A deadline of
working days ends when that day's work ends; a deadline of calendar days ends with the day itself.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import accumulate

from masterdata.workdays import (
    AROUND_THE_CLOCK,
    FIVE_EIGHT_HOUR_DAYS,
    ONE_DAY,
    DayException,
    DayKind,
    DayNote,
    Interval,
    Week,
    WorkingDays,
    instant,
)

__all__ = [
    "AROUND_THE_CLOCK",
    "FIVE_EIGHT_HOUR_DAYS",
    "DayException",
    "DayKind",
    "DayNote",
    "DurationUnit",
    "Interval",
    "Pause",
    "Segment",
    "SegmentKind",
    "Week",
    "WorkSchedule",
]

Pause = tuple[datetime, datetime]
"""From and to; an open pause is passed with the present as its end."""

HORIZON_YEARS = 100
_MINUTE = 60_000_000


class DurationUnit(StrEnum):
    """What a duration counts."""

    WORKING_HOURS = "working_hours"
    WORKING_DAYS = "working_days"
    CALENDAR_HOURS = "calendar_hours"
    CALENDAR_DAYS = "calendar_days"


class SegmentKind(StrEnum):
    """What the clock did during a stretch of time."""

    COUNTED = "counted"
    PAUSED = "paused"
    DAY_OFF = "day_off"


@dataclass(frozen=True)
class Segment:
    """A stretch between start and due: work of one day, a pause in it, or days off in a row.

    Nights and breaks belong to no segment or lie inside one; `working_time` leaves them out. It is
    the working time that was counted, or lost to the pause; there is none on days off. `reasons`
    names the holidays of days off; a plain weekend has none. `note` is set on a day whose hours are
    not those of its weekday.
    """

    kind: SegmentKind
    starts_at: datetime
    ends_at: datetime
    working_time: timedelta
    reasons: tuple[str, ...] = ()
    note: DayNote | None = None


@dataclass(frozen=True)
class _Year:
    """The worked days of one local year, compiled to instants for binary search."""

    ordinals: list[int]
    closing: list[int]
    """The end of work of each of those days."""
    intervals: list[tuple[int, int]]

    @cached_property
    def starts(self) -> list[int]:
        return [start for start, _ in self.intervals]

    @cached_property
    def worked_until(self) -> list[int]:
        """Working time of the year up to the end of each interval."""
        return list(accumulate(end - start for start, end in self.intervals))

    @property
    def total(self) -> int:
        return self.worked_until[-1] if self.worked_until else 0

    def worked_before(self, moment: int) -> int:
        """Working time of the year before an instant."""
        index = bisect_right(self.starts, moment) - 1
        if index < 0:
            return 0
        return self.worked_until[index] - max(self.intervals[index][1] - moment, 0)

    def moment_at(self, worked: int) -> int:
        """The earliest instant by which `worked` (0 < worked <= total) has been worked."""
        index = bisect_left(self.worked_until, worked)
        return self.intervals[index][1] - (self.worked_until[index] - worked)


class WorkSchedule(WorkingDays):
    """When a site works, and the arithmetic of its working time."""

    def add_working_minutes(self, start: datetime, minutes: int) -> datetime:
        """The earliest instant by which `minutes` have been worked since `start`."""
        return self.local(self._add(instant(start), _checked(minutes) * _MINUTE))

    def add_working_days(self, start: datetime, days: int) -> datetime:
        """The end of work on the n-th working day after the local day of `start`.

        With 0 days it is the end of work of that day, or of the next working day if it is free.
        """
        first_day = self.local(instant(start)).date()
        reached = first_day.toordinal() if _checked(days) else first_day.toordinal() - 1
        remaining = days or 1
        for year in self._years_from(first_day.year):
            index = bisect_right(year.ordinals, reached) + remaining - 1
            if index < len(year.closing):
                return self.local(year.closing[index])
            remaining = index + 1 - len(year.closing)
        raise ValueError(_TOO_LONG)

    def add_calendar_days(self, start: datetime, days: int) -> datetime:
        """The end (24:00) of the n-th local day after that of `start`."""
        day = self.local(instant(start)).date() + timedelta(days=_checked(days) + 1)
        return self.local(self.midnight(day))

    def working_time_between(self, start: datetime, end: datetime) -> timedelta:
        """The working time from `start` to `end`; nothing when `end` is not later."""
        return timedelta(microseconds=self._between(instant(start), instant(end)))

    def due(
        self, start: datetime, duration: int, unit: str, pauses: Iterable[Pause] = ()
    ) -> datetime:
        """When a clock of `duration` units started at `start` runs out; that instant is on time.

        Pauses shift clocks of working time by the working time they took before the clock ran out.
        Clocks of calendar time, the legal ones among them, run on. Raises ValueError for an unknown
        unit or a negative duration.
        """
        match DurationUnit(unit):
            case DurationUnit.CALENDAR_HOURS:
                return self.local(instant(start) + _checked(duration) * 60 * _MINUTE)
            case DurationUnit.CALENDAR_DAYS:
                return self.add_calendar_days(start, duration)
            case DurationUnit.WORKING_HOURS:
                unpaused = self.add_working_minutes(start, duration * 60)
            case DurationUnit.WORKING_DAYS:
                unpaused = self.add_working_days(start, duration)
        return self.local(self._paused(instant(unpaused), _merged(pauses, instant(start))))

    def part_way(
        self,
        start: datetime,
        due: datetime,
        unit: str,
        share: Fraction,
        pauses: Iterable[Pause] = (),
    ) -> datetime:
        """When `share` of the time of a clock from `start` to `due` has passed.

        A clock of working time passes while the site works and no pause holds it; one of calendar
        time always. `due` is what `due()` answers for the same pauses.
        """
        begin, end = instant(start), instant(due)
        if DurationUnit(unit) in (DurationUnit.CALENDAR_HOURS, DurationUnit.CALENDAR_DAYS):
            return self.local(begin + int((end - begin) * share))
        merged = _merged(pauses, begin)
        held = sum(self._between(a, min(b, end)) for a, b in merged)
        counted = int((self._between(begin, end) - held) * share)
        return self.local(self._paused(self._add(begin, counted), merged))

    def _paused(self, moment: int, pauses: list[tuple[int, int]]) -> int:
        """The instant to which pauses shift one that was counted without them."""
        for paused_from, paused_to in pauses:
            if paused_from >= moment:
                break
            moment = self._add(moment, self._between(paused_from, paused_to))
        return moment

    def explain(
        self, start: datetime, due: datetime, pauses: Iterable[Pause] = (), language: str = ""
    ) -> list[Segment]:
        """What a clock of working time did between `start` and `due`, in order.

        The counted working time of all segments is the working time between the two less pauses.
        Holidays are named in `language` where translated.
        """
        begin, end = instant(start), instant(due)
        merged = _merged(pauses, begin)
        segments: list[Segment] = []
        day = self.local(begin).date()
        while (midnight := self.midnight(day)) < end:
            tomorrow = self.midnight(day + ONE_DAY)
            if intervals := self.instants(day):
                inside = ((max(a, begin), min(b, end)) for a, b in intervals)
                worked = [(a, b) for a, b in inside if a < b]
                note = self.note_of(day, language)
                segments += (
                    replace(each, note=note) for each in self._worked_segments(worked, merged)
                )
            else:
                name = self.day_off_name(day, language)
                self._add_day_off(segments, max(midnight, begin), min(tomorrow, end), name)
            day += ONE_DAY
        return segments

    def _worked_segments(
        self, intervals: list[tuple[int, int]], pauses: list[tuple[int, int]]
    ) -> Iterator[Segment]:
        """The counted and paused stretches of one day; a break does not part a stretch."""
        kind, first, last, worked = SegmentKind.COUNTED, 0, 0, 0
        for start, end, paused in _pieces(intervals, pauses):
            piece = SegmentKind.PAUSED if paused else SegmentKind.COUNTED
            if worked and piece != kind:
                yield self._segment(kind, first, last, worked)
                worked = 0
            kind, first, last = piece, first if worked else start, end
            worked += end - start
        if worked:
            yield self._segment(kind, first, last, worked)

    def _segment(self, kind: SegmentKind, first: int, last: int, worked: int) -> Segment:
        return Segment(kind, self.local(first), self.local(last), timedelta(microseconds=worked))

    def _add_day_off(self, segments: list[Segment], start: int, end: int, name: str) -> None:
        """Append a day off, or lengthen the stretch of days off before it."""
        known: tuple[str, ...] = ()
        if segments and segments[-1].kind == SegmentKind.DAY_OFF:
            previous = segments.pop()
            start, known = instant(previous.starts_at), previous.reasons
        reasons = known if not name or name in known else (*known, name)
        segments.append(replace(self._segment(SegmentKind.DAY_OFF, start, end, 0), reasons=reasons))

    def _years_from(self, year: int) -> Iterator[_Year]:
        return (_compiled(self, number) for number in range(year, year + HORIZON_YEARS))

    def _add(self, start: int, worked: int) -> int:
        if not worked:
            return start
        moment = start
        for year in self._years_from(self.local(start).year):
            target = year.worked_before(moment) + worked
            if target <= year.total:
                return year.moment_at(target)
            worked = target - year.total
        raise ValueError(_TOO_LONG)

    def _between(self, start: int, end: int) -> int:
        if end <= start:
            return 0
        first, last = self.local(start).year, self.local(end).year
        whole = sum(_compiled(self, year).total for year in range(first, last))
        before = _compiled(self, first).worked_before(start)
        return whole + _compiled(self, last).worked_before(end) - before


_TOO_LONG = f"The duration is longer than {HORIZON_YEARS} years."


def _checked(duration: int) -> int:
    if duration < 0:
        raise ValueError("A duration cannot be negative.")
    return duration


@lru_cache(maxsize=256)
def _compiled(schedule: WorkSchedule, year: int) -> _Year:
    """The worked days of one local year; equal schedules share it."""
    compiled = _Year([], [], [])
    for ordinal in range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1):
        if intervals := schedule.instants(date.fromordinal(ordinal)):
            compiled.ordinals.append(ordinal)
            compiled.closing.append(intervals[-1][1])
            compiled.intervals.extend(intervals)
    return compiled


def _merged(pauses: Iterable[Pause], start: int) -> list[tuple[int, int]]:
    """Pauses as instants in order, overlaps joined, what lies before the start cut off."""
    merged: list[tuple[int, int]] = []
    for begin, end in sorted((max(instant(a), start), instant(b)) for a, b in pauses):
        if end <= begin:
            continue
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((begin, end))
    return merged


def _pieces(
    intervals: list[tuple[int, int]], pauses: list[tuple[int, int]]
) -> Iterator[tuple[int, int, bool]]:
    """The intervals cut at the borders of pauses: from, to, and whether it is paused."""
    for start, end in intervals:
        position = start
        for begin, finish in pauses:
            if finish <= position or begin >= end:
                continue
            if begin > position:
                yield position, begin, False
            yield max(begin, position), min(finish, end), True
            position = min(finish, end)
        if position < end:
            yield position, end, False

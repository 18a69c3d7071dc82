"""When to remind: the moments of a series, counted from start and due instant.

Half and three quarters are those of the working time, less pauses (of the plain time for clocks of
calendar time). "Three working days after" ends like every deadline of days, at the close of the
third working day after the day that was due.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from masterdata.worktime import Pause, SegmentKind, WorkSchedule
from notifications.levels import DAYS_AFTER, SHARES, Level

_MINUTE = timedelta(minutes=1)
# A deadline of calendar days ends at 24:00, which is the day before by the calendar of the next.
_MOMENT = timedelta(microseconds=1)


def moments_of(
    schedule: WorkSchedule,
    start: datetime,
    due: datetime,
    *,
    working: bool = True,
    pauses: Iterable[Pause] = (),
) -> dict[Level, datetime]:
    """The moment of every level; none but those after the due instant when it precedes `start`."""
    moments = {Level.DUE: due}
    pauses = list(pauses)
    if start < due:
        for level, share in SHARES.items():
            moments[level] = _share_of(schedule, start, due, share, working, pauses)
    for level, days in DAYS_AFTER.items():
        moments[level] = schedule.add_working_days(due - _MOMENT, days)
    return moments


def _share_of(
    schedule: WorkSchedule,
    start: datetime,
    due: datetime,
    share: float,
    working: bool,
    pauses: list[Pause],
) -> datetime:
    """The instant by which that share of the time has passed, to the full minute."""
    segments = schedule.explain(start, due, pauses) if working else []
    counted = [each for each in segments if each.kind == SegmentKind.COUNTED]
    total = sum((each.working_time for each in counted), timedelta())
    if not total:
        return start + (due - start) * share
    wanted = total * share
    for each in counted:
        if wanted <= each.working_time:
            return schedule.add_working_minutes(each.starts_at, wanted // _MINUTE)
        wanted -= each.working_time
    return due

from __future__ import annotations

import time as stopwatch
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from masterdata.worktime import (
    AROUND_THE_CLOCK,
    DayException,
    DayKind,
    DayNote,
    DurationUnit,
    SegmentKind,
    WorkSchedule,
)

MOSCOW = ZoneInfo("Europe/Moscow")
BERLIN = ZoneInfo("Europe/Berlin")
RUSSIAN = WorkSchedule()
GERMAN = WorkSchedule("Europe/Berlin", "DE")
NO_HOLIDAYS = WorkSchedule("Europe/Moscow", None)
NIGHT_SHIFTS = WorkSchedule(
    "Europe/Berlin", None, week=(((time(0), time(6)), (time(22), time(0))),) * 7
)
SCHEDULES = [RUSSIAN, GERMAN, NO_HOLIDAYS, NIGHT_SHIFTS]


def msk(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MOSCOW)


def spent(segments, kind: SegmentKind) -> timedelta:
    return sum((s.working_time for s in segments if s.kind == kind), timedelta())


def worked_minutes(schedule: WorkSchedule, day: date) -> int:
    spans = (end - start for start, end in schedule.working_intervals(day))
    return sum(spans, timedelta()) // timedelta(minutes=1)


# --- Exceptions and weeks ---------------------------------------------------------------------


def test_exceptions_win_over_week_and_public_calendar():
    schedule = WorkSchedule(
        exceptions={
            date(2026, 7, 15): DayException(DayKind.OFF, name="Plant shutdown"),
            date(2026, 1, 5): DayException(DayKind.WORKING),
            date(2026, 7, 18): DayException(DayKind.WORKING),
            date(2026, 4, 30): DayException(DayKind.WORKING),
            date(2026, 7, 20): DayException(DayKind.SHORTENED, minutes=270),
        }
    )
    assert not schedule.is_working_day(date(2026, 7, 15))
    assert schedule.day_off_name(date(2026, 7, 15)) == "Plant shutdown"
    assert worked_minutes(schedule, date(2026, 1, 5)) == 8 * 60
    assert worked_minutes(schedule, date(2026, 7, 18)) == 8 * 60, (
        "a Saturday takes a Monday's hours"
    )
    assert worked_minutes(schedule, date(2026, 4, 30)) == 8 * 60, "no longer a short day"
    ends = [end for _, end in schedule.working_intervals(date(2026, 7, 20))]
    assert ends == [msk("2026-07-20T12:30")], "the break is no work that could be taken away"


def test_equal_weeks_with_different_exceptions_are_kept_apart():
    closed = WorkSchedule(exceptions={date(2026, 7, 15): DayException(DayKind.OFF)})
    start = msk("2026-07-14T18:00")
    assert RUSSIAN.add_working_minutes(start, 60) == msk("2026-07-15T10:00")
    assert closed.add_working_minutes(start, 60) == msk("2026-07-16T10:00")


@pytest.mark.parametrize(
    "week",
    [
        ((),) * 7,
        (((time(9), time(18)),),) * 6,
        (((time(18), time(9)),),) * 7,
        (((time(9), time(13)), (time(12), time(18))),) * 7,
    ],
)
def test_impossible_weeks_are_refused(week):
    with pytest.raises(ValueError, match=r"week|intervals"):
        WorkSchedule(week=week)


def test_naive_datetimes_are_refused():
    with pytest.raises(TypeError):
        RUSSIAN.add_working_days(datetime(2026, 1, 12, 9), 1)


# --- Durations --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2024-04-25T10:00", 3, "2024-05-02T18:00"),
        ("2025-12-29T10:00", 5, "2026-01-15T18:00"),
        ("2026-11-20T23:30", 1, "2026-11-23T18:00"),
        ("2026-11-21T12:00", 1, "2026-11-23T18:00"),  # from a Saturday, Monday is the first
        ("2026-04-29T10:00", 1, "2026-04-30T17:00"),  # the eve of a holiday ends earlier
        ("2026-11-20T10:00", 0, "2026-11-20T18:00"),
        ("2026-11-21T10:00", 0, "2026-11-23T18:00"),
        ("2026-01-12T10:00", 247, "2027-01-11T18:00"),
    ],
)
def test_working_days(start, days, due):
    assert RUSSIAN.add_working_days(msk(start), days) == msk(due)


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        ("2026-11-24T10:00", 60, "2026-11-24T11:00"),
        ("2026-11-24T12:30", 60, "2026-11-24T14:30"),  # over the break
        ("2026-11-24T07:00", 60, "2026-11-24T10:00"),  # before work
        ("2026-11-24T09:00", 480, "2026-11-24T18:00"),  # used up when work ends, not next morning
        ("2026-11-20T17:00", 120, "2026-11-23T10:00"),  # over a weekend
        ("2026-04-30T16:30", 60, "2026-05-04T09:30"),  # short day, holiday, weekend
        ("2026-12-30T17:30", 60, "2027-01-11T09:30"),  # into the next year
        ("2026-11-21T12:00", 0, "2026-11-21T12:00"),
    ],
)
def test_working_minutes(start, minutes, due):
    assert RUSSIAN.add_working_minutes(msk(start), minutes) == msk(due)


def test_calendar_units_do_not_care_about_work_or_pauses():
    start, pause = msk("2026-12-30T10:15"), (msk("2026-12-30T11:00"), msk("2027-01-20T11:00"))
    assert RUSSIAN.due(start, 24, "calendar_hours", [pause]) == msk("2026-12-31T10:15")
    assert RUSSIAN.due(start, 30, "calendar_days", [pause]) == msk("2027-01-30T00:00")
    assert RUSSIAN.add_calendar_days(start, 0) == msk("2026-12-31T00:00"), "24:00 of that day"


def test_the_local_day_decides_not_the_utc_day():
    late_in_utc = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)  # 01:00 on the 24th in Moscow
    assert RUSSIAN.add_working_days(late_in_utc, 1) == msk("2026-11-25T18:00")
    assert RUSSIAN.add_calendar_days(late_in_utc, 1) == msk("2026-11-26T00:00")


@pytest.mark.parametrize("unit", DurationUnit)
def test_negative_durations_and_unknown_units_are_refused(unit):
    with pytest.raises(ValueError, match="negative"):
        RUSSIAN.due(msk("2026-11-24T10:00"), -1, unit)
    with pytest.raises(ValueError, match="fortnights"):
        RUSSIAN.due(msk("2026-11-24T10:00"), 1, "fortnights")


def test_a_duration_beyond_the_horizon_is_refused():
    with pytest.raises(ValueError, match="100 years"):
        NO_HOLIDAYS.add_working_days(msk("2026-11-24T10:00"), 30_000)


# What a person finds with the published production calendar in hand: the columns were filled in by
# hand, day by day. Moved Saturdays: 28.04.2018, 20.02.2021, 27.04.2024, 02.11.2024, 28.12.2024,
# 01.11.2025.
BY_HAND = [
    ("2024-04-26T17:55", 4, "working_hours", "2024-04-27T12:55"),  # five minutes, then Saturday
    ("2024-04-26T17:55", 8, "working_hours", "2024-04-27T17:55"),
    ("2024-04-26T17:55", 1, "working_days", "2024-04-27T18:00"),
    ("2024-04-26T17:55", 2, "working_days", "2024-05-02T18:00"),  # 28.04.–01.05. are off
    ("2024-04-25T10:00", 3, "working_days", "2024-05-02T18:00"),
    ("2025-10-31T17:55", 8, "working_hours", "2025-11-05T09:55"),  # a Saturday of seven hours
    ("2025-10-31T17:55", 1, "working_days", "2025-11-01T17:00"),
    ("2025-10-31T17:55", 2, "working_days", "2025-11-05T18:00"),  # 02.–04.11. are off
    ("2025-12-29T10:00", 5, "working_days", "2026-01-15T18:00"),
    ("2024-11-01T17:55", 1, "working_days", "2024-11-02T17:00"),
    ("2024-11-01T17:55", 2, "working_days", "2024-11-05T18:00"),
    ("2024-12-27T17:55", 1, "working_days", "2024-12-28T18:00"),  # for the 30th: a full day
    ("2024-12-27T17:55", 2, "working_days", "2025-01-09T18:00"),
    ("2021-02-19T17:55", 8, "working_hours", "2021-02-24T09:55"),  # seven hours on the 20th
    ("2018-04-27T17:55", 1, "working_days", "2018-04-28T17:00"),
    ("2018-04-27T17:55", 2, "working_days", "2018-05-03T18:00"),
    ("2024-02-22T16:30", 1, "working_hours", "2024-02-26T09:30"),  # a short Thursday
    ("2024-05-08T16:30", 1, "working_hours", "2024-05-13T09:30"),  # 09.–12.05. are off
    ("2025-04-30T16:00", 2, "working_hours", "2025-05-05T10:00"),  # 01.–04.05. are off
    ("2023-11-03T16:30", 1, "working_hours", "2023-11-07T09:30"),  # a short Friday, Monday off
    ("2026-03-06T17:00", 2, "working_hours", "2026-03-10T10:00"),  # no eve; the 9th is off
]


@pytest.mark.parametrize(("start", "duration", "unit", "due"), BY_HAND)
def test_due_as_a_person_with_the_calendar_finds(start, duration, unit, due):
    assert RUSSIAN.due(msk(start), duration, unit) == msk(due)


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


BERLIN_BY_HAND = [
    ("2026-03-27T17:00", 4, "working_hours", "2026-03-30T12:00"),  # summer time begins between
    ("2026-10-23T17:00", 4, "working_hours", "2026-10-26T12:00"),  # and ends
    ("2026-03-28T12:00", 24, "calendar_hours", "2026-03-29T13:00"),
    ("2026-10-24T12:00", 24, "calendar_hours", "2026-10-25T11:00"),
    ("2026-03-20T10:00", 30, "calendar_days", "2026-04-20T00:00"),
    ("2026-04-02T17:00", 2, "working_hours", "2026-04-07T10:00"),  # Good Friday to Easter Monday
    ("2026-04-02T10:00", 2, "working_days", "2026-04-08T18:00"),
    ("2026-12-24T10:00", 1, "working_days", "2026-12-28T18:00"),
]


@pytest.mark.parametrize(("start", "duration", "unit", "due"), BERLIN_BY_HAND)
def test_due_at_a_site_with_summer_time(start, duration, unit, due):
    assert GERMAN.due(berlin(start), duration, unit).astimezone(UTC) == berlin(due).astimezone(UTC)


# --- Pauses -----------------------------------------------------------------------------------


def test_a_pause_shifts_by_the_working_time_it_took():
    start = msk("2026-11-24T10:00")
    night = (msk("2026-11-24T18:00"), msk("2026-11-25T09:00"))
    over_break = (msk("2026-11-24T12:00"), msk("2026-11-24T15:00"))
    assert RUSSIAN.due(start, 4, "working_hours") == msk("2026-11-24T15:00")
    assert RUSSIAN.due(start, 4, "working_hours", [night]) == msk("2026-11-24T15:00")
    assert RUSSIAN.due(start, 4, "working_hours", [over_break]) == msk("2026-11-24T17:00")
    assert RUSSIAN.due(start, 1, "working_days", [over_break]) == msk("2026-11-26T11:00")


def test_a_pause_across_the_new_year_holidays():
    start = msk("2026-12-29T17:00")
    pause = (msk("2026-12-30T09:00"), msk("2027-01-12T09:00"))
    # 30 December and 11 January are the only two working days in it.
    assert RUSSIAN.due(start, 8, "working_hours") == msk("2026-12-30T17:00")
    assert RUSSIAN.due(start, 8, "working_hours", [pause]) == msk("2027-01-12T17:00")


def test_a_pause_across_a_moved_saturday_and_the_may_holidays():
    start = msk("2024-04-26T17:55")
    # Seven hours of the working Saturday and one of 2 May; the days between are off.
    pause = (msk("2024-04-27T10:00"), msk("2024-05-02T10:00"))
    assert RUSSIAN.due(start, 8, "working_hours", [pause]) == msk("2024-05-02T17:55")
    assert RUSSIAN.due(start, 1, "working_days", [pause]) == msk("2024-05-02T18:00")


def test_a_pause_over_easter_and_the_change_to_summer_time():
    start = berlin("2026-03-27T10:00")
    pause = (berlin("2026-03-27T17:00"), berlin("2026-04-07T10:00"))
    # One hour of the Friday, four full days until Thursday, one hour of the Tuesday.
    due = GERMAN.due(start, 8, "working_hours", [pause])
    assert due.astimezone(UTC) == berlin("2026-04-07T12:00").astimezone(UTC)


def test_overlapping_unordered_and_outlying_pauses_count_once():
    start = msk("2026-11-24T10:00")
    pauses = [
        (msk("2026-11-24T11:30"), msk("2026-11-24T12:00")),
        (msk("2026-11-24T11:00"), msk("2026-11-24T12:00")),
        (msk("2026-11-20T09:00"), msk("2026-11-24T10:30")),
        (msk("2026-11-24T12:00"), msk("2026-11-24T11:00")),  # ends before it begins
        (msk("2026-11-27T09:00"), msk("2026-11-27T18:00")),  # after the clock ran out
    ]
    assert RUSSIAN.due(start, 2, "working_hours", pauses) == msk("2026-11-24T14:30")


def test_a_pause_that_begins_when_the_clock_ran_out_changes_nothing():
    start, due = msk("2026-11-24T10:00"), msk("2026-11-24T12:00")
    pauses = [(due, msk("2026-11-24T17:00"))]
    assert RUSSIAN.due(start, 2, "working_hours", pauses) == due


# --- Clock changes ----------------------------------------------------------------------------


def test_summer_time_counts_what_was_really_worked():
    week = (((time(0), time(8)),),) * 7
    schedule = WorkSchedule("Europe/Berlin", None, week=week)
    spring, autumn = date(2026, 3, 29), date(2026, 10, 25)
    assert worked_minutes_in_utc(schedule, spring) == 7 * 60
    assert worked_minutes_in_utc(schedule, autumn) == 9 * 60
    start = datetime(2026, 3, 29, 0, 0, tzinfo=BERLIN)
    due = schedule.add_working_minutes(start, 180)
    assert (due.hour, due.utcoffset()) == (4, timedelta(hours=2))


def test_the_repeated_hour_is_told_apart():
    schedule = WorkSchedule("Europe/Berlin", None, week=AROUND_THE_CLOCK)
    first = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN)
    second = first.replace(fold=1)
    assert schedule.working_time_between(first, second) == timedelta(hours=1)
    assert schedule.add_working_minutes(first, 60).fold == 1
    pause = [(first, second)]
    due = schedule.due(first, 1, "working_hours", pause)
    assert due.astimezone(UTC) == second.astimezone(UTC) + timedelta(hours=1)


def test_intervals_inside_the_skipped_hour_are_not_worked_twice():
    week = (((time(1), time(2, 15)), (time(2, 30), time(2, 45)), (time(3), time(4))),) * 7
    schedule = WorkSchedule("Europe/Berlin", None, week=week)
    intervals = [i for pair in schedule.working_intervals(date(2026, 3, 29)) for i in pair]
    assert [i.astimezone(UTC) for i in intervals] == sorted(i.astimezone(UTC) for i in intervals)
    assert worked_minutes_in_utc(schedule, date(2026, 3, 29)) <= 180


def worked_minutes_in_utc(schedule: WorkSchedule, day: date) -> int:
    spans = (b.astimezone(UTC) - a.astimezone(UTC) for a, b in schedule.working_intervals(day))
    return sum(spans, timedelta()) // timedelta(minutes=1)


# --- Explaining and speed ---------------------------------------------------------------------


def test_the_explanation_names_holidays_and_pauses():
    start = msk("2025-12-29T10:00")
    pauses = [(msk("2026-01-12T12:00"), msk("2026-01-12T15:00"))]
    due = RUSSIAN.due(start, 2, "working_days", pauses)
    told = [
        (s.kind.value, f"{s.starts_at:%m-%d %H}", f"{s.ends_at:%m-%d %H}", s.working_time.seconds)
        for s in RUSSIAN.explain(start, due, pauses)
    ]
    assert told == [
        ("counted", "12-29 10", "12-29 18", 7 * 3600),
        ("counted", "12-30 09", "12-30 18", 8 * 3600),
        ("day_off", "12-31 00", "01-12 00", 0),
        ("counted", "01-12 09", "01-12 12", 3 * 3600),
        ("paused", "01-12 12", "01-12 15", 2 * 3600),
        ("counted", "01-12 15", "01-12 18", 3 * 3600),
        ("counted", "01-13 09", "01-13 11", 2 * 3600),
    ]
    reasons = RUSSIAN.explain(start, due, pauses, language="en")[2].reasons
    assert "New Year Holidays" in reasons
    assert "Day off (substituted from 2026-01-03)" in reasons
    assert "Рождество Христово" in RUSSIAN.explain(start, due, pauses, language="ru")[2].reasons


def test_moved_and_shortened_days_are_named():
    def notes(start: str, due: str, schedule: WorkSchedule = RUSSIAN) -> list[DayNote | None]:
        return [each.note for each in schedule.explain(msk(start), msk(due), language="en")]

    saturday = notes("2025-10-31T17:55", "2025-11-05T09:55")
    assert saturday == [None, DayNote(60, moved=True, instead_of=date(2025, 11, 3)), None, None]
    eve = notes("2026-04-30T10:00", "2026-04-30T17:00")
    assert eve == [DayNote(60, before="Holiday of Spring and Labor")]
    own = {
        date(2026, 7, 18): DayException(DayKind.WORKING, name="urgent order"),
        date(2026, 7, 20): DayException(DayKind.SHORTENED, 120, "anniversary"),
        date(2026, 7, 21): DayException(DayKind.OFF, name="Stocktaking"),
    }
    schedule = WorkSchedule(exceptions=own)
    told = schedule.explain(msk("2026-07-17T17:00"), msk("2026-07-22T10:00"))
    assert [each.note for each in told if each.note] == [
        DayNote(moved=True, name="urgent order"),
        DayNote(120, name="anniversary"),
    ]
    assert [each.reasons for each in told if each.kind == SegmentKind.DAY_OFF] == [
        (),
        ("Stocktaking",),
    ]


def test_an_empty_stretch_needs_no_explanation():
    start = msk("2026-11-24T10:00")
    assert RUSSIAN.explain(start, start) == []


def test_a_hundred_thousand_deadlines_take_seconds():
    start, began = msk("2024-01-09T09:00"), stopwatch.perf_counter()
    for i in range(100_000):
        RUSSIAN.due(start + timedelta(minutes=13 * i), i % 40, "working_hours")
    assert stopwatch.perf_counter() - began < 20, "it takes about one second on an idle core"

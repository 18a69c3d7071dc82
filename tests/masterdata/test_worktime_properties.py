"""What holds for working time whatever the calendar, the moment and the duration."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from masterdata.worktime import DurationUnit, SegmentKind
from tests.masterdata.test_worktime import BERLIN, MOSCOW, SCHEDULES, spent

WORKING = ["working_hours", "working_days"]
UNITS = [each.value for each in DurationUnit]
moments = st.datetimes(
    datetime(2013, 1, 1), datetime(2030, 1, 1), timezones=st.sampled_from([UTC, MOSCOW, BERLIN])
)
schedules = st.sampled_from(SCHEDULES)


@st.composite
def pauses_after(draw, start: datetime):
    gaps = draw(st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 20_000)), max_size=4))
    begin = start.astimezone(UTC)
    return [
        (begin + timedelta(minutes=a), begin + timedelta(minutes=a + length)) for a, length in gaps
    ]


@given(schedules, moments, st.integers(0, 50_000))
def test_adding_then_measuring_gives_the_duration_back(schedule, start, minutes):
    due = schedule.add_working_minutes(start, minutes)
    assert schedule.working_time_between(start, due) == timedelta(minutes=minutes)
    assert schedule.working_time_between(due, start) == timedelta()
    if minutes:
        just_before = due.astimezone(UTC) - timedelta(microseconds=1)
        assert schedule.working_time_between(start, just_before) < timedelta(minutes=minutes)


@given(schedules, moments, st.integers(0, 20_000), st.integers(0, 20_000))
def test_two_durations_are_as_long_as_their_sum(schedule, start, first, second):
    in_steps = schedule.add_working_minutes(schedule.add_working_minutes(start, first), second)
    assert in_steps == schedule.add_working_minutes(start, first + second)


@given(schedules, moments, st.integers(1, 300))
def test_working_days_agree_with_counting_on_the_fingers(schedule, start, days):
    day, left = start.astimezone(schedule.zone).date(), days
    while left:
        day += timedelta(days=1)
        left -= schedule.is_working_day(day)
    assert schedule.add_working_days(start, days) == schedule.working_intervals(day)[-1][1]


@given(st.data(), schedules, moments, st.integers(0, 200))
def test_segments_explain_the_whole_duration(data, schedule, start, duration):
    pauses = data.draw(pauses_after(start))
    due = schedule.due(start, duration, "working_hours", pauses)
    segments = schedule.explain(start, due, pauses)
    counted, paused = (spent(segments, k) for k in (SegmentKind.COUNTED, SegmentKind.PAUSED))
    assert counted == timedelta(hours=duration)
    assert counted + paused == schedule.working_time_between(start, due)
    edges = [m.astimezone(UTC) for s in segments for m in (s.starts_at, s.ends_at)]
    assert edges == sorted(edges)
    assert all(start <= edge <= due.astimezone(UTC) for edge in edges)


@given(st.data(), schedules, moments, st.integers(0, 40))
def test_pauses_never_make_a_deadline_earlier(data, schedule, start, days):
    pauses = data.draw(pauses_after(start))
    plain = schedule.due(start, days, "working_days")
    assert schedule.due(start, days, "working_days", pauses).astimezone(UTC) >= plain
    assert schedule.due(start, days, "calendar_days", pauses) == schedule.due(
        start, days, "calendar_days"
    )


@given(st.data(), schedules, moments, st.integers(1, 40), st.sampled_from(WORKING))
def test_pauses_take_nothing_from_the_time_that_counts(data, schedule, start, duration, unit):
    pauses = data.draw(pauses_after(start))
    due = schedule.due(start, duration, unit, pauses)
    lost = spent(schedule.explain(start, due, pauses), SegmentKind.PAUSED)
    plain = schedule.due(start, duration, unit)
    counted = schedule.working_time_between(start, due) - lost
    assert counted == schedule.working_time_between(start, plain)


@given(st.data(), schedules, moments, st.integers(1, 40), st.sampled_from(WORKING))
def test_nothing_is_due_in_a_pause_or_outside_working_time(data, schedule, start, duration, unit):
    pauses = data.draw(pauses_after(start))
    due = schedule.due(start, duration, unit, pauses)
    moment = due.astimezone(UTC)
    assert not any(begin < moment < end for begin, end in pauses)
    days = (due.date(), due.date() - timedelta(days=1))
    worked = (pair for day in days for pair in schedule.working_intervals(day))
    assert any(a.astimezone(UTC) < moment <= b.astimezone(UTC) for a, b in worked)


@given(st.data(), schedules, moments, st.integers(0, 40), st.integers(0, 9), st.sampled_from(UNITS))
def test_a_longer_duration_is_never_due_earlier(data, schedule, start, duration, more, unit):
    pauses = data.draw(pauses_after(start))
    first, second = (schedule.due(start, n, unit, pauses) for n in (duration, duration + more))
    assert first.astimezone(UTC) <= second.astimezone(UTC)


@given(st.data(), schedules, moments, st.integers(0, 40), st.integers(0, 9_000))
def test_what_starts_later_is_never_due_earlier(data, schedule, start, duration, later):
    pauses = data.draw(pauses_after(start))
    start = start.astimezone(UTC)
    after = start + timedelta(minutes=later)
    hours = [schedule.due(each, duration, "working_hours", pauses) for each in (start, after)]
    days = [schedule.due(each, duration, "working_days") for each in (start, after)]
    for first, second in (hours, days):
        assert first.astimezone(UTC) <= second.astimezone(UTC)


@given(st.data(), schedules, moments, st.integers(1, 40), st.sampled_from(UNITS))
def test_three_quarters_of_the_time_have_passed_at_three_quarters(
    data, schedule, start, duration, unit
):
    pauses = data.draw(pauses_after(start))
    due = schedule.due(start, duration, unit, pauses)
    soon = schedule.part_way(start, due, unit, Fraction(3, 4), pauses)
    assert soon.astimezone(UTC) <= due.astimezone(UTC)
    if unit not in WORKING:
        whole, part = (each.astimezone(UTC) - start.astimezone(UTC) for each in (due, soon))
    else:
        whole, part = (
            spent(schedule.explain(start, each, pauses), SegmentKind.COUNTED)
            for each in (due, soon)
        )
    assert abs(part - whole * 3 / 4) <= timedelta(microseconds=1)

from __future__ import annotations

import csv
from datetime import date, timedelta

import pytest

from masterdata.public_holidays import country_year
from masterdata.worktime import WorkSchedule
from tests.sample_data import sample_file

RUSSIAN = WorkSchedule()


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1).toordinal()
    return [date.fromordinal(n) for n in range(first, date(year + 1, 1, 1).toordinal())]


def worked_minutes(schedule: WorkSchedule, day: date) -> int:
    spans = (end - start for start, end in schedule.working_intervals(day))
    return sum(spans, timedelta()) // timedelta(minutes=1)


RUSSIAN_CALENDAR = {
    # year: working days, working Saturdays, short days (both as month-day)
    2024: (248, "04-27 11-02 12-28", "02-22 03-07 05-08 06-11 11-02"),
    2025: (247, "11-01", "03-07 04-30 06-11 11-01"),
    2026: (247, "", "04-30 05-08 06-11 11-03"),
}
RUSSIAN_DAYS_OFF = {
    2024: "01-08 02-23 03-08 04-29 04-30 05-01 05-09 05-10 06-12 11-04 12-30 12-31",
    2025: "01-08 05-01 05-02 05-08 05-09 06-12 06-13 11-03 11-04 12-31",
    2026: "01-09 02-23 03-09 05-01 05-11 06-12 11-04 12-31",
}


@pytest.mark.parametrize("year", RUSSIAN_CALENDAR)
def test_russian_production_calendar_by_hand(year):
    count, saturdays, short = RUSSIAN_CALENDAR[year]
    worked = [day for day in days_of(year) if RUSSIAN.is_working_day(day)]
    assert len(worked) == count
    assert " ".join(f"{d:%m-%d}" for d in worked if d.weekday() >= 5) == saturdays
    shortened = [d for d in worked if worked_minutes(RUSSIAN, d) == 7 * 60]
    assert " ".join(f"{d:%m-%d}" for d in shortened) == short
    assert {worked_minutes(RUSSIAN, d) for d in worked} == {7 * 60, 8 * 60}
    for month_day in RUSSIAN_DAYS_OFF[year].split():
        assert not RUSSIAN.is_working_day(date.fromisoformat(f"{year}-{month_day}"))


def test_russian_production_calendar_agrees_with_two_published_ones():
    # One column leaves the pandemic's "non-working" days worked, as the product does; the other
    # calendar takes them out, with the eves among them.
    with sample_file("ru_workdays_per_year.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [int(row["year"]) for row in rows] == list(range(2013, 2027))
    for row in rows:
        year, decree_days = int(row["year"]), int(row["decree_nowork_days"])
        worked = [day for day in days_of(year) if RUSSIAN.is_working_day(day)]
        short = [day for day in worked if worked_minutes(RUSSIAN, day) < 8 * 60]
        assert len(worked) - decree_days == int(row["workdays_xmlcalendar"]), year
        if row["workdays_d10xa_without_decree_days"]:
            assert len(worked) == int(row["workdays_d10xa_without_decree_days"]), year
        decreed_eves = {2020: 2, 2021: 1}.get(year, 0)
        assert len(short) - decreed_eves == int(row["short_days_xmlcalendar"]), year


def test_russian_days_the_library_lacks():
    assert not RUSSIAN.is_working_day(date(2014, 3, 10)), "8 March 2014 was a Saturday"
    assert not RUSSIAN.is_working_day(date(2020, 7, 1)), "voting day"
    assert worked_minutes(RUSSIAN, date(2014, 2, 24)) == 7 * 60
    assert worked_minutes(RUSSIAN, date(2020, 6, 30)) == 8 * 60, "a decreed day has no short eve"


def test_holiday_on_a_weekend_moves_even_in_a_year_nobody_has_published():
    assert not RUSSIAN.is_working_day(date(2028, 11, 6)), "4 November 2028 is a Saturday"


def test_unknown_country_is_refused():
    with pytest.raises(ValueError, match="XX"):
        WorkSchedule(country="XX")


def test_country_calendar_is_the_same_in_any_locale(monkeypatch):
    country_year.cache_clear()
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    assert len(country_year("RU", 2024).shortened) >= 5
    assert date(2024, 11, 2) in country_year("RU", 2024).shortened

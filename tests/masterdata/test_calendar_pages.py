"""Work calendars on pages: what a year says, and the days that quality managers change."""

from __future__ import annotations

from datetime import date

import pytest

from core.errors import InvalidInput, Stale
from events.models import Event
from masterdata.commands import remove_day, save_day
from masterdata.models import CalendarException, WorkCalendar
from masterdata.selectors import calendar_year
from tests.cast import Cast

SATURDAY, MONDAY = date(2026, 7, 18), date(2026, 7, 20)


@pytest.fixture
def calendar(cast: Cast) -> WorkCalendar:
    return WorkCalendar.objects.get(pk=cast.site.calendar_id)


def address(calendar: WorkCalendar, rest: str = "") -> str:
    return f"/calendars/{calendar.pk}/{rest}"


def fields(calendar: WorkCalendar, **values) -> dict:
    version = WorkCalendar.objects.get(pk=calendar.pk).version
    return {
        "day": "2026-07-18",
        "kind": "working",
        "name": "urgent order",
        "version": version,
    } | values


def test_a_year_shows_moved_shortened_and_free_days(cast: Cast, browse, calendar):
    page = browse(cast.quality_manager).get(address(calendar, "?year=2025")).content.decode()
    for words in (
        "Sat 1\xa0Nov\xa02025",
        "working day instead of 3\xa0Nov\xa02025, 60 minutes shorter",
        "eve: Holiday of Spring and Labor",
        "247 working days, 4 of them short",
    ):
        assert words in page
    assert cast.site.name in page


def test_hours_of_a_year_are_those_of_the_production_calendar(calendar):
    # Published for the week of forty hours.
    assert {year: calendar_year(calendar, year).hours for year in (2024, 2025, 2026)} == {
        2024: 1979,
        2025: 1972,
        2026: 1972,
    }


def test_a_day_is_added_changed_and_removed(cast: Cast, browse, calendar):
    client = browse(cast.quality_manager)
    answer = client.post(address(calendar, "days/"), fields(calendar))
    assert answer.headers["Location"] == address(calendar, "?year=2026")
    assert "urgent order" in client.get(answer.headers["Location"]).content.decode()
    moved = fields(calendar, day="2026-07-20", kind="shortened", shortened_by=90, name="")
    assert client.post(address(calendar, "days/2026-07-18/"), moved).status_code == 302
    kept = CalendarException.objects.get()
    assert (kept.day, kept.kind, kept.shortened_by) == (MONDAY, "shortened", 90)
    assert client.post(address(calendar, "days/2026-07-20/remove/")).status_code == 302
    assert not CalendarException.objects.exists()
    page = client.get(address(calendar, "?year=2026")).content.decode()
    assert "<del>shortened day, 90 min</del>" in page
    changes = [each.data["changes"] for each in Event.objects.filter(kind="calendar.changed")]
    assert sorted(changes[0]) == ["2026-07-18"]


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"day": ""}, "day"),
        ({"day": "32.07.2026"}, "day"),
        ({"kind": "holiday"}, "kind"),
        ({"kind": "shortened", "shortened_by": ""}, "shortened_by"),
    ],
)
def test_a_day_that_says_nothing_is_refused(cast: Cast, browse, calendar, values, problem):
    client = browse(cast.quality_manager)
    answer = client.post(address(calendar, "days/"), fields(calendar, **values))
    assert answer.status_code == 422
    assert f'id="id_{problem}"' in answer.content.decode()
    assert 'aria-invalid="true"' in answer.content.decode()
    assert "urgent order" in answer.content.decode(), "nothing typed is lost"


def test_a_calendar_changed_meanwhile_is_not_overwritten(cast: Cast, browse, calendar):
    seen = fields(calendar)
    actor = cast.actor("quality_manager")
    save_day(actor=actor, calendar=calendar, day=MONDAY, kind="off")
    answer = browse(cast.quality_manager).post(address(calendar, "days/"), seen)
    assert answer.status_code == 409
    assert CalendarException.objects.get().day == MONDAY
    with pytest.raises(Stale):
        remove_day(actor=actor, calendar=calendar, day=MONDAY, version=seen["version"])
    with pytest.raises(InvalidInput):
        save_day(actor=actor, calendar=calendar, day=MONDAY, kind="shortened", shortened_by=0)


@pytest.mark.parametrize(
    ("who", "sees", "edits"),
    [
        ("quality_manager", True, True),
        ("administrator", True, True),
        ("auditor", True, False),
        ("handler", False, False),
        ("manager", False, False),
        ("employee", False, False),
    ],
)
def test_who_reads_and_who_edits_calendars(cast: Cast, browse, calendar, who, sees, edits):
    client = browse(getattr(cast, who))
    for path in ("/calendars/", address(calendar)):
        page = client.get(path)
        assert page.status_code == (200 if sees else 403)
    assert (address(calendar, "days/") in page.content.decode()) == edits
    answer = client.post(address(calendar, "days/"), fields(calendar))
    assert answer.status_code == (302 if edits else 403)
    assert CalendarException.objects.exists() == edits
    answer = client.post(address(calendar, "days/2026-07-18/remove/"))
    assert answer.status_code == (302 if edits else 403)


@pytest.mark.parametrize(
    "path", ["?year=1900", "?year=9999", "days/2026-13-01/", "days/2026-07-18/"]
)
def test_there_is_no_such_year_or_day(cast: Cast, browse, calendar, path):
    assert browse(cast.quality_manager).get(address(calendar, path)).status_code == 404

"""A changed work calendar moves the deadlines counted from then on."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from claims.models import Clock
from core.clock import moved_to
from core.errors import InvalidInput, NotPermitted
from events.models import Event
from masterdata.commands import save_calendar
from masterdata.models import CalendarException, Site, WorkCalendar
from masterdata.selectors import schedule_of

MONDAY_MORNING = datetime(2026, 3, 16, 6, 0, tzinfo=UTC)  # 09:00 in Moscow
WEEK_OF_FOUR_HOURS = {str(day): [["09:00", "13:00"]] for day in range(5)}


def due_of_new_claim(cast) -> datetime:
    """Of a major claim received on Monday at 9:00: ten working days for the final response."""
    with moved_to(MONDAY_MORNING):
        claim = cast.complete_report()
    return Clock.objects.get(claim=claim, kind="final_response").due_at


def day_off(day: date) -> CalendarException:
    return CalendarException(day=day, kind="off")


@pytest.fixture
def save(cast):
    """Change the calendar of the cast's site."""

    def save(*days: CalendarException, by: str = "administrator", **values) -> WorkCalendar:
        calendar = Site.objects.get(pk=cast.site.pk).calendar
        given = {"name": calendar.name, "country": calendar.country, "week": calendar.week}
        saved = save_calendar(
            actor=cast.actor(by), calendar=calendar, values=given | values, exceptions=days
        )
        cast.site = Site.objects.select_related("calendar").get(pk=cast.site.pk)
        return saved

    return save


def test_a_day_off_moves_the_deadline_by_a_day(cast, save):
    before = due_of_new_claim(cast)
    assert before == datetime(2026, 3, 30, 15, 0, tzinfo=UTC)

    save(day_off(date(2026, 3, 20)))

    assert due_of_new_claim(cast) == datetime(2026, 3, 31, 15, 0, tzinfo=UTC)


def test_a_day_given_back_moves_it_back(cast, save):
    save(day_off(date(2026, 3, 20)), day_off(date(2026, 3, 23)))
    save(day_off(date(2026, 3, 20)))

    assert due_of_new_claim(cast) == datetime(2026, 3, 31, 15, 0, tzinfo=UTC)
    assert CalendarException.objects.count() == 1


def test_a_shorter_week_moves_working_hours(cast, save):
    save(week=WEEK_OF_FOUR_HOURS)

    with moved_to(MONDAY_MORNING):
        claim = cast.complete_report()
    acknowledgement = Clock.objects.get(claim=claim, kind="acknowledgement")
    # Eight working hours: Monday and Tuesday morning.
    assert acknowledgement.due_at == datetime(2026, 3, 17, 10, 0, tzinfo=UTC)


def test_every_change_is_recorded_with_its_days(cast, save):
    save(day_off(date(2026, 3, 20)))

    event = Event.objects.get(kind="calendar.changed")
    assert event.subject_type == "masterdata.workcalendar"
    assert event.data["days"] == ["2026-03-20 day off"]
    assert event.data["changes"] == {"2026-03-20": [None, "off"]}

    save(day_off(date(2026, 3, 20)))
    assert Event.objects.filter(kind="calendar.changed").count() == 1, "nothing changed"


def test_processes_that_read_the_calendar_before_count_with_the_new_one(cast, save):
    assert schedule_of(cast.site).is_working_day(date(2026, 3, 20))

    save(day_off(date(2026, 3, 20)))

    assert not schedule_of(cast.site).is_working_day(date(2026, 3, 20))


def test_a_new_calendar(cast):
    calendar = save_calendar(
        actor=cast.actor("administrator"),
        calendar=None,
        values={"name": "Four mornings", "country": "", "week": WEEK_OF_FOUR_HOURS},
        exceptions=[],
    )
    assert WorkCalendar.objects.get(pk=calendar.pk).week == WEEK_OF_FOUR_HOURS


@pytest.mark.parametrize("who", ["handler", "auditor", "manager"])
def test_others_change_no_calendar(save, who):
    with pytest.raises(NotPermitted):
        save(day_off(date(2026, 3, 20)), by=who)


@pytest.mark.parametrize(
    "values",
    [
        {"name": ""},
        {"country": "XX"},
        {"week": {"0": [["13:00", "09:00"]]}},
        {"week": {"0": [["09:00", "13:00"], ["12:00", "18:00"]]}},
        {"week": {"0": "all day"}},
        {"week": {"7": [["09:00", "13:00"]]}},
        {"week": {"0": [], "1": []}},
        {"week": [1, 2]},
    ],
)
def test_a_calendar_that_cannot_be_counted_with_is_refused(cast, save, values):
    """Otherwise every claim of the site would fail from then on."""
    with pytest.raises(InvalidInput) as refusal:
        save(**values)

    assert set(refusal.value.fields) == set(values)
    due_of_new_claim(cast)

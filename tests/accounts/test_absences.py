"""Absences: who stands in when, who may enter it, and where it is seen."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.commands import cancel_absence, change_absence, enter_absence
from accounts.models import Absence
from accounts.selectors import absences_at, substitute_in
from core import clock
from core.errors import InvalidInput, NotPermitted, Stale
from events.models import Event

URL = "/account/absences/"
NOON = datetime(2026, 6, 17, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)


def substitute_of(user, at):
    return substitute_in(absences_at(at), user)


def away(cast, who, substitute, first="2026-06-15", last="2026-06-19", by="administrator"):
    return enter_absence(
        actor=cast.actor(by),
        user=cast.people[who],
        starts_on=date.fromisoformat(first),
        ends_on=date.fromisoformat(last),
        substitute=cast.people[substitute],
    )


def test_the_substitute_stands_in_from_the_first_day_to_the_last(cast):
    away(cast, "warehouse", "reporter", "2026-06-17", "2026-06-18")
    # Moscow is three hours ahead of the instants here.
    expected = {
        datetime(2026, 6, 16, 20, 59, tzinfo=UTC): None,
        datetime(2026, 6, 16, 21, 0, tzinfo=UTC): cast.reporter,
        datetime(2026, 6, 18, 20, 59, tzinfo=UTC): cast.reporter,
        datetime(2026, 6, 18, 21, 0, tzinfo=UTC): None,
    }
    assert {at: substitute_of(cast.warehouse, at) for at in expected} == expected


def test_an_unknown_time_zone_hides_no_absence(cast):
    away(cast, "warehouse", "reporter")
    cast.warehouse.time_zone = "Mars/Base"
    cast.warehouse.save()
    assert substitute_of(cast.warehouse, NOON) == cast.reporter


def test_a_substitute_who_is_away_is_passed_over_to_theirs(cast):
    away(cast, "warehouse", "reporter")
    away(cast, "reporter", "employee", "2026-06-17", "2026-06-17")
    assert substitute_of(cast.warehouse, NOON) == cast.employee
    assert substitute_of(cast.warehouse, NOON + timedelta(days=1)) == cast.reporter


def test_a_circle_is_refused_and_an_old_one_ends_with_nobody(cast):
    away(cast, "warehouse", "reporter")
    away(cast, "reporter", "employee")
    with pytest.raises(InvalidInput) as refusal:
        away(cast, "employee", "warehouse")
    assert list(refusal.value.fields) == ["substitute"]
    Absence.objects.filter(user=cast.reporter).update(substitute=cast.warehouse)
    assert substitute_of(cast.warehouse, NOON) is None


def test_who_has_left_stands_in_for_nobody(cast):
    away(cast, "warehouse", "reporter")
    cast.reporter.is_active = False
    cast.reporter.save()
    assert substitute_of(cast.warehouse, NOON) is None


@pytest.mark.parametrize(
    ("days", "substitute", "field"),
    [
        (("2026-06-20", "2026-06-19"), "reporter", "ends_on"),
        (("2026-06-01", "2026-06-16"), "reporter", "ends_on"),
        (("2026-06-20", "2026-06-21"), "warehouse", "substitute"),
        (("2026-06-18", "2026-06-25"), "reporter", "starts_on"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(cast, days, substitute, field):
    away(cast, "warehouse", "reporter")
    with pytest.raises(InvalidInput) as refusal:
        away(cast, "warehouse", substitute, *days)
    assert list(refusal.value.fields) == [field]
    assert Absence.objects.count() == 1


def test_the_person_their_head_quality_managers_and_administrators_enter_it(cast):
    cast.departments["WHS"].head = cast.employee
    cast.departments["WHS"].save()
    cast.warehouse.refresh_from_db()
    for number, name in enumerate(["warehouse", "employee", "quality_manager", "administrator"]):
        day = f"2026-07-0{number + 1}"
        assert away(cast, "warehouse", "reporter", day, day, by=name).entered_by.pk
    for name in ("handler", "reporter", "manager", "outsider"):
        with pytest.raises(NotPermitted):
            away(cast, "warehouse", "reporter", "2026-08-01", "2026-08-02", by=name)


def test_changes_are_locked_and_recorded_and_nothing_is_deleted(cast):
    actor, made = cast.actor("warehouse"), away(cast, "warehouse", "reporter")
    values = {"ends_on": date(2026, 6, 18), "substitute": cast.employee}
    changed = change_absence(actor=actor, absence=made, values=values, version=1)
    with pytest.raises(Stale):
        cancel_absence(actor=actor, absence=made, version=1)
    cancel_absence(actor=actor, absence=changed, version=2)
    assert substitute_of(cast.warehouse, NOON) is None
    assert Absence.objects.get().cancelled_at == NOON
    kinds = Event.objects.filter(subject_id=cast.warehouse.pk, kind__contains="absence")
    assert list(kinds.order_by("id").values_list("kind", flat=True)) == [
        "user.absence_entered",
        "user.absence_changed",
        "user.absence_cancelled",
    ]
    assert kinds.get(kind="user.absence_changed").data["changes"] == {
        "ends_on": ["2026-06-19", "2026-06-18"],
        "substitute": ["Rustam Agishev", "Yulia Orekhova"],
    }


def test_entering_changing_and_cancelling_on_the_page(cast, browse):
    client = browse(cast.warehouse)
    data = {
        "user": cast.warehouse.pk,
        "starts_on": "2026-06-18",
        "ends_on": "2026-06-19",
        "substitute": cast.reporter.pk,
    }
    page = client.post(URL, data, follow=True).text
    assert "Rustam Agishev stands in for Elena Panova" in page
    profile = client.get("/account/profile/").text.replace("\xa0", " ")
    assert "18 Jun 2026 – 19 Jun 2026" in profile
    made = Absence.objects.get()
    data = {"starts_on": "2026-06-18", "ends_on": "2026-06-17", "substitute": cast.reporter.pk}
    wrong = client.post(f"{URL}{made.pk}/", {**data, "version": 1})
    assert wrong.status_code == 422
    assert "The last day cannot be before the first." in wrong.text
    data["ends_on"] = "2026-06-22"
    assert client.post(f"{URL}{made.pk}/", {**data, "version": 1}).status_code == 302
    stale = client.post(f"{URL}{made.pk}/", {**data, "version": 1, "note": "leave"})
    assert stale.status_code == 409
    assert 'name="version" value="2"' in stale.text
    assert 'value="leave"' in stale.text
    assert "Nobody is away" in client.post(f"{URL}{made.pk}/cancel/", follow=True).text


def test_the_page_shows_and_offers_only_people_in_ones_care(cast, browse):
    made = away(cast, "warehouse", "reporter")
    client = browse(cast.handler)
    assert "Elena Panova</b>" not in client.get(URL).text
    assert client.get(f"{URL}{made.pk}/").status_code == 404
    assert client.post(f"{URL}{made.pk}/cancel/").status_code == 404
    data = {"user": cast.warehouse.pk, "starts_on": "2026-07-01", "ends_on": "2026-07-02"}
    refused = client.post(URL, {**data, "substitute": cast.reporter.pk})
    assert refused.status_code == 422
    assert "Elena Panova</b>" in browse(cast.quality_manager).get(URL).text


def test_the_page_of_absences_in_russian(cast, browse):
    away(cast, "warehouse", "reporter")
    cast.warehouse.language = "ru"
    cast.warehouse.save()
    page = browse(cast.warehouse).get(URL).text
    assert "Отсутствия" in page
    assert "замещает" in page

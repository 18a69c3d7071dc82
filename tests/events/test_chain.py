"""Whoever gets past the guards of the database still cannot change history unseen."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from core import clock
from core.clock import moved_to
from events.chain import digest, find_breaks
from events.models import Event
from events.seals import find_broken_seals, seal_day
from tests.events.conftest import unguarded

pytestmark = pytest.mark.django_db


@pytest.fixture
def history(remember) -> list[Event]:
    """Two chains, told in turns."""
    return [remember(code, n=n) for n in range(4) for code in "AB"]


def tamper(statement: str, *values: str | int | None) -> None:
    with unguarded(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount == 1


def breaks() -> list[tuple[int, str]]:
    return [(each.event_id, each.reason) for each in find_breaks()]


def test_what_nobody_touched_holds(history):
    assert breaks() == []
    assert find_broken_seals() == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "test.whisper"),
        ("subject_type", "masterdata.site"),
        ("subject_id", "99"),
        ("subject_label", "Somebody"),
        ("claim_id", 7),
        ("actor_label", "Somebody"),
        ("via", "web"),
        ("request_id", "x"),
        ("at", "2020-01-01 00:00:00+00:00"),
        ("data", '{"n": 999}'),
        ("hash", "0" * 64),
    ],
)
def test_a_changed_field_is_found_at_its_event(history, field, value):
    target = history[2]

    tamper(f"UPDATE events_event SET {field} = %s WHERE id = %s", value, target.pk)

    assert breaks()[0] == (target.pk, "content was changed")


def test_one_changed_character_is_found(remember):
    event = remember(text="accepted in part")

    tamper("UPDATE events_event SET data = %s WHERE id = %s", '{"text": "accepted"}', event.pk)

    assert breaks() == [(event.pk, "content was changed")]


def test_a_deleted_event_is_found(history):
    tamper("DELETE FROM events_event WHERE id = %s", history[2].pk)

    assert breaks() == [(history[4].pk, "expected number 2")]


def test_a_deleted_event_is_found_even_if_the_rest_is_renumbered(history):
    chain = [event for event in history if event.chain == history[0].chain]
    tamper("DELETE FROM events_event WHERE id = %s", chain[1].pk)
    for event in chain[2:]:
        tamper("UPDATE events_event SET seq = seq - 1 WHERE id = %s", event.pk)

    assert (chain[2].pk, "does not follow the event before it") in breaks()


def test_swapped_events_are_found(history):
    first, second = history[2], history[4]
    for seq, event in ((99, first), (first.seq, second), (second.seq, first)):
        tamper("UPDATE events_event SET seq = %s WHERE id = %s", seq, event.pk)

    assert {event_id for event_id, _reason in breaks()} >= {first.pk, second.pk}


def test_swapped_contents_are_found(history):
    first, second = history[0], history[2]
    tamper("UPDATE events_event SET data = %s WHERE id = %s", '{"n": 1}', first.pk)
    tamper("UPDATE events_event SET data = %s WHERE id = %s", '{"n": 0}', second.pk)

    assert breaks() == [
        (first.pk, "content was changed"),
        (second.pk, "content was changed"),
    ]


def forged(after: Event, **values: object) -> Event:
    """An event that pretends to follow `after`."""
    names = ("kind", "chain", "subject_type", "subject_id", "subject_label", "actor_label", "via")
    event = Event(
        **{name: getattr(after, name) for name in names},
        at=after.at,
        seq=after.seq + 1,
        prev_hash=after.hash,
    )
    for name, value in values.items():
        setattr(event, name, value)
    return event


def test_an_event_put_in_without_the_key_is_found(history, settings):
    last = history[-1]
    false = forged(last, data={"n": 4})
    settings.HISTORY_KEY = "a key that somebody guessed, which is not ours at all 0123456789"
    false.hash = digest(false)
    false.save()
    settings.HISTORY_KEY = "tests-only-history-key-0123456789-0123456789-0123456789"

    assert breaks() == [(false.pk, "content was changed")]


def test_an_event_squeezed_in_between_is_found(history):
    before, after = history[0], history[2]
    for event in reversed([each for each in history if each.chain == before.chain][1:]):
        tamper("UPDATE events_event SET seq = seq + 1 WHERE id = %s", event.pk)
    false = forged(before, data={"n": 77}, hash="f" * 64)
    false.save()

    found = breaks()
    assert (false.pk, "content was changed") in found
    assert any(event_id == after.pk for event_id, _reason in found)


# --- Seals -------------------------------------------------------------------------------------


def test_a_cut_tail_breaks_no_chain_but_a_seal(history):
    seal_day()
    tamper("DELETE FROM events_event WHERE id = %s", history[-1].pk)

    assert breaks() == []
    (broken,) = find_broken_seals()
    assert (broken["count"], broken["found"]) == (8, 7)


def test_a_whole_chain_that_vanished_breaks_a_seal(history):
    seal_day()
    for event in history:
        if event.chain == history[1].chain:
            tamper("DELETE FROM events_event WHERE id = %s", event.pk)

    assert breaks() == []
    assert [each["found"] for each in find_broken_seals()] == [4]


def test_a_cut_tail_is_found_by_the_seal_of_its_day_only(remember):
    remember(n=1)
    seal_day()
    with moved_to(clock.now() + timedelta(days=1)):
        cut = remember(n=2)
        seal_day()
        tamper("DELETE FROM events_event WHERE id = %s", cut.pk)

        (broken,) = find_broken_seals()
    assert (broken["after"], broken["upto"]) == (cut.pk - 2, cut.pk)


def test_a_deleted_seal_is_found(remember):
    seals = []
    for day in range(3):
        with moved_to(clock.now() + timedelta(days=day)):
            remember(n=day)
            seals.append(seal_day())
    middle, last = seals[1], seals[2]
    assert middle is not None
    assert last is not None

    tamper("DELETE FROM events_event WHERE id = %s", middle.pk)

    assert breaks() == [(last.pk, "expected number 2")]


def test_a_day_is_sealed_once_however_often_it_is_called(history):
    assert seal_day() is not None
    assert seal_day() is None
    with moved_to(clock.now() + timedelta(days=1)):
        assert seal_day() is None  # nothing new


def test_what_comes_after_a_seal_does_not_break_it(history, remember):
    seal_day()
    remember(n=9)
    assert find_broken_seals() == []


# --- The command -------------------------------------------------------------------------------


def test_the_command_counts_what_it_verified(history):
    out = io.StringIO()
    call_command("verify_history", stdout=out)
    assert out.getvalue() == "8 events verified, history unchanged.\n"


def test_the_command_names_the_places_and_fails(history):
    seal_day()
    tamper("UPDATE events_event SET data = '{}' WHERE id = %s", history[2].pk)
    tamper("DELETE FROM events_event WHERE id = %s", history[-1].pk)
    out = io.StringIO()

    with pytest.raises(CommandError, match="2 places"):
        call_command("verify_history", stdout=out)

    lines = out.getvalue().splitlines()
    assert lines[0].startswith(f"event {history[2].pk} (masterdata.customer:")
    assert lines[1].startswith("seal up to event")
    assert lines[1].endswith("8 events sealed, 7 found")


def test_a_claim_and_its_work_leave_an_unbroken_history(cast):
    cast.claim_in("closed")
    assert breaks() == []

"""History cannot be changed unseen: chains, seals, triggers."""

from __future__ import annotations

import io
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from claims import events as claim_events
from claims.commands import edit_claim
from core import clock
from core.actors import SYSTEM
from events.chain import digest, find_breaks
from events.commands import record
from events.models import Event
from events.seals import find_broken_seals, seal_day
from tests.cast import Cast


@contextmanager
def unguarded():
    """What somebody could do who owns the database: the triggers are off."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE events_event DISABLE TRIGGER events_append_only")
            yield cursor
            cursor.execute("ALTER TABLE events_event ENABLE TRIGGER events_append_only")
            return
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'events_append_only'")
        (statement,) = cursor.fetchone()
        cursor.execute("DROP TRIGGER events_append_only")
        yield cursor
        cursor.execute(statement)


@pytest.fixture
def claim(cast: Cast):
    """A claim with eight events in its chain."""
    made = cast.complete_report()
    for n in range(7):
        edit_claim(actor=cast.actor("handler"), claim=made, values={"order_no": f"PO-{n}"})
    return made


def chain_of(claim) -> list[Event]:
    return list(Event.objects.filter(claim_id=claim.pk).order_by("seq"))


CHANGED = "content was changed"
UNTIED = "does not follow the event before it"


def found() -> dict[int, list[str]]:
    """What is wrong at which number."""
    reasons: dict[int, list[str]] = {}
    for each in find_breaks():
        reasons.setdefault(each.seq, []).append(each.reason)
    return reasons


def test_an_untouched_history_has_no_breaks(cast: Cast, claim):
    assert [event.seq for event in chain_of(claim)] == list(range(1, 9))
    assert list(find_breaks()) == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("data", '{"changes": {"order_no": ["", "PO-9"]}}'),
        ("actor_label", "Somebody Else"),
        ("kind", "claim.commented"),
        ("at", "2026-01-01 00:00:00+00:00"),
        ("subject_label", "26-9999"),
        ("via", "api"),
    ],
)
def test_a_changed_field_is_found(cast: Cast, claim, column: str, value: str):
    event = chain_of(claim)[3]
    with unguarded() as cursor:
        cursor.execute(f"UPDATE events_event SET {column} = %s WHERE id = %s", [value, event.pk])
    assert found() == {4: [CHANGED]}


def test_a_changed_field_with_a_new_hash_breaks_the_next_link(cast: Cast, claim, settings):
    """Who has the rows but not the key cannot mend the hash; who guesses another key neither."""
    event = chain_of(claim)[3]
    event.data = {"changes": {"order_no": ["", "PO-9"]}}
    ours, settings.HISTORY_KEY = settings.HISTORY_KEY, "a key that is not ours"
    forged = digest(event)
    settings.HISTORY_KEY = ours
    with unguarded() as cursor:
        cursor.execute(
            "UPDATE events_event SET data = %s, hash = %s WHERE id = %s",
            ['{"changes": {"order_no": ["", "PO-9"]}}', forged, event.pk],
        )
    assert found() == {4: [CHANGED], 5: [UNTIED]}


def test_a_deleted_event_is_found(cast: Cast, claim):
    event = chain_of(claim)[3]
    event.deliveries.all().delete()
    with unguarded() as cursor:
        cursor.execute("DELETE FROM events_event WHERE id = %s", [event.pk])
    assert found() == {5: ["expected number 4"]}


def test_a_deleted_event_with_closed_ranks_is_found(cast: Cast, claim):
    events = chain_of(claim)
    events[3].deliveries.all().delete()
    with unguarded() as cursor:
        cursor.execute("DELETE FROM events_event WHERE id = %s", [events[3].pk])
        for event in events[4:]:
            cursor.execute("UPDATE events_event SET seq = seq - 1 WHERE id = %s", [event.pk])
    assert found() == {4: [UNTIED, CHANGED], 5: [CHANGED], 6: [CHANGED], 7: [CHANGED]}


def test_swapped_events_are_found(cast: Cast, claim):
    third, fourth = chain_of(claim)[2:4]
    with unguarded() as cursor:
        for pk, seq in ((third.pk, 1000), (fourth.pk, third.seq), (third.pk, fourth.seq)):
            cursor.execute("UPDATE events_event SET seq = %s WHERE id = %s", [seq, pk])
    assert {3, 4, 5} <= set(found())


def test_an_inserted_event_is_found(cast: Cast, claim):
    last = chain_of(claim)[-1]
    Event.objects.bulk_create(
        [
            Event(
                kind="claim.changed",
                chain=last.chain,
                seq=9,
                subject_type=last.subject_type,
                subject_id=last.subject_id,
                subject_label=last.subject_label,
                claim_id=claim.pk,
                actor_label="Nobody",
                via="web",
                at=clock.now(),
                prev_hash=last.hash,
                hash="0" * 64,
            )
        ]
    )
    assert found() == {9: [CHANGED]}


def test_a_cut_tail_is_found_by_the_seal(cast: Cast, claim):
    assert seal_day() is not None
    assert find_broken_seals() == []
    event = chain_of(claim)[-1]
    event.deliveries.all().delete()
    with unguarded() as cursor:
        cursor.execute("DELETE FROM events_event WHERE id = %s", [event.pk])
    assert found() == {}
    (broken,) = find_broken_seals()
    assert broken["count"] - broken["found"] == 1


def test_a_day_is_sealed_once_and_only_when_something_happened(cast: Cast, claim):
    assert seal_day() is not None
    assert seal_day() is None
    with clock.moved_to(clock.now() + timedelta(days=1)):
        assert seal_day() is None
        edit_claim(actor=cast.actor("handler"), claim=claim, values={"order_no": "next day"})
        assert seal_day() is not None
    assert list(find_breaks()) == []


def test_the_command_tells_and_fails(cast: Cast, claim):
    out = io.StringIO()
    call_command("verify_history", stdout=out)
    assert "history unchanged" in out.getvalue()
    with unguarded() as cursor:
        cursor.execute(
            "UPDATE events_event SET actor_label = 'X' WHERE id = %s", [chain_of(claim)[2].pk]
        )
    with pytest.raises(CommandError, match="1 place"):
        call_command("verify_history", stdout=out)
    assert f"claim:{claim.pk} no. 3" in out.getvalue()


def test_the_database_itself_refuses_changes(cast: Cast, claim):
    event = chain_of(claim)[0]
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(actor_label="Somebody Else")
    with pytest.raises(TypeError):
        event.save()
    with pytest.raises(TypeError):
        event.delete()
    if connection.vendor == "postgresql":
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            Event.objects.filter(pk=event.pk)._raw_delete("default")


def test_two_events_cannot_take_the_same_place(cast: Cast, claim):
    last = chain_of(claim)[-1]
    last.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.bulk_create([last])


@pytest.mark.django_db(transaction=True)
def test_an_event_stands_and_falls_with_its_fact(cast: Cast):
    claim = cast.report()
    with pytest.raises(RuntimeError):
        record(claim_events.CHANGED, actor=SYSTEM, subject=claim, claim_id=claim.pk)
    with transaction.atomic():
        record(claim_events.CHANGED, actor=SYSTEM, subject=claim, claim_id=claim.pk)
        transaction.set_rollback(True)
    assert Event.objects.filter(claim_id=claim.pk).count() == 1


def test_what_postgresql_cannot_store_does_not_get_in(cast: Cast):
    claim = cast.complete_report()
    with transaction.atomic():
        record(
            claim_events.CHANGED,
            actor=SYSTEM,
            subject=claim,
            claim_id=claim.pk,
            data={"text": "a\x00b"},
        )
    assert Event.objects.latest("id").data["text"] == "ab"
    assert list(find_breaks()) == []

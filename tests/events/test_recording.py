"""A fact and its event stand or fall together, and nothing but inserts reaches the history."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import translation

from core.actors import SYSTEM, Actor, Via
from events import registry
from events.commands import Draft, record, record_all
from events.models import Delivery, Event
from masterdata.models import Customer


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_recorded(knock):
    customer = Customer.objects.create(code="A", name="A")

    with pytest.raises(RuntimeError, match="transaction"):
        record(knock, actor=SYSTEM, subject=customer)

    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_left_no_event_and_no_delivery(knock):
    registry.subscribe(knock, name="test.listen")(lambda event: None)

    def fail_after_recording() -> None:
        with transaction.atomic():
            customer = Customer.objects.create(code="A", name="A")
            record(knock, actor=SYSTEM, subject=customer)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_recording()

    assert not Customer.objects.exists()
    assert not Event.objects.exists()
    assert not Delivery.objects.exists()


@pytest.mark.django_db
def test_an_event_says_who_what_when_and_by_which_way(cast, knock):
    actor = Actor(user=cast.handler, via=Via.WEB, request_id="r-1")
    event = record(
        knock,
        actor=actor,
        subject=cast.customer,
        data={"n": 1},
        changes={
            "site": [None, cast.site],
            "due": [None, datetime(2026, 3, 2, 12, tzinfo=ZoneInfo("Europe/Moscow"))],
        },
    )

    stored = Event.objects.get(pk=event.pk)
    assert (stored.kind, stored.sentence) == ("test.knock", "knocked at the door")
    assert (stored.actor, stored.actor_label) == (cast.handler, "Anna Kravtsova")
    assert (stored.via, stored.request_id) == ("web", "r-1")
    assert (stored.subject_type, stored.subject_label) == (
        "masterdata.customer",
        "Kestrel Switchgear",
    )
    assert stored.data["changes"] == {
        "site": [None, "Tarvina"],
        "due": [None, "2026-03-02T09:00:00Z"],
    }


@pytest.mark.django_db
def test_events_of_one_chain_are_numbered_and_tied_together(remember):
    first, other, second = remember("A"), remember("B"), remember("A")

    assert (first.seq, second.seq, other.seq) == (1, 2, 1)
    assert second.prev_hash == first.hash
    assert other.prev_hash == ""


@pytest.mark.django_db
def test_many_events_at_once_keep_their_order_on_each_chain(knock):
    one, two = (Customer.objects.create(code=code, name=code) for code in "AB")
    drafts = [Draft(knock, (one, two)[n % 2], data={"n": n}) for n in range(60)]

    record_all(drafts, actor=SYSTEM)
    record_all([Draft(knock, one, data={"n": 60})], actor=SYSTEM)

    said = [event.data["n"] for event in Event.objects.filter(subject_id=one.pk).order_by("seq")]
    assert said == list(range(0, 61, 2))


@pytest.mark.django_db
def test_a_sign_that_databases_cannot_store_is_dropped(remember):
    event = remember(text="a\0b")
    assert Event.objects.get(pk=event.pk).data == {"text": "ab"}


@pytest.mark.django_db
def test_a_kind_of_an_older_version_is_shown_by_its_name(remember, knock, monkeypatch):
    event = remember()
    monkeypatch.delitem(registry._kinds, knock.name)
    assert Event.objects.get(pk=event.pk).sentence == "test.knock"


def test_names_are_declared_once(knock):
    with pytest.raises(ValueError, match=r"test\.knock"):
        registry.kind("test.knock", "again")
    registry.subscribe(knock, name="test.listen")(lambda event: None)
    with pytest.raises(ValueError, match=r"test\.listen"):
        registry.subscribe(knock, name="test.listen")(lambda event: None)


def test_every_kind_has_a_sentence_in_both_languages():
    for each in registry.list_kinds():
        assert each.name.count(".") == 1, each.name
        for language in ("en", "ru"):
            with translation.override(language):
                assert str(each.sentence), each.name


# --- Append only -------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_stored_event_is_neither_saved_nor_deleted(remember):
    event = remember()
    with pytest.raises(TypeError):
        event.save()
    with pytest.raises(TypeError):
        event.delete()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events_event SET actor_label = 'somebody else'",
        "UPDATE events_event SET at = at",
        "UPDATE events_event SET data = '{}' WHERE seq = 1",
    ],
)
def test_the_database_refuses_updates(remember, statement):
    remember(n=1)

    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(statement)

    assert Event.objects.get().data == {"n": 1}


@pytest.mark.django_db(transaction=True)
def test_django_cannot_update_either(remember):
    remember()
    with pytest.raises(DatabaseError, match="append-only"):
        Event.objects.update(via="web")


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has no guard against DELETE")
def test_postgresql_refuses_deletion(remember):
    remember()

    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM events_event")

    assert Event.objects.count() == 1

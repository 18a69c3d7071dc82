"""The feed for integrations: everything public, in an order in which nothing can be missed."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from core.actors import SYSTEM
from events import registry
from events.commands import record
from events.models import Event
from events.selectors import list_feed
from masterdata.models import Customer


def read_all(after: int = 0) -> list[Event]:
    """What a client sees that asks page by page until nothing comes."""
    seen: list[Event] = []
    while page := list_feed(SYSTEM, after=after, limit=2):
        seen += page
        after = page[-1].pk
    return seen


@pytest.mark.django_db(transaction=True)
def test_every_public_event_comes_once_in_order(remember):
    recorded = [remember(code, n=n) for n in range(3) for code in "AB"]

    assert [event.pk for event in read_all()] == [event.pk for event in recorded]
    assert [event.pk for event in read_all(recorded[3].pk)] == [event.pk for event in recorded[4:]]


@pytest.mark.django_db(transaction=True)
def test_what_is_not_public_stays_inside(remember):
    secret = registry.kind("test.secret", "whispered", public=False)
    remember("A", kind=secret)
    public = remember("A")

    assert [event.pk for event in read_all()] == [public.pk]


@pytest.mark.django_db
def test_an_event_that_never_was_is_no_place_to_start():
    with pytest.raises(Event.DoesNotExist):
        list_feed(SYSTEM, after=10**9)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time")
def test_a_slower_transaction_is_not_overtaken(knock, remember):
    """It draws its number first and commits last: a reader by number alone would miss it."""
    slow = Customer.objects.create(code="SLOW", name="slow")
    drew, may_commit = threading.Event(), threading.Event()
    slow_events: list[Event] = []

    def write_slowly() -> None:
        try:
            with transaction.atomic():
                slow_events.append(record(knock, actor=SYSTEM, subject=slow))
                drew.set()
                may_commit.wait(20)
        finally:
            connection.close()

    before = remember("BEFORE")
    writer = threading.Thread(target=write_slowly)
    writer.start()
    assert drew.wait(20)
    fast = remember("FAST")

    early = read_all()
    may_commit.set()
    writer.join()
    late = read_all(early[-1].pk)

    assert fast.pk > slow_events[0].pk
    assert [event.pk for event in early] == [before.pk]
    assert [event.pk for event in late] == [slow_events[0].pk, fast.pk]


@pytest.mark.django_db(transaction=True)
def test_many_writers_and_a_reader_that_never_rests(knock):
    writers, each = 4, 15
    customers = [Customer.objects.create(code=f"W{n}", name="w") for n in range(writers)]
    done = threading.Event()
    seen: list[int] = []

    def write(customer: Customer) -> None:
        try:
            for number in range(each):
                with transaction.atomic():
                    record(knock, actor=SYSTEM, subject=customer, data={"n": number})
        finally:
            connection.close()

    def read() -> None:
        try:
            while True:
                last_round = done.is_set()
                page = list_feed(SYSTEM, after=seen[-1] if seen else 0, limit=7)
                seen.extend(event.pk for event in page)
                if last_round and not page:
                    return
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=[customer]) for customer in customers]
    reader = threading.Thread(target=read)
    for thread in (reader, *threads):
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    reader.join()

    assert len(seen) == len(set(seen)) == writers * each
    assert set(seen) == set(Event.objects.values_list("pk", flat=True))

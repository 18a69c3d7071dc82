"""The feed for integrations: everything public, in an order in which nothing can be missed."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import connection, transaction

from core.actors import SYSTEM
from events import registry
from events.commands import record
from events.models import Event
from events.selectors import list_feed
from masterdata.models import Customer

PATIENCE = 120


def read(count: int, after: int = 0) -> list[int]:
    """What a client sees that asks page by page until `count` events came, and nothing after them.

    A transaction that runs in another database of the same PostgreSQL holds the feed up, and tests
    side by side have such ones: so it waits.
    """
    seen: list[int] = []
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        page = list_feed(SYSTEM, after=seen[-1] if seen else after, limit=2)
        seen += [event.pk for event in page]
        if not page and len(seen) >= count:
            break
        time.sleep(0 if page else 0.05)
    return seen


@pytest.mark.django_db(transaction=True)
def test_every_public_event_comes_once_in_order(remember):
    recorded = [remember(code, n=n).pk for n in range(3) for code in "AB"]

    assert read(6) == recorded
    assert read(2, after=recorded[3]) == recorded[4:]


@pytest.mark.django_db(transaction=True)
def test_what_is_not_public_stays_inside(remember):
    secret = registry.kind("test.secret", "whispered", public=False)
    remember("A", kind=secret)
    public = remember("A")

    assert read(1) == [public.pk]


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
    slow_events: list[int] = []

    def write_slowly() -> None:
        try:
            with transaction.atomic():
                slow_events.append(record(knock, actor=SYSTEM, subject=slow).pk)
                drew.set()
                may_commit.wait(PATIENCE)
        finally:
            connection.close()

    before = remember("BEFORE").pk
    writer = threading.Thread(target=write_slowly)
    writer.start()
    assert drew.wait(PATIENCE)
    fast = remember("FAST").pk

    early = read(1)
    may_commit.set()
    writer.join()
    late = read(2, after=before)

    assert fast > slow_events[0]
    assert early == [before]
    assert late == [slow_events[0], fast]


@pytest.mark.django_db(transaction=True)
def test_many_writers_and_a_reader_that_never_rests(knock):
    writers, each = 4, 15
    customers = [Customer.objects.create(code=f"W{n}", name="w") for n in range(writers)]
    seen: list[int] = []

    def write(customer: Customer) -> None:
        try:
            for number in range(each):
                with transaction.atomic():
                    record(knock, actor=SYSTEM, subject=customer, data={"n": number})
        finally:
            connection.close()

    def read_on() -> None:
        try:
            seen.extend(read(writers * each))
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=[customer]) for customer in customers]
    threads.append(threading.Thread(target=read_on))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(seen) == len(set(seen)) == writers * each
    assert set(seen) == set(Event.objects.values_list("pk", flat=True))

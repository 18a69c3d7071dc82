"""The relay carries events to their handlers: each, at least once, whatever fails on the way."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection

from core import clock
from core.clock import moved_to
from events import registry
from events.models import Delivery, Event
from events.relay import FIRST_DELAY, GIVE_UP_AFTER, LONGEST_DELAY, run_pending
from events.selectors import relay_lag_seconds
from masterdata.models import Product


@pytest.fixture
def heard(knock) -> list[int]:
    """What a handler heard: the numbers that events carry."""
    numbers: list[int] = []
    registry.subscribe(knock, name="test.hear")(lambda event: numbers.append(event.data["n"]))
    return numbers


def refuse(event: Event) -> None:
    raise ConnectionError("nobody at home")


@pytest.mark.django_db
def test_each_event_is_handled_once_in_order(heard, remember):
    for number in range(3):
        remember(n=number)

    assert run_pending() == 3
    assert heard == [0, 1, 2]
    assert run_pending() == 0
    assert not Delivery.objects.filter(done_at=None).exists()


@pytest.mark.django_db
def test_nothing_is_handled_before_the_relay_runs(heard, remember):
    remember(n=1)
    assert heard == []


@pytest.mark.django_db
def test_events_nobody_waits_for_make_no_delivery(remember):
    remember(n=1)
    assert not Delivery.objects.exists()


@pytest.mark.django_db
def test_a_failing_handler_does_not_stop_the_others(heard, knock, remember):
    registry.subscribe(knock, name="test.refuse")(refuse)
    other = registry.kind("test.other", "did something else")
    registry.subscribe(other, name="test.other")(lambda event: heard.append(-1))
    remember(n=1)
    remember(kind=other, n=2)

    run_pending()

    assert sorted(heard) == [-1, 1]
    waiting = Delivery.objects.get(done_at=None)
    assert waiting.handler == "test.refuse"
    assert waiting.error == "ConnectionError: nobody at home"


@pytest.mark.django_db
def test_attempts_are_put_off_twice_as_long_each_time_and_given_up_at_last(knock, remember):
    registry.subscribe(knock, name="test.refuse")(refuse)
    now = clock.now()
    with moved_to(now):
        remember(n=1)
    waits = []
    for _attempt in range(GIVE_UP_AFTER):
        with moved_to(now):
            assert run_pending() == 1
            delivery = Delivery.objects.get()
            waits.append(delivery.next_at - now)
            # Not a moment earlier.
            assert run_pending() == 0
        now = delivery.next_at

    assert waits[:4] == [FIRST_DELAY, FIRST_DELAY * 2, FIRST_DELAY * 4, FIRST_DELAY * 8]
    assert max(waits) == LONGEST_DELAY
    assert delivery.attempts == GIVE_UP_AFTER
    assert delivery.gave_up_at is not None
    with moved_to(now + timedelta(days=30)):
        assert run_pending() == 0


@pytest.mark.django_db
def test_what_failed_is_tried_again_and_then_done(knock, remember):
    attempts = []

    def recover(event: Event) -> None:
        attempts.append(event.pk)
        if len(attempts) < 3:
            raise ConnectionError("not yet")

    registry.subscribe(knock, name="test.recover")(recover)
    event = remember(n=1)
    now = clock.now()
    for _attempt in range(4):
        now += timedelta(minutes=1)
        with moved_to(now):
            run_pending()

    assert attempts == [event.pk] * 3
    delivery = Delivery.objects.get()
    assert delivery.done_at is not None
    assert delivery.error == ""


@pytest.mark.django_db
def test_what_fails_holds_up_nothing_that_comes_behind_it(heard, knock, remember):
    def fail_once(event: Event) -> None:
        if event.data["n"] == 1 and Delivery.objects.filter(handler="test.fail", attempts=0):
            raise ConnectionError("not yet")
        heard.append(event.data["n"] * 10)

    registry.subscribe(knock, name="test.fail")(fail_once)
    now = clock.now()
    for number in (1, 2):
        remember(n=number)
    run_pending()
    with moved_to(now + timedelta(minutes=1)):
        run_pending()

    assert heard == [1, 2, 20, 10]


@pytest.mark.django_db
def test_a_handler_that_fails_halfway_has_written_nothing(knock, remember):
    def write_and_fail(event: Event) -> None:
        Product.objects.create(code="HALF", name="half")
        raise ConnectionError

    registry.subscribe(knock, name="test.half")(write_and_fail)
    remember(n=1)

    run_pending()

    assert not Product.objects.filter(code="HALF").exists()
    assert Delivery.objects.get().attempts == 1


@pytest.mark.django_db
def test_a_handler_that_breaks_the_transaction_harms_itself_only(heard, knock, remember):
    def break_the_transaction(event: Event) -> None:
        Product.objects.create(code="TWICE", name="once")
        Product.objects.create(code="TWICE", name="twice")

    registry.subscribe(knock, name="test.broken")(break_the_transaction)
    remember(n=1)

    assert run_pending() == 2
    assert heard == [1]
    assert "IntegrityError" in Delivery.objects.get(handler="test.broken").error


@pytest.mark.django_db
def test_a_handler_that_this_release_no_longer_has_is_waited_for(heard, remember):
    remember(n=1)
    registry._handlers.pop("test.hear")

    run_pending()

    delivery = Delivery.objects.get()
    assert delivery.done_at is None
    assert "test.hear" in delivery.error


@pytest.mark.django_db
def test_one_round_has_a_limit(heard, remember):
    for number in range(5):
        remember(n=number)

    assert run_pending(limit=2) == 2
    assert heard == [0, 1]


@pytest.mark.django_db
def test_the_lag_is_the_age_of_the_oldest_delivery_due(heard, remember):
    assert relay_lag_seconds() == 0
    remember(n=1)
    with moved_to(clock.now() + timedelta(seconds=90)):
        assert 90 <= relay_lag_seconds() < 95
    run_pending()
    assert relay_lag_seconds() == 0


@pytest.mark.django_db(transaction=True)
def test_relays_that_run_at_once_handle_each_delivery_once(knock, remember):
    handled: Counter[int] = Counter()
    guard = threading.Lock()

    def count(event: Event) -> None:
        with guard:
            handled[event.data["n"]] += 1

    registry.subscribe(knock, name="test.count")(count)
    for number in range(40):
        remember("ABCD"[number % 4], n=number)
    tried: list[int] = []

    def relay() -> None:
        try:
            tried.append(run_pending())
        finally:
            connection.close()

    threads = [threading.Thread(target=relay) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert handled == Counter(dict.fromkeys(range(40), 1))
    assert sum(tried) == 40
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {1}


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time")
def test_a_relay_that_hangs_does_not_hold_up_another(knock, remember):
    hanging, let_go = threading.Event(), threading.Event()
    heard: list[int] = []

    def hang_at_the_first(event: Event) -> None:
        if event.data["n"] == 0:
            hanging.set()
            let_go.wait(20)
        heard.append(event.data["n"])

    registry.subscribe(knock, name="test.hang")(hang_at_the_first)
    for number in range(3):
        remember(n=number)

    def relay() -> None:
        try:
            run_pending()
        finally:
            connection.close()

    slow = threading.Thread(target=relay)
    slow.start()
    assert hanging.wait(20)
    run_pending()
    assert heard == [1, 2]
    let_go.set()
    slow.join()

    assert heard == [1, 2, 0]


@pytest.mark.django_db(transaction=True)
def test_a_relay_that_dies_leaves_its_delivery_to_the_next(knock, remember):
    """Killed in the middle of a handler: SystemExit is no Exception, nothing may catch it."""
    attempts: list[int] = []

    def die_once(event: Event) -> None:
        attempts.append(event.pk)
        if len(attempts) == 1:
            raise SystemExit

    registry.subscribe(knock, name="test.die")(die_once)
    remember(n=1)

    with pytest.raises(SystemExit):
        run_pending()
    assert Delivery.objects.get().done_at is None
    run_pending()

    assert len(attempts) == 2
    assert Delivery.objects.get().done_at is not None

"""Carrying events to their handlers: at least once, in order, patient with failures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import transaction

from claims.events import CHANGED
from core import clock
from core.actors import SYSTEM
from events import registry, relay
from events.commands import Draft, record, record_all
from events.models import Delivery, Event
from events.selectors import relay_lag_seconds
from tests.cast import Cast

HEARD: list[int] = []


class Handler:
    """A subscriber that fails as often as it is told to."""

    def __init__(self) -> None:
        self.failures = 0
        self.calls = 0

    def __call__(self, event: Event) -> None:
        self.calls += 1
        if self.failures:
            self.failures -= 1
            raise ValueError("the printer burns")
        HEARD.append(event.pk)


@pytest.fixture
def handler(db: None) -> Iterator[Handler]:
    """Alone subscribed to `claim.changed` for this test."""
    HEARD.clear()
    others = registry._subscriptions.pop(CHANGED.name, [])
    made = Handler()
    registry.subscribe(CHANGED, name="tests.listen")(made)
    yield made
    registry._handlers.pop("tests.listen", None)
    registry._subscriptions[CHANGED.name] = others


@pytest.fixture
def claim(cast: Cast, handler: Handler):
    """A claim whose other deliveries are out of the way."""
    made = cast.report()
    Delivery.objects.all().delete()
    return made


def happen(claim, times: int = 1) -> list[Event]:
    with transaction.atomic():
        return [
            record(CHANGED, actor=SYSTEM, subject=claim, claim_id=claim.pk) for _ in range(times)
        ]


def test_each_event_is_heard_once_and_in_order(claim, handler: Handler):
    events = happen(claim, 5)
    assert relay.run_pending() == 5
    assert [event.pk for event in events] == HEARD
    assert relay.run_pending() == 0
    assert Delivery.objects.filter(done_at=None).count() == 0


def test_a_failure_is_tried_again_later_and_later(claim, handler: Handler):
    happen(claim)
    handler.failures = 3
    start = clock.now()
    for attempt, delay in enumerate((5, 10, 20), start=1):
        with clock.moved_to(start):
            assert relay.run_pending() == 1
        delivery = Delivery.objects.get()
        assert delivery.attempts == attempt
        assert delivery.next_at == start + timedelta(seconds=delay)
        assert delivery.error == "ValueError: the printer burns"
        with clock.moved_to(delivery.next_at - timedelta(milliseconds=1)):
            assert relay.run_pending() == 0
        start = delivery.next_at
    with clock.moved_to(start):
        assert relay.run_pending() == 1
    delivery = Delivery.objects.get()
    assert (delivery.attempts, delivery.error) == (4, "")
    assert delivery.done_at == start
    assert len(HEARD) == 1


def test_the_delay_stops_growing_and_one_day_it_gives_up(claim, handler: Handler):
    happen(claim)
    handler.failures = 1000
    delays = []
    for _ in range(relay.GIVE_UP_AFTER):
        delivery = Delivery.objects.get()
        with clock.moved_to(delivery.next_at):
            relay.run_pending()
        delays.append(Delivery.objects.get().next_at - delivery.next_at)
    assert max(delays) == relay.LONGEST_DELAY
    given_up = Delivery.objects.get()
    assert given_up.gave_up_at is not None
    with clock.moved_to(given_up.next_at + timedelta(days=1)):
        assert relay.run_pending() == 0
    assert handler.calls == relay.GIVE_UP_AFTER


def test_one_failure_does_not_hold_up_the_others(claim, handler: Handler):
    events = happen(claim, 3)
    handler.failures = 1
    relay.run_pending()
    assert [event.pk for event in events[1:]] == HEARD


def test_what_a_failed_handler_wrote_is_undone(cast: Cast, claim, handler: Handler):
    def spoil(event: Event) -> None:
        type(claim).objects.filter(pk=claim.pk).update(title="half done")
        raise ValueError

    registry._handlers["tests.listen"] = spoil
    happen(claim)
    relay.run_pending()
    assert cast.read(claim).title == claim.title


def test_a_handler_of_a_release_that_is_gone_waits_for_a_person(claim, handler: Handler):
    happen(claim)
    registry._handlers.pop("tests.listen")
    assert relay.run_pending() == 1
    assert "no handler is named tests.listen" in Delivery.objects.get().error


def test_facts_of_the_past_notify_nobody(claim, handler: Handler):
    with transaction.atomic():
        record_all([Draft(CHANGED, claim, claim.pk)], actor=SYSTEM, deliver=False)
    assert not Delivery.objects.exists()


def test_the_lag_is_the_age_of_the_oldest_delivery_that_is_due(claim, handler: Handler):
    assert relay_lag_seconds() == 0
    start = clock.now()
    with clock.moved_to(start):
        happen(claim)
    with clock.moved_to(start + timedelta(seconds=90)):
        assert relay_lag_seconds() == pytest.approx(90)
        relay.run_pending()
        assert relay_lag_seconds() == 0

"""Many hands at once: each mail once, each notice once, no lot held by nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from claims.commands import move_claim
from events.chain import find_breaks
from events.models import Delivery
from events.relay import run_pending
from masterdata.models import Lot
from notifications import commands
from notifications.commands.containment import Order
from notifications.models import ChatRoom, Message, Notice, NotificationRule
from tests.cast import build_cast

HANDS = 6


@pytest.fixture
def committed_cast(transactional_db):
    """The company in a database that other threads see."""
    return build_cast()


def at_once(*tasks: Callable[[], Any]) -> list[Any]:
    """Run the tasks in threads of their own; what each answered."""

    def run(task: Callable[[], Any]) -> Any:
        try:
            return task()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tasks)) as hands:
        return list(hands.map(run, tasks))


@pytest.fixture
def told(committed_cast):
    """Ten claims whose departments are to be notified; nothing has run yet."""
    cast = committed_cast
    for _ in range(10):
        claim = cast.complete_report()
        move_claim(actor=cast.actor("handler"), claim=claim, transition="notify")
    return cast


def test_several_relays_tell_everybody_once(told):
    at_once(*[run_pending] * HANDS)
    run_pending()
    assert not Delivery.objects.filter(done_at=None).exists()
    keys = Notice.objects.values_list("event", "user", "channel")
    assert set(Counter(keys).values()) == {1}
    # Of each claim the other handler and both managers hear by two channels, the mover by one.
    assert Notice.objects.filter(occasion="claim.notify").count() == 10 * 7
    assert list(find_breaks()) == []


def test_several_relays_tell_a_room_once(told):
    room = ChatRoom.objects.create(name="Leaders", language="en", sealed_address="-")
    for rule in NotificationRule.objects.filter(occasion="claim.notify"):
        rule.rooms.add(room)
    at_once(*[run_pending] * HANDS)
    run_pending()
    assert not Delivery.objects.filter(done_at=None).exists()
    keys = list(Notice.objects.filter(room=room).values_list("event", flat=True))
    assert len(keys) == len(set(keys)) == 10
    assert Message.objects.filter(notice__room=room).count() == 10


def test_several_senders_send_every_mail_once(told, server):
    run_pending()
    waiting = Message.objects.count()
    at_once(*[commands.send_due_messages] * HANDS)
    assert Counter(Message.objects.values_list("state", flat=True)) == {"sent": waiting}
    assert len(server.taken) == waiting
    assert {mail["Message-ID"] for mail in server.taken} == set(
        Message.objects.values_list("message_id", flat=True)
    )


def test_a_lot_that_two_claims_lift_at_once_is_released(committed_cast):
    cast = committed_cast
    orders = [
        commands.order_containment(
            actor=cast.actor("handler"),
            claim=cast.complete_report(),
            order=Order("block_lot", cast.warehouse, lot=cast.lot),
        )
        for _ in range(2)
    ]
    manager = cast.actor("quality_manager")

    def lift(order):
        return lambda: commands.lift_order(actor=manager, order=order, reason="sorted")

    at_once(*map(lift, orders))
    assert Lot.objects.get(pk=cast.lot.pk).blocked_at is None


def test_of_several_confirmations_one_is_recorded(told):
    from events.models import Event

    run_pending()
    notice = Notice.objects.filter(user=told.second_handler, channel="in_app").latest("pk")
    actor = told.actor("second_handler")
    at_once(*[lambda: commands.confirm_notice(actor=actor, notice=notice)] * HANDS)
    assert Event.objects.filter(kind="notice.confirmed").count() == 1

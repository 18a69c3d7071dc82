"""Deliveries that failed come late, behind what happened since; nobody is told what is over.

ADR 46: the relay promises no order, so handlers look at how things stand now.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from claims.commands import assign_owner, set_severity
from core import clock
from events.models import Delivery
from events.relay import run_pending
from notifications import commands
from notifications.commands.containment import Order
from notifications.models import Notice

LATER = timedelta(minutes=10)


def put_off(*handlers: str) -> None:
    """As if these had failed: what waits of them comes behind all the rest."""
    late = Delivery.objects.filter(done_at=None, handler__in=handlers)
    assert late.update(next_at=clock.now() + LATER)


def run_all() -> None:
    """What is due now, and then what was put off."""
    run_pending()
    with clock.moved_to(clock.now() + LATER + timedelta(minutes=1)):
        run_pending()
    assert not Delivery.objects.filter(done_at=None).exists()


def told(claim, **filters) -> set[tuple[str, str]]:
    rows = Notice.objects.filter(claim=claim, channel="in_app", **filters).select_related("user")
    return {(each.occasion, str(each.user)) for each in rows}


def test_nobody_is_asked_to_carry_out_an_order_that_was_lifted(cast):
    claim = cast.complete_report(severity="critical")
    run_all()
    order = commands.order_containment(
        actor=cast.actor("handler"),
        claim=claim,
        order=Order("block_lot", cast.warehouse, lot=cast.lot),
    )
    put_off("notifications.tell_ordered")
    commands.lift_order(actor=cast.actor("quality_manager"), order=order, reason="sorted")
    run_all()

    assert not Notice.objects.filter(order=order, needs_confirmation=True).exists()
    assert {occasion for occasion, _who in told(claim, order=order)} == {"containment.lifted"}


def test_only_the_owner_of_now_is_told(cast):
    claim = cast.complete_report(owner=None)
    run_all()
    assign_owner(actor=cast.actor("quality_manager"), claim=claim, owner=cast.handler)
    put_off("notifications.tell_owner")
    assign_owner(actor=cast.actor("quality_manager"), claim=claim, owner=cast.second_handler)
    run_all()

    assert told(claim, occasion="claim.owner") == {("claim.owner", str(cast.second_handler))}


@pytest.mark.parametrize("late", ["notifications.tell_moved", "notifications.tell_named"])
def test_departments_and_people_named_by_hand_are_told_once_in_either_order(cast, late):
    claim = cast.complete_report()
    run_all()
    cast.move(claim, "notify", "handler")
    commands.name_recipient(actor=cast.actor("handler"), claim=claim, user=cast.laboratory)
    put_off(late)
    run_all()

    notices = Notice.objects.filter(claim=claim, occasion="claim.notify", channel="in_app")
    people = list(notices.values_list("user", flat=True))
    assert cast.laboratory.pk in people
    assert len(people) == len(set(people)) > 1


def test_a_claim_that_is_critical_no_longer_wakes_nobody_up(cast):
    claim = cast.complete_report(severity="minor")
    run_all()
    before = told(claim)
    manager = cast.actor("quality_manager")
    set_severity(actor=manager, claim=claim, severity="critical", reason="looked bad")
    put_off("notifications.tell_severity")
    set_severity(actor=manager, claim=claim, severity="minor", reason="looked again")
    run_all()

    assert told(claim) == before

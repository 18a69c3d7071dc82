"""By when a notice is to be confirmed and an order executed: by the rules of deadlines."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from claims.commands import save_deadline
from claims.models import Clock
from core import clock
from notifications.commands import order_containment
from notifications.commands.containment import Order
from notifications.models import Notice
from tests.cast import Cast

MOSCOW = ZoneInfo("Europe/Moscow")
MONDAY = datetime(2026, 9, 7, 10, tzinfo=MOSCOW)


@pytest.fixture
def set_rule(cast: Cast):
    """Give a customer a duration of its own."""

    def set_rule(kind: str, severity: str, amount: int, unit: str) -> None:
        values: dict[str, Any] = {"clock": kind, "severity": severity}
        values |= {"amount": amount, "unit": unit}
        values["customer"] = cast.other_customer
        with clock.moved_to(MONDAY):
            save_deadline(actor=cast.actor("quality_manager"), policy=None, values=values)

    return set_rule


def confirm_by(cast: Cast, relay, **fields) -> datetime:
    with clock.moved_to(MONDAY):
        claim = cast.complete_report(**fields)
        cast.move(claim, "notify", "handler")
        relay()
    found = Notice.objects.filter(claim=claim, needs_confirmation=True, user=cast.warehouse)
    due_at = found.get().due_at
    assert due_at is not None
    assert Clock.objects.get(claim=claim, kind="confirmation").due_at == due_at
    return due_at


def test_a_notice_is_to_be_confirmed_by_the_rule_of_severity_and_customer(
    cast, rule, relay, set_rule
):
    rule(people=[cast.warehouse], needs_confirmation=True)
    set_rule("confirmation", "major", 1, "working_hours")
    theirs = {"customer": cast.other_customer, "contact": None}
    assert confirm_by(cast, relay, severity="major") == MONDAY + timedelta(hours=5)
    assert confirm_by(cast, relay, severity="minor") == MONDAY + timedelta(days=1)
    assert confirm_by(cast, relay, severity="major", **theirs) == MONDAY + timedelta(hours=1)


@pytest.mark.parametrize(
    ("severity", "own", "hours"),
    [("critical", False, 24), ("major", False, 48), ("minor", False, None), ("minor", True, 12)],
)
def test_containment_is_due_by_its_rule(cast, set_rule, severity, own, hours):
    if own:
        set_rule("containment", "minor", 12, "calendar_hours")
    customer = cast.other_customer if own else cast.customer
    with clock.moved_to(MONDAY):
        claim = cast.complete_report(severity=severity, customer=customer, contact=None)
        order = order_containment(
            actor=cast.actor("handler"),
            claim=claim,
            order=Order(kind="sort", executor=cast.warehouse, scope="stock in hall 2"),
        )
    due = MONDAY + timedelta(hours=hours) if hours else None
    running = Clock.objects.filter(claim=claim, kind="containment").first()
    assert order.due_at == due
    assert (running.due_at if running else None) == due

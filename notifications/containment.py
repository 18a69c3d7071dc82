"""Containment orders as one person sees them."""

from __future__ import annotations

from dataclasses import dataclass

from claims.models import Claim
from core.actors import Actor
from notifications.models import ContainmentOrder, Notice
from notifications.policies import can_execute_order, can_lift_order
from notifications.selectors import orders_with_evidence
from notifications.states import Channel, Occasion


@dataclass(frozen=True)
class Standing:
    """An order with the confirmation of the executor, or of who stands in for them.

    And what the reader may do to it.
    """

    order: ContainmentOrder
    read: Notice | None
    can_execute: bool
    can_lift: bool


def list_standings(actor: Actor, claim: Claim) -> list[Standing]:
    """The orders of a claim in three queries, however many there are."""
    orders = list(orders_with_evidence(claim))
    if not orders:
        return []
    notices = Notice.objects.filter(
        order__in=orders, occasion=Occasion.CONTAINMENT_ORDERED, channel=Channel.IN_APP
    ).select_related("user", "confirmed_by")
    return [
        _standing(actor, claim, order, next((n for n in notices if _has_read(n, order)), None))
        for order in orders
    ]


def _has_read(notice: Notice, order: ContainmentOrder) -> bool:
    """Whether by this notice the executor, or who stands in for them, confirmed the order."""
    if notice.order_id != order.pk or notice.confirmed_at is None:
        return False
    return notice.user_id == order.executor_id or str(order.executor) in notice.stands_in_for


def _standing(actor: Actor, claim: Claim, order: ContainmentOrder, read: Notice | None) -> Standing:
    order.claim = claim
    return Standing(
        order=order,
        read=read,
        can_execute=not (order.executed_at or order.lifted_at) and can_execute_order(actor, order),
        can_lift=order.lifted_at is None
        and (order.holds or order.executed_at is None)
        and can_lift_order(actor, order),
    )

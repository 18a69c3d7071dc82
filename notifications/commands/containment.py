"""Containment orders: given, executed, lifted; and what follows for the claim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import only_watches
from accounts.selectors import acting_for, acts_as
from claims import clocks
from claims.commands import add_participant, locked_claim, move_claim, reach_milestone
from claims.commands.running import start_clock
from claims.models import Attachment, Claim
from claims.states import ClockKind, ParticipantRole, Step
from core import clock
from core.actors import SYSTEM, Actor
from core.errors import InvalidInput, TransitionRefused
from events.commands import record
from events.models import Event
from events.registry import EventKind
from masterdata.commands import block_lot, release_lot
from masterdata.models import Lot, ProductionLine, Shipment
from masterdata.selectors import schedule_of
from notifications import events
from notifications.cases import is_critical
from notifications.commands.reading import confirm_notice
from notifications.models import ContainmentOrder, ContainmentRequest, Notice
from notifications.policies import (
    can_execute_order,
    can_lift_order,
    can_order_containment,
    require,
)
from notifications.selectors import orders_holding
from notifications.states import COUNTING, ContainmentKind, Place


@dataclass(frozen=True)
class Order:
    """What is to be done, with what, by whom. Without `due_at` the deadline policy counts it."""

    kind: str
    executor: User
    place: str = ""
    line: ProductionLine | None = None
    lot: Lot | None = None
    shipment: Shipment | None = None
    scope: str = ""
    instruction: str = ""
    due_at: datetime | None = None


def request_containment(*, claim: Claim, event: Event, text: str) -> ContainmentRequest:
    """Keep what a report says should be stopped, for a coordinator to answer; once per event."""
    with locked_claim(claim) as fresh:
        request, created = ContainmentRequest.objects.get_or_create(
            event=event,
            defaults={"claim": fresh, "text": text, "requested_by_label": event.actor_label},
        )
        if created:
            record(
                events.REQUESTED,
                actor=SYSTEM,
                subject=fresh,
                claim_id=fresh.pk,
                data={"text": text, "by": event.actor_label},
            )
    return request


def order_containment(*, actor: Actor, claim: Claim, order: Order) -> ContainmentOrder:
    """Order something stopped, blocked, checked or called back; a lot is blocked from now on.

    Answers the wishes to stop something that stand on the claim. Raises NotPermitted, InvalidInput.
    """
    _check_order(order)
    with locked_claim(claim) as fresh:
        require(can_order_containment(actor, fresh))
        values = asdict_shallow(order) | {"due_at": order.due_at or _due_of(fresh)}
        made = ContainmentOrder.objects.create(
            claim=fresh, ordered_by=actor.user, ordered_at=clock.now(), **values
        )
        add_participant(claim=fresh, user=order.executor, role=ParticipantRole.EXECUTOR)
        open_requests = ContainmentRequest.objects.filter(claim=fresh, answered_at=None)
        open_requests.update(answered_at=clock.now())
        if fresh.contained_at is None:
            start_clock(fresh, ClockKind.CONTAINMENT)
        if made.kind == ContainmentKind.BLOCK_LOT and made.lot is not None:
            block_lot(actor=actor, lot=made.lot, reason=fresh.number)
        _record(events.ORDERED, actor, made, instruction=made.instruction)
    return made


def asdict_shallow(order: Order) -> dict[str, object]:
    """The fields as they are: `asdict` would copy the models."""
    return {name: getattr(order, name) for name in order.__dataclass_fields__}


def _check_order(order: Order) -> None:
    if order.kind not in ContainmentKind.values:
        raise InvalidInput({"kind": _("Choose what is to be done.")})
    if order.place and order.place not in Place.values:
        raise InvalidInput({"place": _("Choose one of the places.")})
    if not order.executor.is_active or order.executor.is_service:
        raise InvalidInput(
            {"executor": _("%(person)s has no active account.") % {"person": order.executor}}
        )
    if only_watches(order.executor):
        raise InvalidInput({"executor": _("An auditor takes no part in a claim.")})
    needed = {
        ContainmentKind.STOP_LINE: ("line", _("Name the line.")),
        ContainmentKind.BLOCK_LOT: ("lot", _("Name the lot.")),
        ContainmentKind.STOP_SHIPMENT: ("shipment", _("Name the shipment, or what exactly.")),
    }
    field, sentence = needed.get(ContainmentKind(order.kind), ("", ""))
    if field and getattr(order, field) is None and not order.scope.strip():
        raise InvalidInput({field: sentence}, code="required")


def _due_of(claim: Claim) -> datetime | None:
    planned = clocks.plan_clock(
        claim,
        ClockKind.CONTAINMENT,
        clock.now(),
        clocks.Policies.for_customer(claim.customer_id),
        schedule_of(claim.site),
    )
    return planned.due_at if planned is not None else None


@dataclass(frozen=True)
class Execution:
    """What the executor found: quantities in the unit of the goods, a note, evidence."""

    quantity_checked: Decimal | None = None
    quantity_good: Decimal | None = None
    quantity_bad: Decimal | None = None
    execution_note: str = ""


def execute_order(
    *,
    actor: Actor,
    order: ContainmentOrder,
    result: Execution | None = None,
    evidence: Sequence[Attachment] = (),
) -> ContainmentOrder:
    """Note that what the order says is so now; sorting and checking give their counts.

    What was checked is good or bad; of the three counts one may be left out.

    When it was the last open one, the claim is contained. Raises NotPermitted, InvalidInput,
    TransitionRefused when it was executed or lifted before.
    """
    result = result or Execution()
    with locked_claim(order.claim) as claim:
        fresh = _locked(order, claim)
        require(can_execute_order(actor, fresh))
        actor = acting_for(actor, fresh.executor)
        if fresh.executed_at or fresh.lifted_at:
            raise _refused(fresh)
        result = _counted(fresh, result)
        for name, value in asdict(result).items():
            setattr(fresh, name, value)
        fresh.executed_at, fresh.executed_by = clock.now(), actor.user
        fresh.save_changes("executed_at", "executed_by", *asdict(result))
        fresh.evidence.set([each for each in evidence if each.claim_id == claim.pk])
        _record(
            events.EXECUTED,
            actor,
            fresh,
            **{name: value for name, value in asdict(result).items() if value not in (None, "")},
        )
        _confirm_reading(actor, fresh)
        _note_contained(actor, claim)
    return fresh


def _confirm_reading(actor: Actor, order: ContainmentOrder) -> None:
    """Who has executed the order has read it, and so has who did it in their place."""
    mine = acts_as(actor.user)
    if order.executor_id not in mine:
        return
    asked = Notice.objects.filter(
        order=order, user__in=mine, needs_confirmation=True, confirmed_at=None
    ).select_related("claim", "user", "event")
    for notice in asked:
        confirm_notice(actor=actor, notice=notice)


def _counted(order: ContainmentOrder, result: Execution) -> Execution:
    """The counts with the one that follows from the other two. Raises InvalidInput."""
    checked, good, bad = result.quantity_checked, result.quantity_good, result.quantity_bad
    for name in ("quantity_checked", "quantity_good", "quantity_bad"):
        value = getattr(result, name)
        if value is not None and value < 0:
            raise InvalidInput({name: _("A quantity is not below zero.")})
    if checked is None and good is not None and bad is not None:
        checked = good + bad
    elif bad is None and checked is not None and good is not None:
        bad = checked - good
    elif good is None and checked is not None and bad is not None:
        good = checked - bad
    if order.kind in COUNTING and (checked is None or bad is None):
        field = "quantity_checked" if checked is None else "quantity_bad"
        raise InvalidInput({field: _("Enter how many were checked and how many were bad.")})
    if checked is not None and max(good or 0, bad or 0) > checked:
        raise InvalidInput({"quantity_bad": _("Good and bad are more than were checked.")})
    if None not in (checked, good, bad) and good + bad != checked:  # type: ignore[operator]
        raise InvalidInput({"quantity_bad": _("Good and bad do not add up to what was checked.")})
    return replace(result, quantity_checked=checked, quantity_good=good, quantity_bad=bad)


def lift_order(*, actor: Actor, order: ContainmentOrder, reason: str) -> ContainmentOrder:
    """End an order; its lot is released when no other order holds it.

    Raises NotPermitted (quality managers only), InvalidInput without a reason, TransitionRefused
    when it was lifted before.
    """
    if not reason.strip():
        raise InvalidInput({"reason": _("Give the reason.")}, code="required")
    with locked_claim(order.claim) as claim:
        fresh = _locked(order, claim)
        require(can_lift_order(actor, fresh), _("Only a quality manager lifts an order."))
        if fresh.lifted_at is not None:
            raise _refused(fresh)
        fresh.lifted_at, fresh.lifted_by = clock.now(), actor.user
        fresh.lift_reason = reason.strip()[:500]
        fresh.save_changes("lifted_at", "lifted_by", "lift_reason")
        if fresh.kind == ContainmentKind.BLOCK_LOT and fresh.lot is not None:
            _release(actor, fresh.lot, claim.number)
        _record(events.LIFTED, actor, fresh, reason=fresh.lift_reason)
        _note_contained(actor, claim)
    return fresh


def _release(actor: Actor, lot: Lot, reason: str) -> None:
    """Release the lot unless another order, of this or another claim, still blocks it."""
    # Locked first: of two claims that lift at once the second must see the first one's row.
    Lot.objects.select_for_update().get(pk=lot.pk)
    if not orders_holding(lot).exists():
        release_lot(actor=actor, lot=lot, reason=reason)


def _note_contained(actor: Actor, claim: Claim) -> None:
    """The claim is contained once something was executed and nothing is left to execute."""
    orders = ContainmentOrder.objects.filter(claim=claim)
    if orders.filter(executed_at=None, lifted_at=None).exists():
        return
    if orders.exclude(executed_at=None).exists():
        reach_milestone(actor=actor, claim=claim, milestone="contained_at")


def _locked(order: ContainmentOrder, claim: Claim) -> ContainmentOrder:
    """The order as it is now, under its claim's lock."""
    fresh = ContainmentOrder.objects.select_related("lot", "line", "shipment", "executor").get(
        pk=order.pk
    )
    fresh.claim = claim
    return fresh


def _refused(order: ContainmentOrder) -> TransitionRefused:
    return TransitionRefused(
        _("The order is in the state “%(state)s” already.") % {"state": order.state.label},
        current=order.state.value,
        code="wrong_state",
    )


def _record(kind: EventKind, actor: Actor, order: ContainmentOrder, **data: object) -> None:
    record(
        kind,
        actor=actor,
        subject=order,
        claim_id=order.claim_id,
        data={"kind": order.kind, "target": order.target, "executor": order.executor_id, **data},
    )


def pass_on_critical(*, claim: Claim) -> Claim | None:
    """Move a critical claim out of step 1 as soon as nothing is missing; None while it stays."""
    with locked_claim(claim) as fresh:
        if fresh.step != Step.RECEIPT or not is_critical(fresh):
            return None
        try:
            return move_claim(actor=SYSTEM, claim=fresh, transition="notify")
        except TransitionRefused:
            return None

"""Containment orders: given, executed, lifted, and what they mean for claim and lot."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from claims.commands import attach_file, move_claim
from claims.lifecycle import TRANSITIONS
from claims.models import Clock
from claims.requirements import missing_for
from claims.selectors import get_claim
from core import clock
from core.actors import SYSTEM
from core.errors import InvalidInput, NotPermitted, TransitionRefused
from events.models import Event
from masterdata.models import Lot, Shipment
from notifications import commands
from notifications.commands.containment import Execution, Order
from notifications.models import ContainmentOrder, Notice
from notifications.states import OrderState
from tests.core.samples import image


def missing(claim, transition):
    found = missing_for(get_claim(SYSTEM, claim.number), TRANSITIONS[transition])
    return {each.requirement: each.detail for each in found}


@pytest.fixture
def claim(cast):
    return cast.complete_report(severity="critical")


@pytest.fixture
def give(cast, claim):
    """`give("block_lot", lot=cast.lot)`: an order to the head of the warehouse."""

    def ordered(kind, by="handler", on=None, **values):
        order = Order(kind, values.pop("executor", cast.warehouse), **values)
        return commands.order_containment(actor=cast.actor(by), claim=on or claim, order=order)

    return ordered


def blocked(lot):
    return Lot.objects.get(pk=lot.pk).blocked_at is not None


# --- Ordering -----------------------------------------------------------------------------------


def test_an_order_tells_the_executor_who_sees_the_claim_and_confirms(cast, claim, give, relay):
    relay()
    order = give("block_lot", lot=cast.lot, place="own_stock", instruction="Quarantine K2")
    relay()
    notice = Notice.objects.get(order=order, user=cast.warehouse, channel="in_app")
    assert notice.needs_confirmation
    assert get_claim(cast.actor("warehouse"), claim.number)
    assert str(order) == "Block lot L-2291"


def test_an_order_is_due_by_the_containment_deadline(cast, claim, give):
    moment = datetime(2026, 6, 8, 10, 5, tzinfo=UTC)
    with clock.moved_to(moment):
        order = give("block_lot", lot=cast.lot)
    assert order.due_at == moment + timedelta(hours=24)
    assert Clock.objects.get(claim=claim, kind="containment").due_at == order.due_at
    assert give("sort", due_at=moment).due_at == moment


@pytest.mark.parametrize("name", ["reporter", "manager", "auditor", "legal", "outsider", "finance"])
def test_others_do_not_order(give, name):
    with pytest.raises(NotPermitted):
        give("sort", by=name)


@pytest.mark.parametrize(
    ("kind", "values", "field"),
    [
        ("block_lot", {}, "lot"),
        ("stop_line", {}, "line"),
        ("stop_shipment", {}, "shipment"),
        ("explode", {}, "kind"),
        ("sort", {"place": "moon"}, "place"),
    ],
)
def test_an_order_says_what_it_concerns(give, kind, values, field):
    with pytest.raises(InvalidInput) as refusal:
        give(kind, **values)
    assert list(refusal.value.fields) == [field]


def test_an_order_goes_to_somebody_who_is_still_there(cast, give):
    cast.warehouse.is_active = False
    with pytest.raises(InvalidInput) as refusal:
        give("sort")
    assert list(refusal.value.fields) == ["executor"]


def test_what_no_list_knows_is_said_in_words(cast, give):
    assert str(give("block_lot", scope="box 17")) == "Block lot box 17"
    shipment = Shipment.objects.create(
        document_no="D-1", shipped_on="2026-06-01", customer=cast.customer
    )
    assert str(give("stop_shipment", shipment=shipment)) == "Stop shipment: D-1"
    assert str(give("inform_customer")) == "Inform the customer"


# --- Executing ----------------------------------------------------------------------------------


def test_the_last_execution_makes_the_claim_contained(cast, claim, give):
    first, second = give("block_lot", lot=cast.lot), give("stop_line", line=cast.line)
    commands.execute_order(actor=cast.actor("warehouse"), order=first)
    assert cast.read(claim).contained_at is None
    assert missing(claim, "register")["containment_executed"] == "Execute: Stop Line 3."
    commands.execute_order(actor=cast.actor("handler"), order=second)
    assert cast.read(claim).contained_at
    assert "containment_executed" not in missing(claim, "register")
    assert Clock.objects.get(claim=claim, kind="containment").stopped_at


def test_counts_note_and_evidence_are_kept(cast, claim, give):
    order = give("sort", place="customer")
    upload = SimpleUploadedFile("sorted.png", image())
    photo = attach_file(actor=cast.actor("warehouse"), claim=claim, upload=upload)
    result = Execution(Decimal(3562), Decimal(3501), Decimal(61), "sorted by two people")
    done = commands.execute_order(
        actor=cast.actor("warehouse"), order=order, result=result, evidence=[photo]
    )
    kept = ContainmentOrder.objects.get(pk=done.pk)
    assert (kept.quantity_checked, kept.quantity_bad) == (Decimal(3562), Decimal(61))
    assert kept.state == OrderState.DONE
    assert list(kept.evidence.all()) == [photo]
    assert kept.executed_by == cast.warehouse


@pytest.mark.parametrize(
    ("result", "field"),
    [
        (Execution(), "quantity_checked"),
        (Execution(quantity_checked=Decimal(10)), "quantity_bad"),
        (Execution(Decimal(10), Decimal(9), Decimal(2)), "quantity_bad"),
        (Execution(Decimal(10), Decimal(7), Decimal(2)), "quantity_bad"),
        (Execution(Decimal(10), Decimal(11)), "quantity_bad"),
        (Execution(Decimal(10), Decimal(-1), Decimal(2)), "quantity_good"),
    ],
)
def test_sorting_needs_counts_that_add_up(cast, give, result, field):
    order = give("sort")
    with pytest.raises(InvalidInput) as refusal:
        commands.execute_order(actor=cast.actor("warehouse"), order=order, result=result)
    assert list(refusal.value.fields) == [field]


@pytest.mark.parametrize(
    "counts",
    [(None, Decimal(9), Decimal(1)), (Decimal(10), None, Decimal(1)), (Decimal(10), Decimal(9))],
)
def test_the_count_left_out_follows_from_the_others(cast, give, counts):
    order = give("sort")
    commands.execute_order(actor=cast.actor("warehouse"), order=order, result=Execution(*counts))
    kept = ContainmentOrder.objects.get(pk=order.pk)
    found = (kept.quantity_checked, kept.quantity_good, kept.quantity_bad)
    assert found == (Decimal(10), Decimal(9), Decimal(1))


@pytest.mark.parametrize("name", ["reporter", "manager", "auditor", "outsider", "administrator"])
def test_others_do_not_execute(cast, give, name):
    order = give("block_lot", lot=cast.lot)
    with pytest.raises(NotPermitted):
        commands.execute_order(actor=cast.actor(name), order=order)


def test_an_order_is_executed_once(cast, give):
    order = give("block_lot", lot=cast.lot)
    commands.execute_order(actor=cast.actor("warehouse"), order=order)
    with pytest.raises(TransitionRefused) as refusal:
        commands.execute_order(actor=cast.actor("warehouse"), order=order)
    assert refusal.value.current == "in_force"
    assert Event.objects.filter(kind="containment.executed").count() == 1


# --- Lifting ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["handler", "warehouse", "manager", "administrator", "outsider"])
def test_only_a_quality_manager_lifts(cast, give, name):
    order = give("block_lot", lot=cast.lot)
    with pytest.raises(NotPermitted):
        commands.lift_order(actor=cast.actor(name), order=order, reason="checked")
    assert blocked(cast.lot)


def test_lifting_needs_a_reason_and_happens_once(cast, give):
    order = give("block_lot", lot=cast.lot)
    manager = cast.actor("quality_manager")
    with pytest.raises(InvalidInput):
        commands.lift_order(actor=manager, order=order, reason=" ")
    lifted = commands.lift_order(actor=manager, order=order, reason="50 of 50 good")
    assert (lifted.state, lifted.lifted_by) == ("lifted", cast.quality_manager)
    with pytest.raises(TransitionRefused):
        commands.lift_order(actor=manager, order=order, reason="again")


def test_a_lot_stays_blocked_while_any_order_of_any_claim_holds_it(cast, claim, give):
    other = cast.complete_report()
    first, second = give("block_lot", lot=cast.lot), give("block_lot", lot=cast.lot, on=other)
    assert blocked(cast.lot)
    manager = cast.actor("quality_manager")
    commands.lift_order(actor=manager, order=first, reason="sorted")
    assert blocked(cast.lot)
    commands.lift_order(actor=manager, order=second, reason="sorted")
    assert not blocked(cast.lot)
    kinds = Event.objects.filter(kind__startswith="lot.").values_list("kind", flat=True)
    assert list(kinds) == ["lot.blocked", "lot.released"]


def test_closing_waits_for_what_is_held_but_not_for_what_is_done(cast, claim, give):
    block, sort = give("block_lot", lot=cast.lot), give("sort")
    counts = Execution(Decimal(10), Decimal(10), Decimal(0))
    commands.execute_order(actor=cast.actor("warehouse"), order=block)
    assert missing(claim, "close")["containment_lifted"] == "Lift: Block lot L-2291, Sort."
    commands.execute_order(actor=cast.actor("warehouse"), order=sort, result=counts)
    assert missing(claim, "close")["containment_lifted"] == "Lift: Block lot L-2291."
    commands.lift_order(actor=cast.actor("quality_manager"), order=block, reason="scrapped")
    assert "containment_lifted" not in missing(claim, "close")


def test_lifting_what_nobody_executed_leaves_nothing_to_execute(cast, claim, give):
    done, withdrawn = give("block_lot", lot=cast.lot), give("stop_line", line=cast.line)
    commands.execute_order(actor=cast.actor("warehouse"), order=done)
    commands.lift_order(actor=cast.actor("quality_manager"), order=withdrawn, reason="by mistake")
    assert cast.read(claim).contained_at
    assert "containment_executed" not in missing(claim, "register")


def test_an_order_on_a_cancelled_claim_can_still_be_lifted(cast, claim, give):
    order = give("block_lot", lot=cast.lot)
    move_claim(
        actor=cast.actor("quality_manager"),
        claim=claim,
        transition="cancel",
        remark="not ours",
        cancel_reason="no_claim",
    )
    with pytest.raises(NotPermitted):
        give("sort")
    commands.lift_order(actor=cast.actor("quality_manager"), order=order, reason="not ours")
    assert not blocked(cast.lot)


def test_the_executor_hears_that_it_is_lifted(cast, give, relay):
    order = give("block_lot", lot=cast.lot)
    commands.lift_order(actor=cast.actor("quality_manager"), order=order, reason="sorted")
    relay()
    notice = Notice.objects.get(
        order=order, user=cast.warehouse, occasion="containment.lifted", channel="in_app"
    )
    assert not notice.needs_confirmation


def test_who_has_executed_an_order_has_read_it(cast, give, relay):
    order = give("block_lot", lot=cast.lot)
    relay()
    commands.execute_order(actor=cast.actor("warehouse"), order=order)
    assert Notice.objects.get(order=order, needs_confirmation=True).confirmed_at

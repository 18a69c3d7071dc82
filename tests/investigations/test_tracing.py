"""Who else got it, which lots are siblings, where the pieces are."""

from datetime import date
from decimal import Decimal

import pytest

from core.errors import InvalidInput, Stale
from investigations import selectors, tracing
from investigations.models import AffectedLot, TraceabilityAnswer
from masterdata.models import Lot, Shipment, ShipmentLine

pytestmark = pytest.mark.django_db


def ship(lot, customer, quantity, document):
    shipment = Shipment.objects.create(
        document_no=document, customer=customer, shipped_on=date(2026, 6, 3)
    )
    ShipmentLine.objects.create(
        shipment=shipment, position=1, product=lot.product, lot=lot, quantity=quantity
    )


def make_lot(cast, code, **values):
    facts = {"product": cast.product, "line": cast.line, "produced_on": date(2026, 6, 2)}
    return Lot.objects.create(code=code, **{**facts, **values})


def test_an_answer_rests_on_a_fact(inquiry):
    with pytest.raises(InvalidInput):
        inquiry.do("answer_traceability", question="other_lots", answer=False, fact=None)
    fact = inquiry.fact("All 38 come from lot L-2291")
    inquiry.do("answer_traceability", question="other_lots", answer=False, fact=fact)
    later = inquiry.fact("Lot L-2293 cracked, too")
    inquiry.do("answer_traceability", question="other_lots", answer=True, fact=later, text="L-2293")
    given = TraceabilityAnswer.objects.get()
    assert (given.answer, given.fact, given.text) == (True, later, "L-2293")


def test_a_lot_brings_what_was_made_and_shipped(inquiry, cast):
    ship(cast.lot, cast.customer, 3600, "S-1")
    named = inquiry.do("name_lot", lot=cast.lot, suspicion="claimed")
    assert (named.produced, named.at_customers, named.unaccounted) == (4800, 3600, 1200)


def test_pieces_are_accounted_for_down_to_none(inquiry, cast):
    named = inquiry.do("name_lot", lot=cast.lot)
    counts = {"in_stock": Decimal(1100), "scrapped": Decimal(100), "at_customers": Decimal(3600)}
    counted = inquiry.do("count_lot", affected=named, quantities=counts, version=1)
    assert counted.unaccounted == 0
    with pytest.raises(Stale):
        inquiry.do("count_lot", affected=named, quantities=counts, version=1)
    with pytest.raises(InvalidInput):
        inquiry.do("count_lot", affected=named, quantities={"in_stock": Decimal(-1)})


def test_new_shipments_are_taken_over(inquiry, cast):
    named = inquiry.do("name_lot", lot=cast.lot)
    ship(cast.lot, cast.customer, 3600, "S-1")
    ship(cast.lot, cast.other_customer, 200, "S-2")
    assert inquiry.do("refresh_lots") == 1
    assert AffectedLot.objects.get(pk=named.pk).at_customers == 3800
    assert inquiry.do("refresh_lots") == 0


def test_a_lot_that_the_erp_does_not_know_is_named_by_its_code(inquiry):
    named = inquiry.do("name_lot", lot_code="X-77", suspicion="other")
    assert (named.lot, named.unaccounted) == (None, None)
    with pytest.raises(InvalidInput):
        inquiry.do("name_lot", lot_code="X-77")


def test_a_verdict_rests_on_a_fact(inquiry, cast):
    named = inquiry.do("name_lot", lot=cast.lot)
    for status in ("confirmed", "cleared"):
        with pytest.raises(InvalidInput):
            inquiry.do("judge_lot", affected=named, status=status)
    judged = inquiry.do("judge_lot", affected=named, status="cleared", facts=[inquiry.fact()])
    assert judged.status == "cleared"
    assert inquiry.do("judge_lot", affected=named, status="suspected").status == "suspected"


def test_receivers_are_added_up_per_customer(cast):
    ship(cast.lot, cast.customer, 100, "S-1")
    ship(cast.lot, cast.customer, 200, "S-2")
    ship(cast.lot, cast.other_customer, 700, "S-3")
    receipts = tracing.list_receivers([cast.lot])[cast.lot.pk]
    assert [(each.customer_code, int(each.quantity)) for each in receipts] == [
        ("C-002", 700),
        ("C-001", 300),
    ]


def test_siblings_share_raw_material_or_the_line_at_the_time(cast):
    same_raw = make_lot(cast, "L-2300", line=cast.other_line, raw_lots=["M-5540", "M-1"])
    same_line = make_lot(cast, "L-2292", raw_lots=["M-9"])
    same_shift = make_lot(cast, "L-2290", produced_on=date(2026, 6, 1), shift="B")
    make_lot(cast, "L-2400", produced_on=date(2026, 6, 20), raw_lots=["M-55401"])
    make_lot(cast, "L-1000", produced_on=date(2025, 6, 1), raw_lots=["M-5540"])
    found = {each.lot: set(each.reasons) for each in tracing.list_siblings(cast.lot)}
    assert found == {
        cast.other_lot: {"raw_lot"},
        same_raw: {"raw_lot"},
        same_line: {"line"},
        same_shift: {"line", "day", "shift"},
    }


def test_raw_material_named_in_russian_is_found_too(cast):
    lot = make_lot(cast, "L-1", line=None, raw_lots=["П-12"])
    other = make_lot(cast, "L-2", line=None, raw_lots=["П-12"])
    make_lot(cast, "L-3", line=None, raw_lots=["П-1"])
    assert [each.lot for each in tracing.list_siblings(lot)] == [other]


def test_candidates_leave_out_what_is_named_already(inquiry, cast):
    codes = {each.lot.code for each in selectors.list_candidates(inquiry.claim)}
    assert codes == {"L-2291", "L-2309"}
    inquiry.do("name_lot", lot=cast.lot)
    assert [each.lot.code for each in selectors.list_candidates(inquiry.claim)] == ["L-2309"]


def test_tracing_asks_the_database_equally_often_for_more_lots(
    inquiry, cast, django_assert_num_queries
):
    for number in range(6):
        lot = make_lot(cast, f"K-{number}")
        ship(lot, cast.customer, 10, f"D-{number}")
        inquiry.do("name_lot", lot=lot)
    with django_assert_num_queries(3):
        assert len(selectors.trace_lots(inquiry.claim)) == 6

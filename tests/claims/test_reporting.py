"""Step 1: whatever is known becomes a claim, once."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from claims.commands import report_claim
from claims.models import Claim, Comment, Participant
from claims.states import Severity, Step
from core import clock
from core.actors import Actor, Via
from core.errors import InvalidInput, NotPermitted
from events.models import Event
from masterdata.models import Product
from tests.cast import Cast, actor_of


def test_a_title_alone_is_enough(cast: Cast):
    claim = cast.report(title="Flash on the cover")
    assert (claim.step, claim.title, claim.severity) == (Step.RECEIPT, "Flash on the cover", "")
    assert claim.customer is None
    assert not claim.items.exists()
    assert claim.step_due_at is not None


def test_a_description_gives_the_title(cast: Cast):
    claim = cast.report(title="", description="Крышка режет перчатку. " * 20)
    assert claim.title.startswith("Крышка режет перчатку.")
    assert len(claim.title) <= 121
    assert claim.title.endswith("…")


def test_an_empty_report_is_refused(cast: Cast):
    with pytest.raises(InvalidInput) as refused:
        cast.report(title=" ")
    assert list(refused.value.fields) == ["title"]
    assert not Claim.objects.exists()


def test_receipt_in_the_future_is_refused_a_clock_going_wrong_is_not(cast: Cast):
    cast.report(received_at=clock.now() + timedelta(minutes=4))
    with pytest.raises(InvalidInput) as refused:
        cast.report(received_at=clock.now() + timedelta(minutes=6))
    assert "received_at" in refused.value.fields
    assert Claim.objects.count() == 1


def test_numbers_carry_the_year_of_receipt_and_grow(cast: Cast):
    numbers = [cast.report().number for _ in range(3)]
    year = f"{clock.today():%y}"
    assert all(re.fullmatch(rf"{year}-\d{{4,}}", number) for number in numbers)
    running = [int(number.split("-")[1]) for number in numbers]
    assert running == sorted(set(running))
    past = cast.report(received_at=clock.now().replace(year=2019, month=3, day=1))
    assert past.number.startswith("19-")


def test_the_year_of_a_number_is_the_one_the_site_writes(cast: Cast):
    new_year_in_moscow = datetime(2024, 12, 31, 21, 30, tzinfo=UTC)
    assert cast.report(received_at=new_year_in_moscow).number.startswith("25-")


def test_a_source_reference_gives_one_claim(cast: Cast):
    erp = Actor(user=cast.employee, via=Via.API, client="erp")
    fields = {"title": "From the ERP", "site": cast.site, "source_reference": "Q-1"}
    first = report_claim(actor=erp, fields=fields)
    again = report_claim(actor=erp, fields={**fields, "title": "Sent twice"})
    assert again.pk == first.pk
    assert Claim.objects.get().title == "From the ERP"
    other = Actor(user=cast.employee, via=Via.API, client="portal")
    assert report_claim(actor=other, fields=fields).pk != first.pk


def test_a_known_lot_brings_product_line_and_day(cast: Cast):
    claim = cast.report(items=[{"lot": cast.lot, "quantity_claimed": Decimal(3)}])
    item = claim.items.get()
    assert (item.product, item.line, item.lot_code) == (cast.product, cast.line, "L-2291")
    assert item.produced_on == cast.lot.produced_on


def test_an_unknown_lot_is_kept_as_typed(cast: Cast):
    item = cast.report(items=[{"lot_code": "X-1"}]).items.get()
    assert (item.lot, item.lot_code) == (None, "X-1")


def test_the_unit_is_the_products(cast: Cast):
    granulate = Product.objects.create(code="G-1", name="Granulate", unit="kg")
    items = [{"product": granulate}, {"product": cast.product}, {"lot_code": "X"}]
    units = [item.unit for item in cast.report(items=items).items.all()]
    assert units == ["kg", "pcs", "pcs"]


def test_the_site_is_the_reporters_unless_named(cast: Cast):
    assert cast.report(by=cast.outsider).site == cast.other_site
    assert cast.report(by=cast.outsider, site=cast.site).site == cast.site


def test_what_must_be_stopped_makes_the_report_critical_but_judges_nothing(cast: Cast):
    claim = report_claim(
        actor=cast.actor("reporter"), fields={"title": "Sharp edge"}, stop_note=" Stop line 3 "
    )
    event = Event.objects.get(claim_id=claim.pk)
    assert event.data["critical"] is True
    assert event.data["stop_note"] == "Stop line 3"
    assert claim.severity == ""
    assert Comment.objects.get(claim=claim).text == "Stop line 3"
    plain = cast.report()
    assert Event.objects.get(claim_id=plain.pk).data["critical"] is False
    judged = cast.report(severity=Severity.CRITICAL, by=cast.handler)
    assert Event.objects.get(claim_id=judged.pk).data["critical"] is True


def test_the_reporter_has_a_part_in_the_claim(cast: Cast):
    claim = cast.report()
    assert Participant.objects.get(claim=claim).user == cast.reporter
    assert claim.received_by == cast.reporter


@pytest.mark.parametrize("reader", ["manager", "auditor", "administrator"])
def test_those_who_only_read_do_not_report(cast: Cast, reader: str):
    with pytest.raises(NotPermitted):
        report_claim(actor=actor_of(cast.people[reader]), fields={"title": "No"})
    assert not Claim.objects.exists()


def test_an_item_can_have_several_defects(cast: Cast):
    items = [cast.item(other_defects=[cast.other_defect]), cast.item()]
    first, second = cast.report(items=items).items.all()
    assert list(first.other_defects.all()) == [cast.other_defect]
    assert not second.other_defects.exists()

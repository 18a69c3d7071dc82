"""Completing and correcting the record, each change seen and none overwritten."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from claims.commands import (
    ItemEdit,
    Judgement,
    assign_owner,
    edit_claim,
    remove_item,
    save_item,
    save_record,
    set_severity,
    waive_acknowledgement,
)
from claims.states import Step
from core import clock
from core.errors import InvalidInput, NotPermitted, Stale
from events.models import Event
from masterdata.models import Lot
from tests.cast import Cast


def last_event(claim):
    return Event.objects.filter(claim_id=claim.pk).latest("id")


def test_an_edit_records_old_and_new(cast: Cast):
    claim = cast.complete_report()
    edit_claim(
        actor=cast.actor("handler"),
        claim=claim,
        values={"title": "Broken latches", "order_no": "PO-7", "kind": "quality"},
    )
    event = last_event(claim)
    assert event.kind == "claim.changed"
    assert event.data["changes"] == {
        "title": ["Cracked latches on connector housing", "Broken latches"],
        "order_no": ["", "PO-7"],
    }
    assert cast.read(claim).version == claim.version + 1


def test_an_edit_that_changes_nothing_leaves_no_trace(cast: Cast):
    claim = cast.complete_report()
    count = Event.objects.count()
    edit_claim(actor=cast.actor("handler"), claim=claim, values={"title": claim.title})
    assert Event.objects.count() == count
    assert cast.read(claim).version == claim.version


def test_the_second_of_two_edits_is_stale(cast: Cast):
    claim = cast.complete_report()
    edit_claim(actor=cast.actor("handler"), claim=claim, values={"title": "First"}, version=1)
    with pytest.raises(Stale) as refused:
        edit_claim(
            actor=cast.actor("second_handler"), claim=claim, values={"title": "Second"}, version=1
        )
    assert refused.value.current.title == "First"
    assert cast.read(claim).title == "First"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": " "}, "title"),
        ({"step": "closed"}, "step"),
        ({"severity": "minor"}, "severity"),
        ({"received_at": None}, "received_at"),
    ],
)
def test_what_an_edit_refuses(cast: Cast, values: dict, field: str):
    claim = cast.complete_report()
    if field == "received_at":
        values = {"received_at": clock.now() + timedelta(hours=1)}
    with pytest.raises(InvalidInput) as refused:
        edit_claim(actor=cast.actor("handler"), claim=claim, values=values)
    assert list(refused.value.fields) == [field]


def test_reporters_edit_until_registration_and_only_their_own(cast: Cast):
    claim = cast.report()
    edit_claim(actor=cast.actor("reporter"), claim=claim, values={"order_no": "1"})
    with pytest.raises(NotPermitted):
        edit_claim(actor=cast.actor("employee"), claim=claim, values={"order_no": "2"})
    for name in ("notify", "register"):
        cast.move(claim, name, "handler")
    with pytest.raises(NotPermitted):
        edit_claim(actor=cast.actor("reporter"), claim=claim, values={"order_no": "3"})
    assert cast.read(claim).order_no == "1"


@pytest.mark.parametrize("step", [Step.CLOSED, Step.CANCELLED])
def test_a_finished_claim_is_frozen(cast: Cast, step: str):
    claim = cast.claim_in(step)
    with pytest.raises(NotPermitted):
        edit_claim(actor=cast.actor("quality_manager"), claim=claim, values={"title": "No"})
    with pytest.raises(NotPermitted):
        save_item(actor=cast.actor("quality_manager"), claim=claim, values={})


def test_raising_the_severity_is_everyday_work_lowering_it_is_not(cast: Cast):
    claim = cast.complete_report(severity="major")
    set_severity(actor=cast.actor("handler"), claim=claim, severity="critical")
    with pytest.raises(NotPermitted):
        set_severity(actor=cast.actor("handler"), claim=claim, severity="minor", reason="smaller")
    with pytest.raises(InvalidInput) as refused:
        set_severity(actor=cast.actor("quality_manager"), claim=claim, severity="minor")
    assert list(refused.value.fields) == ["severity_reason"]
    set_severity(
        actor=cast.actor("quality_manager"), claim=claim, severity="minor", reason="only papers"
    )
    assert cast.read(claim).severity == "minor"
    event = Event.objects.filter(claim_id=claim.pk, kind="claim.severity_changed").latest("id")
    assert event.data["reason"] == "only papers"
    assert event.data["changes"]["severity"] == ["critical", "minor"]


def test_the_priority_follows_severity_and_urgency(cast: Cast):
    claim = cast.complete_report(severity="major")
    assert claim.priority == 3
    edit_claim(actor=cast.actor("handler"), claim=claim, values={"is_line_down": True})
    assert cast.read(claim).priority == 2
    set_severity(actor=cast.actor("handler"), claim=claim, severity="critical")
    assert cast.read(claim).priority == 1


def test_the_owner_is_a_quality_specialist_of_the_site(cast: Cast):
    claim = cast.complete_report(owner=None)
    for person in (cast.employee, cast.outsider, cast.manager):
        with pytest.raises(InvalidInput) as refused:
            assign_owner(actor=cast.actor("handler"), claim=claim, owner=person)
        assert list(refused.value.fields) == ["owner"]
    assign_owner(actor=cast.actor("handler"), claim=claim, owner=cast.second_handler)
    assert cast.read(claim).owner == cast.second_handler
    assert last_event(claim).data["owner_id"] == cast.second_handler.pk


def test_a_waiver_keeps_its_reason(cast: Cast):
    claim = cast.complete_report()
    with pytest.raises(InvalidInput):
        waive_acknowledgement(actor=cast.actor("handler"), claim=claim, reason=" ")
    waive_acknowledgement(actor=cast.actor("handler"), claim=claim, reason="Told by phone")
    assert cast.read(claim).acknowledgement_waiver == "Told by phone"


# --- Items ------------------------------------------------------------------------------------


def test_an_items_change_shows_and_raises_the_claims_version(cast: Cast):
    claim = cast.complete_report()
    item = claim.items.get()
    save_item(
        actor=cast.actor("handler"),
        claim=claim,
        item=item,
        values={"quantity_claimed": Decimal(99)},
    )
    assert last_event(claim).data["changes"] == {"quantity_claimed": ["38.000", "99"]}
    assert cast.read(claim).version == claim.version + 1


def test_another_lot_brings_its_own_line_and_day(cast: Cast):
    claim = cast.complete_report()
    newer = Lot.objects.create(
        code="L-2400", product=cast.product, line=cast.other_line, produced_on="2026-07-01"
    )
    item = save_item(
        actor=cast.actor("handler"),
        claim=claim,
        item=claim.items.get(),
        values={"lot": newer, "lot_code": "L-2400"},
    )
    assert (item.lot_code, item.line) == ("L-2400", cast.other_line)
    assert str(claim.items.get().produced_on) == "2026-07-01"
    assert set(last_event(claim).data["changes"]) == {"lot", "lot_code", "line", "produced_on"}


@pytest.mark.parametrize("field", ["quantity_claimed", "quantity_delivered", "quantity_returned"])
def test_quantities_are_not_below_zero(cast: Cast, field: str):
    claim = cast.complete_report()
    with pytest.raises(InvalidInput) as refused:
        save_item(actor=cast.actor("handler"), claim=claim, values={field: Decimal(-1)})
    assert list(refused.value.fields) == [field]
    assert claim.items.count() == 1


def test_a_lot_of_another_product_is_refused(cast: Cast):
    claim = cast.complete_report()
    with pytest.raises(InvalidInput) as refused:
        save_item(
            actor=cast.actor("handler"),
            claim=claim,
            values={"product": cast.product, "lot": cast.other_lot},
        )
    assert "VF-310" in str(refused.value)


def test_a_removed_item_stays_in_history(cast: Cast):
    claim = cast.complete_report()
    remove_item(actor=cast.actor("handler"), claim=claim, item=claim.items.get())
    assert not claim.items.exists()
    assert last_event(claim).data["item"] == "RK-12 Connector housing L-2291"


# --- The form as a whole ----------------------------------------------------------------------


def test_a_record_is_saved_as_a_whole(cast: Cast):
    claim = cast.report(by=cast.handler)
    save_record(
        actor=cast.actor("handler"),
        claim=claim,
        version=claim.version,
        values={"title": "Whole", "customer": cast.customer},
        items=[ItemEdit(values=cast.item()), ItemEdit(remove=True)],
        judgement=Judgement(severity="minor", owner=cast.second_handler),
    )
    saved = cast.read(claim)
    assert (saved.title, saved.customer, saved.severity) == ("Whole", cast.customer, "minor")
    assert saved.owner == cast.second_handler
    assert saved.items.get().lot == cast.lot


def test_or_not_at_all(cast: Cast):
    claim = cast.complete_report()
    item = claim.items.get()
    count = Event.objects.count()
    with pytest.raises(InvalidInput) as refused:
        save_record(
            actor=cast.actor("handler"),
            claim=claim,
            version=claim.version,
            values={"title": "Half"},
            items=[
                ItemEdit(values={"quantity_claimed": Decimal(1)}, item_id=item.pk),
                ItemEdit(values={"quantity_claimed": Decimal(-1)}),
            ],
        )
    assert list(refused.value.fields) == ["items.1.quantity_claimed"]
    assert cast.read(claim).title == claim.title
    assert claim.items.get().quantity_claimed == 38
    assert Event.objects.count() == count


def test_an_item_removed_by_somebody_else_comes_back_as_typed(cast: Cast):
    claim = cast.complete_report()
    item = claim.items.get()
    remove_item(actor=cast.actor("second_handler"), claim=claim, item=item)
    fresh = cast.read(claim)
    save_record(
        actor=cast.actor("handler"),
        claim=fresh,
        version=fresh.version,
        values={},
        items=[ItemEdit(values=cast.item(quantity_claimed=Decimal(7)), item_id=item.pk)],
    )
    assert claim.items.get().quantity_claimed == 7

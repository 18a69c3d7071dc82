"""Master data changes through commands: who may, what is written, what stands in history."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.actors import Actor, Via
from core.errors import InvalidInput, NotPermitted, Stale
from events.chain import find_breaks
from events.models import Event
from masterdata.commands import (
    RowResult,
    ShippedLine,
    block_lot,
    record_shipments,
    release_lot,
    save_contact,
    set_families,
    upsert,
)
from masterdata.models import Customer, DefectCode, Lot, Product, Shipment, ShipmentLine, Site
from tests.cast import Cast, build_cast


@pytest.fixture
def admin(cast: Cast) -> Actor:
    return cast.actor("administrator")


def program(cast: Cast, *scopes: str) -> Actor:
    """An integration client acting as its service account."""
    return Actor(user=cast.people["employee"], via=Via.API, client="erp", scopes=frozenset(scopes))


def last_event() -> Event:
    return Event.objects.order_by("-id")[0]


# --- One record --------------------------------------------------------------------------------


def test_a_new_record_is_created_and_recorded(admin):
    customer, created = upsert(
        Customer, actor=admin, key="C-9", values={"name": "Nova Pumps", "country": "DE"}
    )

    assert created
    assert Customer.objects.get(code="C-9").name == "Nova Pumps"
    event = last_event()
    assert (event.kind, event.actor, event.via) == ("masterdata.created", admin.user, "web")
    assert event.subject_id == str(customer.pk)
    assert event.data == {"name": "Nova Pumps", "country": "DE"}


def test_a_change_is_recorded_with_old_and_new_value(cast, admin):
    customer, created = upsert(Customer, actor=admin, key="C-001", values={"city": "Mumbai"})

    assert not created
    assert (customer.city, customer.version) == ("Mumbai", 2)
    assert last_event().data["changes"] == {"city": ["Pune", "Mumbai"]}


def test_a_changed_relation_is_recorded_by_its_name(cast, admin):
    upsert(Product, actor=admin, key="RK-12", values={"family": None})

    assert last_event().data["changes"] == {"family": ["Connectors", None]}


def test_unchanged_values_write_nothing(cast, admin):
    before = Customer.objects.get(code="C-001")

    upsert(Customer, actor=admin, key="C-001", values={"city": "Pune", "country": "IN"})

    after = Customer.objects.get(code="C-001")
    assert (after.version, after.updated_at) == (before.version, before.updated_at)
    assert not Event.objects.exists()


def test_a_stale_version_is_refused_and_changes_nothing(cast, admin):
    upsert(Customer, actor=admin, key="C-001", values={"city": "Mumbai"}, version=1)

    with pytest.raises(Stale) as refusal:
        upsert(Customer, actor=admin, key="C-001", values={"city": "Delhi"}, version=1)

    assert refusal.value.current.city == "Mumbai"
    assert Customer.objects.get(code="C-001").city == "Mumbai"
    assert Event.objects.count() == 1


def test_impossible_values_name_their_fields_and_change_nothing(cast, admin):
    with pytest.raises(InvalidInput) as refusal:
        upsert(Customer, actor=admin, key="C-9", values={"name": "", "country": "Germany"})
    assert set(refusal.value.fields) == {"name", "country"}

    with pytest.raises(InvalidInput):
        upsert(Customer, actor=admin, key="C-001", values={"language": "fr"})
    assert Customer.objects.get(code="C-001").language == "en"
    assert not Event.objects.exists()


def test_a_site_needs_a_time_zone_that_exists(cast, admin):
    with pytest.raises(InvalidInput) as refusal:
        upsert(Site, actor=admin, key="MAIN", values={"time_zone": "Mars/Base"})
    assert set(refusal.value.fields) == {"time_zone"}


@pytest.mark.parametrize(
    "who", ["handler", "quality_manager", "manager", "auditor", "reporter", "legal", "finance"]
)
def test_others_change_no_master_data(cast, who):
    with pytest.raises(NotPermitted):
        upsert(Customer, actor=cast.actor(who), key="C-001", values={"city": "Mumbai"})
    with pytest.raises(NotPermitted):
        record_shipments(actor=cast.actor(who), lines=[])
    assert not Event.objects.exists()


def test_a_program_needs_the_scope(cast):
    with pytest.raises(NotPermitted):
        upsert(Customer, actor=program(cast, "claims:write"), key="C-9", values={"name": "Nova"})

    upsert(Customer, actor=program(cast, "masterdata:write"), key="C-9", values={"name": "Nova"})
    assert (last_event().actor_label, last_event().via) == ("erp", "api")


def test_catalogues_belong_to_quality_managers_too_but_not_to_programs(cast):
    values = {"name_ru": "Задир", "name_en": "Scoring"}
    code, _created = upsert(
        DefectCode, actor=cast.actor("quality_manager"), key="SURF-SCORE", values=values
    )
    set_families(actor=cast.actor("quality_manager"), entry=code, families=[cast.family])
    assert list(code.families.all()) == [cast.family]
    assert last_event().data["changes"] == {"families": [[], ["F-CON"]]}

    with pytest.raises(NotPermitted):
        upsert(DefectCode, actor=program(cast, "claims:write"), key="SURF-X", values=values)
    with pytest.raises(NotPermitted):
        set_families(actor=cast.actor("handler"), entry=code, families=[])


def test_a_contact_is_created_changed_and_recorded(cast, admin):
    values = {"customer": cast.customer, "name": "Ravi Rao", "email": "ravi.rao@kestrel.example"}
    contact = save_contact(actor=admin, contact=None, values=values)
    save_contact(actor=admin, contact=contact, values=values | {"phone": "+91 20 5550"})

    kinds = Event.objects.order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["masterdata.created", "masterdata.changed"]
    with pytest.raises(InvalidInput):
        save_contact(actor=admin, contact=contact, values={"email": "not an address"})
    with pytest.raises(NotPermitted):
        save_contact(actor=cast.actor("handler"), contact=contact, values={"name": "X"})


# --- Lots --------------------------------------------------------------------------------------


def test_a_lot_is_blocked_once_and_released(cast):
    actor = cast.actor("handler")

    blocked = block_lot(actor=actor, lot=cast.lot, reason="cracks")
    block_lot(actor=actor, lot=cast.lot, reason="once more")
    assert Lot.objects.get(pk=cast.lot.pk).blocked_at == blocked.blocked_at

    release_lot(actor=actor, lot=cast.lot, reason="sorted")
    release_lot(actor=actor, lot=cast.lot, reason="sorted")
    assert Lot.objects.get(pk=cast.lot.pk).blocked_at is None
    recorded = Event.objects.order_by("id").values_list("kind", "data")
    assert list(recorded) == [
        ("lot.blocked", {"reason": "cracks"}),
        ("lot.released", {"reason": "sorted"}),
    ]


# --- Shipments ---------------------------------------------------------------------------------


def line(number: str = "DN-1", position: int = 1, **values) -> ShippedLine:
    filled = {
        "shipped_on": date(2026, 6, 5),
        "customer": "C-001",
        "product": "RK-12",
        "quantity": Decimal(100),
        "lot": "L-2291",
    }
    return ShippedLine(number, position=position, **(filled | values))  # type: ignore[arg-type]


def test_good_lines_are_kept_and_bad_ones_named(cast, admin):
    results = record_shipments(
        actor=admin,
        lines=[
            line(),
            line(position=2, customer="C-404"),
            line(position=3, product="nothing"),
            line(position=4, lot="L-404"),
            line(position=5, lot="L-2309"),
            line(position=6, quantity=Decimal(0)),
            line(position=7, lot=""),
        ],
    )

    assert [(each.row, each.field) for each in results] == [
        (0, ""), (1, "customer"), (2, "product"), (3, "lot"), (4, "lot"), (5, "quantity"), (6, ""),
    ]  # fmt: skip
    assert "C-404" in results[1].error
    assert list(ShipmentLine.objects.values_list("position", flat=True)) == [1, 7]
    assert Event.objects.filter(kind="shipment.recorded").count() == 1


def test_a_line_sent_again_overwrites_itself(cast, admin):
    record_shipments(actor=admin, lines=[line(), line(position=2)])

    record_shipments(actor=admin, lines=[line(quantity=Decimal("99.5"), lot="")])

    first, second = ShipmentLine.objects.order_by("position")
    assert (first.quantity, first.lot) == (Decimal("99.5"), None)
    assert second.quantity == 100
    assert Shipment.objects.count() == 1


def test_a_corrected_document_takes_the_new_day_and_customer(cast, admin):
    record_shipments(actor=admin, lines=[line(), line("DN-2")])

    record_shipments(actor=admin, lines=[line(shipped_on=date(2026, 6, 8), customer="C-002")])

    shipment = Shipment.objects.get(document_no="DN-1")
    assert (shipment.shipped_on, shipment.customer) == (date(2026, 6, 8), cast.other_customer)
    assert shipment.version == 2
    assert last_event().kind == "masterdata.changed"
    assert last_event().data["changes"]["shipped_on"] == ["2026-06-05", "2026-06-08"]
    assert Shipment.objects.get(document_no="DN-2").version == 1
    assert list(find_breaks()) == []


def test_the_last_of_two_equal_positions_counts(cast, admin):
    results = record_shipments(actor=admin, lines=[line(), line(quantity=Decimal(7))])

    assert results == [RowResult(0), RowResult(1)]
    assert ShipmentLine.objects.get().quantity == 7


def test_queries_do_not_grow_with_the_lines(cast, admin):
    def queries(count: int, first: int) -> int:
        lines = [line(f"DN-{first + n // 4}", n % 4) for n in range(count)]
        with CaptureQueriesContext(connection) as asked:
            record_shipments(actor=admin, lines=lines)
        return len(asked)

    few = queries(8, 0)

    assert queries(40, 100) <= few
    assert few < 20


@pytest.mark.django_db(transaction=True)
def test_the_same_document_sent_twice_at_once_is_kept_once():
    admin = build_cast().actor("administrator")

    def send(_number: int) -> list[RowResult]:
        try:
            return record_shipments(actor=admin, lines=[line(), line("DN-2")])
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as hands:
        answers = list(hands.map(send, range(8)))

    assert answers == [[RowResult(0), RowResult(1)]] * 8
    assert Shipment.objects.count() == ShipmentLine.objects.count() == 2
    assert Event.objects.filter(kind="shipment.recorded").count() == 2
    assert list(find_breaks()) == []

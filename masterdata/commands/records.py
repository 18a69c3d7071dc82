"""Every write to master data. API, admin and imports call these."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from core import clock
from core.actors import Actor
from core.errors import InvalidInput, Stale
from core.models import Versioned, changes_of
from events.commands import Draft, record, record_all
from masterdata import events
from masterdata.models import (
    CauseCode,
    Customer,
    CustomerContact,
    DefectCode,
    Lot,
    Product,
    ProductFamily,
    Shipment,
    ShipmentLine,
    Site,
)
from masterdata.policies import can_edit_catalogue, can_edit_masterdata, require

Record = TypeVar("Record", bound=Versioned)

CATALOGUES = (DefectCode, CauseCode)
# What claims are searched by.
NAMED_ON_CLAIMS = (Customer, Product, DefectCode)
NAMES = {"name", "name_ru", "name_en"}
# What of a site its deadlines are counted with.
WORKING_TIME = {"calendar", "time_zone"}


def upsert(
    model: type[Record],
    *,
    actor: Actor,
    key: str,
    values: Mapping[str, Any],
    version: int | None = None,
    exists: bool | None = None,
) -> tuple[Record, bool]:
    """Create or change the record with that natural key; returns it and whether it is new.

    Unchanged values write and record nothing. `exists` demands that there is, or that there is not,
    such a record. Raises NotPermitted, Stale, InvalidInput (from the model's own validation, per
    field).
    """
    _require_may_edit(actor, model)
    with transaction.atomic():
        found = model.objects.select_for_update().filter(**{key_field(model): key}).first()  # type: ignore[attr-defined]
        if found is None:
            if exists or version is not None:
                raise Stale(None, expected=version, message=_("There is no such record."))
            return _create(model, actor, key, values), True
        if exists is False:
            raise Stale(found, expected=None, message=_("There is such a record already."))
        if version is not None and found.version != version:
            raise Stale(found, expected=version)
        changes = changes_of(found, dict(values))
        if changes:
            validate(found)
            found.save_changes(*changes)
            drafts = [Draft(events.CHANGED, found, changes=changes)]
            if model is Site and WORKING_TIME & set(changes):
                drafts.append(Draft(events.CALENDAR_CHANGED, found, changes=changes))
            if model in NAMED_ON_CLAIMS and NAMES & set(changes):
                drafts.append(Draft(events.RENAMED, found))
            record_all(drafts, actor=actor)
        return found, False


def key_field(model: type[models.Model]) -> str:
    """The field that is the natural key of a kind of record."""
    return "document_no" if model is Shipment else "code"


def _require_may_edit(actor: Actor, model: type[models.Model]) -> None:
    require(can_edit_catalogue(actor) if model in CATALOGUES else can_edit_masterdata(actor))


def _create(model: type[Record], actor: Actor, key: str, values: Mapping[str, Any]) -> Record:
    created = model(**{key_field(model): key, **values})
    validate(created)
    created.save()
    record(
        events.CREATED,
        actor=actor,
        subject=created,
        data={name: str(value) for name, value in values.items() if value not in (None, "")},
    )
    return created


def validate(obj: models.Model, exclude: Collection[str] = ()) -> None:
    """The model's own rules as InvalidInput; what the database checks anyway is left to it."""
    from django.core.exceptions import ValidationError

    try:
        obj.full_clean(exclude=exclude, validate_constraints=False)
    except ValidationError as error:
        raise InvalidInput(
            {name: list(texts) for name, texts in error.message_dict.items()}
        ) from error


def set_families(
    *, actor: Actor, entry: DefectCode | CauseCode, families: Sequence[ProductFamily]
) -> None:
    """Say for which product families a catalogue code is meant; none means all of them.

    Raises NotPermitted.
    """
    require(can_edit_catalogue(actor))
    with transaction.atomic():
        type(entry).objects.select_for_update(of=("self",)).get(pk=entry.pk)
        before = sorted(entry.families.values_list("code", flat=True))
        after = sorted(each.code for each in families)
        if before != after:
            entry.families.set(families)
            record(
                events.CHANGED, actor=actor, subject=entry, changes={"families": [before, after]}
            )


def save_contact(
    *, actor: Actor, contact: CustomerContact | None, values: Mapping[str, Any]
) -> CustomerContact:
    """Create or change a customer's contact. Raises NotPermitted, InvalidInput."""
    require(can_edit_masterdata(actor))
    with transaction.atomic():
        if contact is None:
            contact, changes, kind = CustomerContact(**values), {}, events.CREATED
            validate(contact)
            contact.save()
        else:
            contact = CustomerContact.objects.select_for_update().get(pk=contact.pk)
            changes, kind = changes_of(contact, dict(values)), events.CHANGED
            if not changes:
                return contact
            validate(contact)
            contact.save_changes(*changes)
        record(kind, actor=actor, subject=contact, changes=changes)
    return contact


def block_lot(*, actor: Actor, lot: Lot, reason: str) -> Lot:
    """Mark the lot blocked, so that it shows wherever the lot appears. Blocked stays blocked.

    Called by the command that orders it, which has checked the permission.
    """
    return _set_blocked(actor, lot, True, reason)


def release_lot(*, actor: Actor, lot: Lot, reason: str) -> Lot:
    """Take the block off. Called by the command that lifts the last order on the lot."""
    return _set_blocked(actor, lot, False, reason)


def _set_blocked(actor: Actor, lot: Lot, blocked: bool, reason: str) -> Lot:
    with transaction.atomic():
        fresh = Lot.objects.select_for_update().get(pk=lot.pk)
        if bool(fresh.blocked_at) == blocked:
            return fresh
        fresh.blocked_at = clock.now() if blocked else None
        kind = events.LOT_BLOCKED if blocked else events.LOT_RELEASED
        record(kind, actor=actor, subject=fresh, data={"reason": reason})
        fresh.save_changes("blocked_at")
    return fresh


@dataclass(frozen=True)
class ShippedLine:
    """One line of a delivery document, everything by natural key."""

    document_no: str
    shipped_on: date
    customer: str
    position: int
    product: str
    quantity: Decimal
    lot: str = ""


@dataclass(frozen=True)
class RowResult:
    """What became of one row of a bulk call: `error` is empty when it was kept."""

    row: int
    error: str = ""
    field: str = ""


def record_shipments(*, actor: Actor, lines: Sequence[ShippedLine]) -> list[RowResult]:
    """Keep shipment lines; a line sent again overwrites itself. Bad rows are named, good ones kept.

    A document known already takes over the day and customer stated now. Raises NotPermitted. The
    number of queries does not grow with the rows.
    """
    require(can_edit_masterdata(actor))
    try:
        return _record_shipments(actor, lines)
    except IntegrityError:
        # The same new document was sent twice at once, and the other one was first.
        return _record_shipments(actor, lines)


def _record_shipments(actor: Actor, lines: Sequence[ShippedLine]) -> list[RowResult]:
    customers = _by_code(Customer, {line.customer for line in lines})
    products = _by_code(Product, {line.product for line in lines})
    lots = _by_code(Lot, {line.lot for line in lines if line.lot})
    results, good = [], []
    for row, line in enumerate(lines):
        problem = _problem_of(line, customers, products, lots)
        results.append(RowResult(row, *problem))
        if not problem:
            good.append(line)
    with transaction.atomic():
        shipments = _save_shipments(actor, good, customers)
        ShipmentLine.objects.bulk_create(
            {
                (line.document_no, line.position): ShipmentLine(
                    shipment=shipments[line.document_no],
                    position=line.position,
                    product=products[line.product],
                    lot=lots.get(line.lot),
                    quantity=line.quantity,
                )
                for line in good
            }.values(),
            update_conflicts=True,
            unique_fields=["shipment", "position"],
            update_fields=["product", "lot", "quantity"],
        )
    return results


def _by_code(model: type[Record], codes: set[str]) -> dict[str, Record]:
    return {obj.code: obj for obj in model.objects.filter(code__in=codes)}  # type: ignore[attr-defined]


def _problem_of(
    line: ShippedLine,
    customers: Mapping[str, Customer],
    products: Mapping[str, Product],
    lots: Mapping[str, Lot],
) -> tuple[str, str] | tuple[()]:
    """Why a line cannot be kept, and in which field; () when it can."""
    if line.customer not in customers:
        return _("There is no customer %(code)s.") % {"code": line.customer}, "customer"
    if line.product not in products:
        return _("There is no product %(code)s.") % {"code": line.product}, "product"
    if line.lot and line.lot not in lots:
        return _("There is no lot %(code)s.") % {"code": line.lot}, "lot"
    if line.lot and lots[line.lot].product_id != products[line.product].pk:
        return _("Lot %(code)s belongs to another product.") % {"code": line.lot}, "lot"
    if line.quantity <= 0:
        return _("The quantity is above zero."), "quantity"
    return ()


def _save_shipments(
    actor: Actor, lines: Sequence[ShippedLine], customers: Mapping[str, Customer]
) -> dict[str, Shipment]:
    """The documents of these lines, created or corrected with one event each."""
    heads = {line.document_no: line for line in lines}
    found = Shipment.objects.select_for_update(of=("self",)).select_related("customer")
    known = {each.document_no: each for each in found.filter(document_no__in=heads)}
    _correct_shipments(
        actor, [(each, heads[each.document_no]) for each in known.values()], customers
    )
    new = [
        Shipment(document_no=number, shipped_on=line.shipped_on, customer=customers[line.customer])
        for number, line in heads.items()
        if number not in known
    ]
    Shipment.objects.bulk_create(new)
    record_all((Draft(events.SHIPPED, each) for each in new), actor=actor, new=True)
    return known | {each.document_no: each for each in new}


def _correct_shipments(
    actor: Actor,
    stated: Sequence[tuple[Shipment, ShippedLine]],
    customers: Mapping[str, Customer],
) -> None:
    """Take over day and customer where a known document states them otherwise."""
    corrected, drafts = [], []
    for shipment, line in stated:
        values = {"shipped_on": line.shipped_on, "customer": customers[line.customer]}
        changes = changes_of(shipment, values)
        if changes:
            shipment.version += 1
            shipment.updated_at = clock.now()
            corrected.append(shipment)
            drafts.append(Draft(events.CHANGED, shipment, changes=changes))
    Shipment.objects.bulk_update(corrected, ["shipped_on", "customer", "version", "updated_at"])
    record_all(drafts, actor=actor)

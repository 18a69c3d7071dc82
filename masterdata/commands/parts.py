"""What belongs to a customer or a product, and comes from the ERP with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.actors import Actor
from core.errors import InvalidInput
from core.models import changes_of
from events.commands import record
from masterdata import events
from masterdata.commands.records import validate
from masterdata.models import Customer, CustomerContact, CustomerPartNumber, Product
from masterdata.policies import can_edit_masterdata, require

PartNumbers = Sequence[tuple[Customer, str]]


def save_contacts(
    *, actor: Actor, customer: Customer, contacts: Sequence[Mapping[str, Any]]
) -> None:
    """Add people at a customer, or change those of the same address, or else of the same name.

    The others stay: claims name them. Raises NotPermitted, InvalidInput.
    """
    require(can_edit_masterdata(actor))
    with transaction.atomic():
        customer = Customer.objects.select_for_update(of=("self",)).get(pk=customer.pk)
        known = list(customer.contacts.all())
        changes: dict[str, list[Any]] = {}
        for row, values in enumerate(contacts):
            contact = _same_person(known, values)
            if contact is None:
                contact = CustomerContact(customer=customer)
                known.append(contact)
            old = str(contact) if contact.pk else None
            if changed := changes_of(contact, dict(values)):
                _save(contact, row, changed)
                changes[f"contacts.{row}"] = [old, str(contact)]
        if changes:
            customer.save_changes()
            record(events.CHANGED, actor=actor, subject=customer, changes=changes)


def _same_person(
    known: Sequence[CustomerContact], values: Mapping[str, Any]
) -> CustomerContact | None:
    email = values.get("email", "").casefold()
    by_address = [each for each in known if email and each.email.casefold() == email]
    by_name = [each for each in known if each.name == values["name"] and not (email and each.email)]
    return next(iter([*by_address, *by_name]), None)


def _save(contact: CustomerContact, row: int, changed: Mapping[str, Any]) -> None:
    try:
        validate(contact)
    except InvalidInput as error:
        fields = {f"contacts.{row}.{name}": texts for name, texts in error.fields.items()}
        raise InvalidInput(fields, code=error.code) from error
    if contact.pk:
        contact.save_changes(*changed)
    else:
        contact.save()


def set_part_numbers(*, actor: Actor, product: Product, numbers: PartNumbers) -> None:
    """Say how customers name a product; these replace what was known.

    Raises NotPermitted, InvalidInput for a customer named twice.
    """
    require(can_edit_masterdata(actor))
    wanted = {customer.pk: number for customer, number in numbers}
    if len(wanted) < len(numbers):
        raise InvalidInput({"part_numbers": _("Name each customer once.")})
    with transaction.atomic():
        product = Product.objects.select_for_update(of=("self",)).get(pk=product.pk)
        rows = product.part_numbers.select_related("customer").order_by("customer__code")
        before = [f"{each.customer.code}: {each.part_number}" for each in rows]
        after = sorted(f"{customer.code}: {number}" for customer, number in numbers)
        if sorted(before) == after:
            return
        product.part_numbers.all().delete()
        CustomerPartNumber.objects.bulk_create(
            CustomerPartNumber(product=product, customer_id=pk, part_number=number)
            for pk, number in wanted.items()
        )
        product.save_changes()
        changes = {"part_numbers": [before, after]}
        record(events.CHANGED, actor=actor, subject=product, changes=changes)

"""The kinds of records that the API serves, each with its shapes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from core.actors import Actor
from core.api.serializers import Input, Output
from masterdata import commands
from masterdata.api import examples
from masterdata.api import serializers as shapes
from masterdata.api.filters import LotFilter, RecordFilter
from masterdata.models import Customer, Product
from masterdata.selectors import (
    default_site,
    list_customers,
    list_lines,
    list_lots,
    list_products,
    list_sites,
)


def nothing() -> dict[str, Any]:
    """No values."""
    return {}


@dataclass(frozen=True)
class Kind:
    """One kind of record.

    `defaults` is what a new one gets where the request says nothing; `parts` are the fields of the
    body that are rows of their own, each with the command that keeps them.
    """

    path: str
    one: str
    many: str
    rows: QuerySet[Any]
    body: type[Input]
    shown: type[Output]
    example: dict[str, Any]
    filters: type[RecordFilter] = RecordFilter
    defaults: Callable[[], dict[str, Any]] = nothing
    parts: Mapping[str, Callable[[Actor, Any, Any], None]] = field(default_factory=dict)


def _keep_contacts(actor: Actor, customer: Customer, contacts: list[dict[str, Any]]) -> None:
    commands.save_contacts(actor=actor, customer=customer, contacts=contacts)


def _keep_part_numbers(actor: Actor, product: Product, rows: list[dict[str, Any]]) -> None:
    numbers = [(row["customer"], row["part_number"]) for row in rows]
    commands.set_part_numbers(actor=actor, product=product, numbers=numbers)


KINDS = (
    Kind(
        "customers",
        "customer",
        "customers",
        list_customers(),
        shapes.CustomerIn,
        shapes.CustomerOut,
        examples.CUSTOMER,
        parts={"contacts": _keep_contacts},
    ),
    Kind(
        "products",
        "product",
        "products",
        list_products(),
        shapes.ProductIn,
        shapes.ProductOut,
        examples.PRODUCT,
        parts={"part_numbers": _keep_part_numbers},
    ),
    Kind(
        "lots",
        "lot",
        "lots",
        list_lots(),
        shapes.LotIn,
        shapes.LotOut,
        examples.LOT,
        filters=LotFilter,
    ),
    Kind(
        "lines",
        "production line",
        "production lines",
        list_lines(),
        shapes.LineIn,
        shapes.LineOut,
        examples.LINE,
    ),
    Kind(
        "sites",
        "site",
        "sites",
        list_sites(),
        shapes.SiteIn,
        shapes.SiteOut,
        examples.SITE,
        defaults=lambda: {"calendar": default_site().calendar},
    ),
)

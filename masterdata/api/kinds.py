"""The kinds of records that the API serves, each with its shapes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from core.api.serializers import Input, Output
from masterdata.api import examples
from masterdata.api import serializers as shapes
from masterdata.api.filters import LotFilter, RecordFilter
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
    """One kind of record; `defaults` is what a new one gets where the request says nothing."""

    path: str
    one: str
    many: str
    rows: QuerySet[Any]
    body: type[Input]
    shown: type[Output]
    example: dict[str, Any]
    filters: type[RecordFilter] = RecordFilter
    defaults: Callable[[], dict[str, Any]] = nothing


KINDS = (
    Kind(
        "customers",
        "customer",
        "customers",
        list_customers(),
        shapes.CustomerIn,
        shapes.CustomerOut,
        examples.CUSTOMER,
    ),
    Kind(
        "products",
        "product",
        "products",
        list_products(),
        shapes.ProductIn,
        shapes.ProductOut,
        examples.PRODUCT,
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

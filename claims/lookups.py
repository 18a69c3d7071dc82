"""What search boxes of forms find: a few rows for a few letters, for anybody signed in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import Max, Model, Q, QuerySet, Sum
from django.utils.translation import gettext as _
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from accounts.selectors import search_people
from core.text import whole_number
from core.ui.wording import short_day
from masterdata.models import (
    Customer,
    CustomerContact,
    DefectCode,
    Lot,
    Product,
    ShipmentLine,
)

LIMIT = 20
# Shorter codes are one slip away from too many others.
MEANT_FROM = 4
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Option:
    """One row of a search box: what is sent, what is read, what tells it from the next."""

    id: int | str
    text: str
    hint: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def with_words(rows: QuerySet[Row], text: str, *fields: str) -> QuerySet[Row]:
    """The rows in which every word of `text` stands in one of `fields`, in whatever case.

    SQLite folds the case of ASCII only, so a word is also tried small and as a name begins.
    """
    for word in text.split()[:8]:
        where = Q()
        for name in fields:
            where |= Q(**{f"{name}__icontains": word})
            where |= Q(**{f"{name}__contains": word.lower()})
            where |= Q(**{f"{name}__contains": word.capitalize()})
        rows = rows.filter(where)
    return rows


def find_products(text: str) -> list[Option]:
    """Active products by code, name, family or the number that a customer knows them by."""
    rows = Product.objects.filter(is_active=True).select_related("family").order_by("code")
    named = ("code", "name", "family__name", "part_numbers__part_number")
    rows = with_words(rows, text, *named).distinct()
    return [Option(row.pk, str(row), row.family.name if row.family else "") for row in rows[:LIMIT]]


def find_codes(model: type[Customer | Product], text: str) -> list[Option]:
    """All records of a kind by code or name, those out of use too; the code is what is sent."""
    rows = with_words(model._default_manager.order_by("code"), text, "code", "name")
    return [Option(row.code, row.name, row.code) for row in rows[:LIMIT]]


def find_lots(text: str, product: str = "") -> list[Option]:
    """Active lots by code, those of `product` (id) only if given; newest first."""
    rows = Lot.objects.filter(is_active=True).select_related("product")
    made_of = whole_number(product)
    if made_of is not None:
        rows = rows.filter(product_id=made_of)
    rows = with_words(rows, text, "code").order_by("-produced_on", "-pk")
    return [Option(row.code, row.code, _lot_hint(row)) for row in rows[:LIMIT]]


def _lot_hint(lot: Lot) -> str:
    """Product and day, and that it is blocked if so."""
    hint = f"{lot.product.code} {short_day(lot.produced_on)}".strip()
    return _("%(lot)s, blocked") % {"lot": hint} if lot.blocked_at else hint


def find_customers(text: str) -> list[Option]:
    """Active customers by code, name or city."""
    rows = Customer.objects.filter(is_active=True).order_by("name")
    rows = with_words(rows, text, "code", "name", "city")
    return [Option(row.pk, row.name, row.city) for row in rows[:LIMIT]]


def find_contacts(text: str, customer: str = "") -> list[Option]:
    """Contacts of one customer (id); none without a customer."""
    of_customer = whole_number(customer)
    if of_customer is None:
        return []
    rows = CustomerContact.objects.filter(customer_id=of_customer)
    rows = with_words(rows, text, "name", "position", "email")
    return [Option(row.pk, row.name, row.position) for row in rows[:LIMIT]]


def find_people(text: str) -> list[Option]:
    """Active people by name or address."""
    return [Option(row.pk, str(row), row.position) for row in search_people(text)[:LIMIT]]


def find_defects(text: str) -> list[Option]:
    """Active defect codes (not their groups) by code or name in either language."""
    rows = defect_codes()
    rows = with_words(rows, text, "code", "name_ru", "name_en", "group__name_ru", "group__name_en")
    return [Option(row.pk, row.name, row.group.name if row.group else "") for row in rows[:LIMIT]]


def defect_codes(besides: Iterable[int] = ()) -> QuerySet[DefectCode]:
    """What a defect can be: the active codes, groups that have none, and those of these ids."""
    offered = Q(is_active=True) & (Q(group__isnull=False) | Q(codes__isnull=True))
    codes = DefectCode.objects.select_related("group")
    return codes.filter(offered | Q(pk__in=besides)).order_by("code").distinct()


def defect_groups() -> QuerySet[DefectCode]:
    """What a reporter can say is wrong: the groups of the catalogue."""
    return DefectCode.objects.filter(is_active=True, group=None).order_by("pk")


def product_named(text: str) -> Product | None:
    """The product a reporter means: "RK-12", "RK-12 Connector housing" or its exact name."""
    text = " ".join(text.split())
    if not text:
        return None
    active = Product.objects.filter(is_active=True)
    for code in (text, text.split()[0]):
        found = active.filter(code__iexact=code).first()
        if found is not None:
            return found
    return active.filter(name__iexact=text).first()


def customer_named(text: str) -> Customer | None:
    """The customer a reporter means, by exact name or code."""
    text = " ".join(text.split())
    if not text:
        return None
    active = Customer.objects.filter(is_active=True)
    return active.filter(Q(name__iexact=text) | Q(name=text) | Q(code__iexact=text)).first()


def lot_coded(code: str, product: Product | None = None) -> Lot | None:
    """The lot of that code; one of the product first, if codes differ only in case."""
    rows = Lot.objects.filter(code__iexact=code.strip()).select_related("product", "line")
    found = sorted(rows, key=lambda lot: product is None or lot.product_id != product.pk)
    return found[0] if found and code.strip() else None


@dataclass(frozen=True)
class LotFacts:
    """A lot with where it went; `left` is what was made less what was shipped."""

    lot: Lot
    shipped: list[ShippedTo]
    left: Decimal | None


@dataclass(frozen=True)
class ShippedTo:
    """How much of a lot one customer got, and when last."""

    customer: str
    quantity: Decimal
    last_on: date


def lot_facts(code: str) -> LotFacts | None:
    """What master data say of a lot; None for an unknown one."""
    lot = lot_coded(code)
    if lot is None:
        return None
    rows = (
        ShipmentLine.objects.filter(lot=lot)
        .values("shipment__customer__name")
        .annotate(quantity=Sum("quantity"), last_on=Max("shipment__shipped_on"))
        .order_by("-last_on")
    )
    shipped = [
        ShippedTo(row["shipment__customer__name"], row["quantity"], row["last_on"]) for row in rows
    ]
    gone = sum((each.quantity for each in shipped), Decimal(0))
    return LotFacts(lot, shipped, lot.quantity - gone if lot.quantity is not None else None)


def lot_meant(code: str) -> Lot | None:
    """The known lot that a mistyped code most likely stands for."""
    if len(code) < MEANT_FROM:
        return None
    near = Lot.objects.filter(code__istartswith=code[:2]).order_by("-produced_on")[:2000]
    codes = {lot.code: lot for lot in near.select_related("product")}
    best = process.extractOne(code, list(codes), scorer=DamerauLevenshtein.distance, score_cutoff=1)
    return codes[best[0]] if best else None

"""What was made and shipped before and while customers complained: lots and deliveries, as data."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from demo.content import load_table

# A customer complains about what arrived some weeks ago: production begins before the claims do.
HEAD_START = timedelta(days=70)
DAYS_BETWEEN_LOTS = 10
FIRST_LOT = 1001
SHIFTS = ("A", "B", "C")
RAW_LOT_DAYS = 24


@dataclass(frozen=True)
class Lot:
    """A batch to be; `line` and `product` by code."""

    code: str
    product: str
    line: str
    produced_on: date
    shift: str
    quantity: int
    raw_lots: tuple[str, ...]


@dataclass(frozen=True)
class Delivery:
    """One line of a delivery document."""

    document_no: str
    position: int
    shipped_on: date
    customer: str
    lot: Lot
    quantity: int


@dataclass
class Supply:
    """All lots and deliveries, oldest first."""

    lots: list[Lot] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)

    @cached_property
    def by_product(self) -> dict[str, list[Delivery]]:
        """Product code → its deliveries."""
        found: dict[str, list[Delivery]] = defaultdict(list)
        for each in self.deliveries:
            found[each.lot.product].append(each)
        return found


@dataclass(frozen=True)
class Product:
    """A row of the product table."""

    code: str
    family: str
    name_ru: str
    name_en: str
    material: str
    lines: dict[str, int]
    lot_size: int
    price: Decimal

    def name(self, language: str) -> str:
        """What it is called in a language."""
        return self.name_ru if language == "ru" else self.name_en


def list_products() -> dict[str, Product]:
    """Every product by its code."""
    rows: dict[str, list[Any]] = load_table("products")["products"]
    return {
        code: Product(code, row[0], row[1], row[2], row[3], row[4], row[5], Decimal(row[6]))
        for code, row in rows.items()
    }


def make_supply(chance: random.Random, first: date, last: date) -> Supply:
    """Lots of every product from some weeks before `first` to `last`, and where they went."""
    lots = sorted(_lots(chance, first - HEAD_START, last), key=lambda lot: lot.produced_on)
    lots = [
        Lot(f"L-{number}", *_fields(lot)[1:]) for number, lot in enumerate(lots, start=FIRST_LOT)
    ]
    return Supply(lots, _deliveries(chance, lots, last))


def _fields(lot: Lot) -> tuple[Any, ...]:
    return tuple(getattr(lot, name) for name in lot.__dataclass_fields__)


def _lots(chance: random.Random, first: date, last: date) -> Iterator[Lot]:
    for product in list_products().values():
        day = first + timedelta(days=chance.randrange(DAYS_BETWEEN_LOTS))
        lines = [line for line, weight in product.lines.items() for _ in range(weight)]
        while day <= last:
            yield Lot(
                code="",
                product=product.code,
                line=chance.choice(lines),
                produced_on=day,
                shift=chance.choice(SHIFTS),
                quantity=round(product.lot_size * chance.uniform(0.85, 1.1) / 50) * 50,
                raw_lots=(_raw_lot(product.material, day),),
            )
            day += timedelta(days=chance.randint(DAYS_BETWEEN_LOTS - 3, DAYS_BETWEEN_LOTS + 3))


def _raw_lot(material: str, day: date) -> str:
    """The lot of granulate in use on that day; one lasts about three weeks."""
    number = (sum(map(ord, material)) * 37 + day.toordinal()) // RAW_LOT_DAYS % 9000
    return f"M-{1000 + number}"


def _deliveries(chance: random.Random, lots: list[Lot], last: date) -> list[Delivery]:
    """Each lot goes to one or two customers of its family within three weeks."""
    families = _buyers()
    products = list_products()
    parts: list[tuple[date, str, Lot, int]] = []
    for lot in lots:
        buyers = families[products[lot.product].family]
        names, weights = list(buyers), list(buyers.values())
        left = lot.quantity
        for _ in range(chance.choice((1, 1, 2))):
            quantity = min(left, round(lot.quantity * chance.uniform(0.45, 0.8) / 50) * 50)
            shipped_on = _workday(lot.produced_on + timedelta(days=chance.randint(3, 21)))
            customer = chance.choices(names, weights)[0]
            if quantity > 0 and shipped_on <= last:
                parts.append((shipped_on, customer, lot, quantity))
                left -= quantity
    return list(_documents(sorted(parts, key=lambda part: (part[0], part[1], part[2].code))))


def _documents(parts: list[tuple[date, str, Lot, int]]) -> Iterator[Delivery]:
    """What leaves for one customer on one day stands on one document."""
    document: tuple[date, str] | None = None
    numbers: dict[int, int] = defaultdict(int)
    position = 0
    for shipped_on, customer, lot, quantity in parts:
        if document != (shipped_on, customer):
            document, position = (shipped_on, customer), 0
            numbers[shipped_on.year] += 1
        position += 1
        number = f"DN-{shipped_on:%y}-{numbers[shipped_on.year]:04d}"
        yield Delivery(number, position, shipped_on, customer, lot, quantity)


def _buyers() -> dict[str, dict[str, int]]:
    """Family → its customers and how much they buy."""
    families: dict[str, dict[str, int]] = defaultdict(dict)
    for code, row in load_table("customers").items():
        for family in row["families"]:
            families[family][code] = row["weight"]
    return families


def _workday(day: date) -> date:
    saturday = 5
    return day + timedelta(days=7 - day.weekday()) if day.weekday() >= saturday else day

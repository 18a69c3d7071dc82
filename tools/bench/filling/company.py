"""The company around the claims: sites, people, customers, products, lots, shipments."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import Model

from accounts.models import Department, Membership, Role, User
from core import clock
from masterdata.models import (
    Customer,
    DefectCode,
    Lot,
    Product,
    ProductFamily,
    ProductionLine,
    Shipment,
    ShipmentLine,
    Site,
)
from tools.bench.filling.words import CITIES, NAMES, PARTS, SURNAMES

CUSTOMERS, FAMILIES, PRODUCTS, LINES, PEOPLE = 400, 20, 300, 12, 400
YEARS = 3
# Claims for each lot, and shipments for each claim.
CLAIMS_PER_LOT, SHIPMENTS_PER_CLAIM = 8, 0.5
ROLES = (
    (Role.HANDLER, 16), (Role.QUALITY_MANAGER, 4), (Role.LEGAL, 2), (Role.FINANCE, 2),
    (Role.MANAGER, 3), (Role.AUDITOR, 2), (Role.ADMINISTRATOR, 1),
)  # fmt: skip


class SlimLot(NamedTuple):
    """What claims need of a lot; a million claims have a hundred thousand of them."""

    pk: int
    code: str
    product_id: int
    line_id: int | None
    produced_on: date


@dataclass
class Company:
    """What claims refer to; customers and products begin with those that complain most."""

    sites: list[Site]
    customers: list[Customer]
    products: list[Product]
    lots: list[SlimLot]
    defects: list[DefectCode]
    people: list[User]
    handlers: list[User]

    def common(self, chance: random.Random, rows: list[Any]) -> Any:
        """One of `rows`, the first ones far more often than the last (80 : 20)."""
        return rows[int(len(rows) * chance.random() ** 3)]


def found(size: int, chance: random.Random) -> Company:
    """Create a company that has `size` claims within three years."""
    main = Site.objects.get(code="MAIN")
    east = Site.objects.create(code="EAST", name="Tarvina East", calendar=main.calendar)
    people = _people(main, chance)
    lines = _created(ProductionLine, ({"code": f"L{n}", "name": f"Line {n}"} for n in range(LINES)),
                     site=main)  # fmt: skip
    families = _created(ProductFamily, ({"code": f"F-{n:02}", "name": PARTS["ru"][n]}
                                        for n in range(FAMILIES)))  # fmt: skip
    company = Company(
        sites=[main, east],
        customers=_created(Customer, map(_customer, range(CUSTOMERS))),
        products=_created(Product, (_product(n, families, chance) for n in range(PRODUCTS))),
        lots=[],
        defects=list(DefectCode.objects.exclude(group=None).order_by("code")),
        people=people,
        handlers=people[:16],
    )
    company.lots = list(_lots(max(size // CLAIMS_PER_LOT, 50), company, lines, chance))
    _ship(int(size * SHIPMENTS_PER_CLAIM), company, chance)
    return company


def _created(model: type[Model], rows: Any, **common: Any) -> list[Any]:
    objects = (model(**row, **common) for row in rows)
    return model._default_manager.bulk_create(objects, batch_size=2000)


def _people(site: Site, chance: random.Random) -> list[User]:
    departments = _created(
        Department, ({"code": f"D{n}", "name": f"Department {n}"} for n in range(8)), site=site
    )
    rows = (
        {
            "email": f"person{n}@tarvina.example",
            "first_name": NAMES[n % len(NAMES)],
            "last_name": f"{SURNAMES[n % len(SURNAMES)]}",
            "department": chance.choice(departments),
            "password": "!",
        }
        for n in range(PEOPLE)
    )
    people = _created(User, rows)
    roles = [role for role, count in ROLES for _ in range(count)]
    everywhere = (Role.MANAGER, Role.AUDITOR, Role.ADMINISTRATOR)
    Membership.objects.bulk_create(
        Membership(user=user, role=role, site=None if role in everywhere else site)
        for user, role in zip(people, roles, strict=False)
    )
    return people


def _customer(n: int) -> dict[str, Any]:
    return {
        "code": f"C-{n:04}",
        "name": f"{('ООО', 'АО', 'ПАО')[n % 3]} «{PARTS['ru'][n % 30].split()[0].title()}-{n}»",
        "country": "RU" if n % 4 else "DE",
        "language": "ru" if n % 4 else "en",
        "city": CITIES[n % len(CITIES)],
    }


def _product(n: int, families: list[ProductFamily], chance: random.Random) -> dict[str, Any]:
    name = PARTS["ru"][n % len(PARTS["ru"])].capitalize()
    return {"code": f"RK-{n + 10}", "name": name, "family": chance.choice(families)}


def _lots(
    count: int, company: Company, lines: list[ProductionLine], chance: random.Random
) -> Iterator[SlimLot]:
    """One after the other through the years."""
    rows = (
        Lot(
            code=f"L-{n + 1000}",
            product=company.common(chance, company.products),
            line=chance.choice(lines),
            produced_on=today() - timedelta(days=int((1 - n / count) * 365 * YEARS) + 20),
            shift=chance.choice("ABC"),
            quantity=chance.randint(5, 60) * 100,
        )
        for n in range(count)
    )
    while lots := Lot.objects.bulk_create(islice(rows, 2000)):
        for lot in lots:
            yield SlimLot(lot.pk, lot.code, lot.product_id, lot.line_id, lot.produced_on or today())


def _ship(count: int, company: Company, chance: random.Random) -> None:
    rows = (
        Shipment(
            document_no=f"TTN-{n}",
            shipped_on=company.lots[int(n / count * len(company.lots))].produced_on,
            customer=company.common(chance, company.customers),
        )
        for n in range(count)
    )
    number = 0
    while shipments := list(islice(rows, 2000)):
        Shipment.objects.bulk_create(shipments)
        lines = []
        for shipment in shipments:
            lot = company.lots[int(number / count * len(company.lots))]
            number += 1
            lines.append(
                ShipmentLine(
                    shipment=shipment, position=1, product_id=lot.product_id, lot_id=lot.pk,
                    quantity=chance.randint(1, 20) * 50,
                )
            )  # fmt: skip
        ShipmentLine.objects.bulk_create(lines)


def today() -> date:
    """The last day that the company knows."""
    return clock.now().date()

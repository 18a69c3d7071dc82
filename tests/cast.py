"""The company that all tests play in: people of every role, master data, claims in every step.

`build_cast()` makes it; the fixture `cast` hands it out. Names are those of the mock-ups. Denis
Chuzhov works at another site and must never get in. Extend this, do not build a second company.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.contrib.auth.hashers import make_password

from accounts.models import Department, Membership, Role, User
from claims import requirements
from claims.lifecycle import TRANSITIONS
from claims.models import Claim
from claims.selectors import get_claim
from claims.states import Severity, Step
from core.actors import SYSTEM, Actor, Via
from masterdata.models import (
    CauseCode,
    Customer,
    CustomerContact,
    DefectCode,
    Lot,
    Product,
    ProductFamily,
    ProductionLine,
    Site,
    WorkCalendar,
)

PASSWORD = "latch-cracks-at-its-base"

# Which app answers a requirement is its own business; claims itself answers these.
OWN_REQUIREMENTS = frozenset(
    {
        "customer_known", "product_known", "quantity_known", "lot_known", "defect_known",
        "description_given", "severity_judged", "owner_named", "duplicates_answered",
        "not_critical", "no_final_response",
    }
)  # fmt: skip

# The way through the process, and who of the cast goes it.
PATH = (
    ("notify", "handler", Step.NOTIFICATION),
    ("register", "handler", Step.REGISTRATION),
    ("investigate", "handler", Step.INITIAL_INVESTIGATION),
    ("investigate_fully", "handler", Step.FULL_INVESTIGATION),
    ("analyse", "handler", Step.ANALYSIS),
    ("respond", "handler", Step.RESPONSE),
    ("monitor", "handler", Step.MONITORING),
    ("close", "quality_manager", Step.CLOSED),
)


@cache
def _password_hash() -> str:
    return make_password(PASSWORD)


def actor_of(user: User, via: Via = Via.WEB) -> Actor:
    """The person as a command gets them."""
    return Actor(user=user, via=via, request_id="test")


@contextmanager
def upper_requirements_met(*, but: tuple[str, ...] = ()) -> Iterator[None]:
    """What apps above claims have to say counts as met, apart from the names in `but`.

    Tests of those apps, and the flows, go without this.
    """
    registry = requirements._registry
    kept = dict(registry)
    named = {name for each in TRANSITIONS.values() for name in each.requires}
    for name in named - OWN_REQUIREMENTS - set(but):
        known = kept.get(name)
        met = requirements.Requirement(name, name, lambda claim: "", lambda claim: "")
        registry[name] = replace(known, check=met.check) if known else met
    try:
        yield
    finally:
        registry.clear()
        registry.update(kept)


@dataclass
class Cast:
    """Everybody and everything; attributes are model instances."""

    site: Site
    other_site: Site
    departments: dict[str, Department]
    people: dict[str, User]
    customer: Customer
    other_customer: Customer
    contact: CustomerContact
    family: ProductFamily
    product: Product
    other_product: Product
    line: ProductionLine
    other_line: ProductionLine
    lot: Lot
    other_lot: Lot
    defect: DefectCode
    defect_group: DefectCode
    other_defect: DefectCode
    cause: CauseCode

    def __getattr__(self, name: str) -> User:
        """`cast.handler` and the like: the people by what they are here for."""
        people = self.__dict__.get("people", {})
        if name in people:
            return people[name]
        raise AttributeError(name)

    def actor(self, name: str) -> Actor:
        """`cast.actor("handler")`."""
        return actor_of(self.people[name])

    def report(self, **fields: Any) -> Claim:
        """A bare report of the reporter: a title, nothing else unless given."""
        from claims.commands import report_claim

        by = fields.pop("by", self.people["reporter"])
        items = fields.pop("items", ())
        fields = {"title": "Cracked latches", **fields}
        return report_claim(actor=actor_of(by), fields=fields, items=items)

    def item(self, **values: Any) -> dict[str, Any]:
        """The values of an item with all that registration asks for."""
        return {
            "product": self.product,
            "lot": self.lot,
            "quantity_claimed": Decimal(38),
            "quantity_delivered": Decimal(3600),
            "defect": self.defect,
            **values,
        }

    def complete_report(self, **fields: Any) -> Claim:
        """A report of the handler with everything that claims itself asks for."""
        filled: dict[str, Any] = {
            "title": "Cracked latches on connector housing",
            "description": "The latch cracks at its base when inserted into the header.",
            "requirement": "10 bends without cracks, drawing RK-12 rev. 6, note 11",
            "customer": self.customer,
            "contact": self.contact,
            "site": self.site,
            "severity": Severity.MAJOR,
            "owner": self.people["handler"],
            "by": self.people["handler"],
            "items": [self.item()],
        }
        return self.report(**{**filled, **fields})

    def claim_in(self, step: str, **fields: Any) -> Claim:
        """A complete claim brought to `step` through the real command, move by move.

        What apps above ask for on the way counts as met.
        """
        claim = self.complete_report(**fields)
        if step == Step.CANCELLED:
            self.move(
                claim, "cancel", "quality_manager", remark="not ours", cancel_reason="no_claim"
            )
            return self.read(claim)
        for transition, person, reached in PATH:
            if claim.step == step:
                break
            if transition == "investigate":
                self.set_apart(claim)
            claim = self.move(claim, transition, person)
            assert claim.step == reached
        return self.read(claim)

    def set_apart(self, claim: Claim) -> None:
        """Say that none of the similar claims is the same, as must be done before registering."""
        from claims.commands import answer_duplicates

        if not claim.duplicate_answer:
            answer_duplicates(actor=self.actor("handler"), claim=claim, answer="none")

    def move(self, claim: Claim, transition: str, by: str, **values: Any) -> Claim:
        """One move of a claim, what apps above ask for taken as met."""
        from claims.commands import move_claim

        with upper_requirements_met():
            return move_claim(actor=self.actor(by), claim=claim, transition=transition, **values)

    def read(self, claim: Claim) -> Claim:
        """The claim as it is now (never refresh_from_db: the step is protected)."""
        return get_claim(SYSTEM, claim.number)


# Key in `Cast.people` → first name, last name, position, department, role (None: an employee).
PEOPLE: dict[str, tuple[str, str, str, str, str | None]] = {
    "handler": ("Anna", "Kravtsova", "quality specialist", "QA", Role.HANDLER),
    "second_handler": ("Irina", "Sokolova", "quality specialist", "QA", Role.HANDLER),
    "quality_manager": ("Oleg", "Tarasov", "head of quality", "QA", Role.QUALITY_MANAGER),
    "second_quality_manager": ("Nina", "Gordeeva", "deputy of quality", "QA", Role.QUALITY_MANAGER),
    "legal": ("Lev", "Arbatov", "lawyer", "LEG", Role.LEGAL),
    "finance": ("Galina", "Fomina", "accountant", "FIN", Role.FINANCE),
    "manager": ("Mikhail", "Dorokhov", "plant director", "DIR", Role.MANAGER),
    "auditor": ("Vera", "Lisina", "internal auditor", "DIR", Role.AUDITOR),
    "administrator": ("Timur", "Adamov", "IT administrator", "IT", Role.ADMINISTRATOR),
    "reporter": ("Rustam", "Agishev", "line 3 foreman", "PRD", None),
    "employee": ("Yulia", "Orekhova", "sales manager", "SAL", None),
    "investigator": ("Sergey", "Gulyaev", "moulding process engineer", "ENG", None),
    "laboratory": ("Pavel", "Melnik", "laboratory", "LAB", None),
    "action_owner": ("Viktor", "Belykh", "maintenance", "MNT", None),
    "warehouse": ("Elena", "Panova", "head of the warehouse", "WHS", None),
}
DEPARTMENTS = {
    "QA": "Quality",
    "LEG": "Legal",
    "FIN": "Finance",
    "DIR": "Management",
    "IT": "IT",
    "PRD": "Production",
    "SAL": "Sales",
    "ENG": "Process engineering",
    "LAB": "Laboratory",
    "MNT": "Maintenance",
    "WHS": "Warehouse",
}


def build_cast() -> Cast:
    """Create the company; needs the database and nothing else."""
    calendar, _ = WorkCalendar.objects.get_or_create(name="Russia, 5 x 8", country="RU")
    site, _ = Site.objects.get_or_create(code="MAIN", defaults={"calendar": calendar})
    Site.objects.filter(pk=site.pk).update(name="Tarvina", calendar=calendar)
    site = Site.objects.select_related("calendar").get(pk=site.pk)
    other_site = Site.objects.create(code="EAST", name="Tarvina East", calendar=calendar)
    departments = _departments(site, other_site)
    people = _people(departments, site, other_site)
    return Cast(
        site=site,
        other_site=other_site,
        departments=departments,
        people=people,
        **_customers(),
        **_products(site),
        **_catalogues(),
    )


def _departments(site: Site, other_site: Site) -> dict[str, Department]:
    here = [Department(code=code, name=name, site=site) for code, name in DEPARTMENTS.items()]
    elsewhere = Department(code="EAST", name="Quality", site=other_site)
    made = Department.objects.bulk_create([*here, elsewhere])
    return {department.code: department for department in made}


def _people(departments: dict[str, Department], site: Site, other_site: Site) -> dict[str, User]:
    """Everybody of PEOPLE and one handler of the other site, with their memberships."""
    people = {
        key: _account(first, last, position=position, department=departments[department])
        for key, (first, last, position, department, _role) in PEOPLE.items()
    }
    people["outsider"] = _account(
        "Denis", "Chuzhov", position="quality specialist", department=departments["EAST"]
    )
    User.objects.bulk_create(people.values())
    everywhere = (Role.MANAGER, Role.AUDITOR, Role.ADMINISTRATOR)
    Membership.objects.bulk_create(
        [
            *(
                Membership(user=people[key], role=role, site=None if role in everywhere else site)
                for key, (*_names, role) in PEOPLE.items()
                if role is not None
            ),
            Membership(user=people["outsider"], role=Role.HANDLER, site=other_site),
        ]
    )
    return people


def _account(first: str, last: str, **fields: Any) -> User:
    return User(
        email=f"{first}.{last}@tarvina.example".lower(),
        first_name=first,
        last_name=last,
        password=_password_hash(),
        language="en",
        **fields,
    )


def _customers() -> dict[str, Any]:
    customer = Customer.objects.create(
        code="C-001", name="Kestrel Switchgear", country="IN", city="Pune", language="en"
    )
    contact = CustomerContact.objects.create(
        customer=customer,
        name="Priya Nair",
        position="incoming inspection",
        email="priya.nair@kestrel.example",
    )
    other = Customer.objects.create(code="C-002", name="Аркона Авто", country="RU", city="Тольятти")
    return {"customer": customer, "contact": contact, "other_customer": other}


def _products(site: Site) -> dict[str, Any]:
    family = ProductFamily.objects.create(code="F-CON", name="Connectors")
    product = Product.objects.create(code="RK-12", name="Connector housing", family=family)
    other = Product.objects.create(code="VF-310", name="Air filter cover", family=family)
    line = ProductionLine.objects.create(code="L3", name="Line 3", site=site)
    other_line = ProductionLine.objects.create(code="L1", name="Line 1", site=site)
    made = {"shift": "B", "raw_lots": ["M-5540"]}
    lot = Lot.objects.create(
        code="L-2291",
        product=product,
        line=line,
        quantity=4800,
        produced_on=date(2026, 6, 1),
        **made,
    )
    other_lot = Lot.objects.create(
        code="L-2309", product=other, line=other_line, quantity=3200, produced_on=date(2026, 6, 12),
        **made,
    )  # fmt: skip
    return {
        "family": family,
        "product": product,
        "other_product": other,
        "line": line,
        "other_line": other_line,
        "lot": lot,
        "other_lot": other_lot,
    }


def _catalogues() -> dict[str, Any]:
    """Codes of the starter catalogues, which every test database has."""
    return {
        "defect": DefectCode.objects.get(code="MAT-CRACK"),
        "defect_group": DefectCode.objects.get(code="MAT"),
        "other_defect": DefectCode.objects.get(code="GEO-FLASH"),
        "cause": CauseCode.objects.get(code="MTL-MOISTURE"),
    }

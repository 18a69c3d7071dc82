"""The demo company in the database: sites, people, customers, products."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher, get_hasher

from accounts.commands import create_user, grant_role, save_department
from accounts.models import Department, User
from core.actors import SYSTEM, Actor, Via
from demo.content import load_table
from demo.supply import list_products
from masterdata.commands import save_contact, upsert
from masterdata.models import (
    CauseCode,
    Customer,
    CustomerContact,
    DefectCode,
    Product,
    ProductFamily,
    ProductionLine,
    Site,
)
from masterdata.selectors import default_site

PASSWORD = "tarvina-demo"  # noqa: S105 - printed on purpose, for a company that does not exist
DOMAIN = "tarvina.example"
ERP = "1C:ERP"
MAIN, EAST = "MAIN", "EAST"
# The requests of the stories carry this name in history.
REQUEST_ID = "demo"


@dataclass
class Company:
    """Everybody and everything by key or code; `parts` maps a site and a part to people."""

    sites: dict[str, Site]
    people: dict[str, User]
    parts: dict[tuple[str, str], list[User]]
    customers: dict[str, Customer]
    products: dict[str, Product]
    lines: dict[str, ProductionLine]
    defects: dict[str, DefectCode]
    causes: dict[str, CauseCode]
    contacts: dict[str, list[CustomerContact]] = field(default_factory=dict)

    def part(self, name: str, site: str = MAIN) -> User:
        """Who plays a part at a site; the main site helps out."""
        found = self.parts.get((site, name)) or self.parts[MAIN, name]
        return found[0]

    def actor(self, user: User) -> Actor:
        """The person at the keyboard."""
        return Actor(user=user, via=Via.WEB, request_id=REQUEST_ID)

    @property
    def erp(self) -> Actor:
        """The ERP, which owns the master data."""
        scopes = frozenset({"masterdata:write", "claims:write"})
        user = self.people["erp"]
        return Actor(user=user, via=Via.API, request_id=REQUEST_ID, client=ERP, scopes=scopes)


def create_company() -> None:
    """Create what is not there yet; runs twice without harm."""
    table = load_table("company")
    sites = _create_sites(table)
    departments = _create_departments(table, sites)
    _create_people(table, sites, departments)
    _create_masterdata()


def load_company() -> Company:
    """What `create_company` made. Raises DoesNotExist while it has not."""
    rows: dict[str, list[str]] = load_table("company")["people"]
    people = {user.email.partition("@")[0]: user for user in _users()}
    people = {key: people[_login(row)] for key, row in rows.items()} | {"erp": people["erp"]}
    parts: dict[tuple[str, str], list[User]] = defaultdict(list)
    for key, row in rows.items():
        site = EAST if row[3].startswith("E-") else MAIN
        parts[site, row[6].partition(" ")[0]].append(people[key])
    company = Company(
        sites={each.code: each for each in Site.objects.select_related("calendar")},
        people=people,
        parts=parts,
        customers=_by_code(Customer.objects.all()),
        products=_by_code(Product.objects.select_related("family")),
        lines=_by_code(ProductionLine.objects.select_related("site")),
        defects=_by_code(DefectCode.objects.select_related("group")),
        causes=_by_code(CauseCode.objects.all()),
    )
    for contact in CustomerContact.objects.select_related("customer"):
        company.contacts.setdefault(contact.customer.code, []).append(contact)
    return company


def _users() -> Iterable[User]:
    demo = User.objects.filter(email__endswith=f"@{DOMAIN}")
    return demo.select_related("department__site").order_by("pk")


def _by_code(rows: Iterable[Any]) -> dict[str, Any]:
    return {each.code: each for each in rows}


def _login(row: list[str]) -> str:
    return f"{_latin(row[0])[0]}.{_latin(row[1])}"


def login_of(key: str) -> str:
    """The address under which a person of the table signs in."""
    return f"{_login(load_table('company')['people'][key])}@{DOMAIN}"


_RUSSIAN = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
_LATIN = "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya"
_LETTERS = dict(zip(_RUSSIAN, _LATIN.split(), strict=True))


def _latin(name: str) -> str:
    return "".join(_LETTERS.get(char, char) for char in name.lower()).replace("_", "")


def _create_sites(table: dict[str, Any]) -> dict[str, Site]:
    first = default_site()
    for row in table["sites"]:
        values = {"name": row["name"], "calendar": first.calendar}
        upsert(Site, actor=SYSTEM, key=row["code"], values=values)
    sites = {each.code: each for each in Site.objects.all()}
    for row in table["lines"]:
        for code, name in row["codes"].items():
            values = {"name": name, "site": sites[row["site"]]}
            upsert(ProductionLine, actor=SYSTEM, key=code, values=values)
    return sites


def _create_departments(table: dict[str, Any], sites: dict[str, Site]) -> dict[str, Department]:
    departments = {each.code: each for each in Department.objects.all()}
    for row in table["departments"]:
        for code, name in row["codes"].items():
            if code not in departments:
                values = {"code": code, "name": name, "site": sites[row["site"]]}
                made = save_department(actor=SYSTEM, department=None, values=values)
                departments[code] = made
    return departments


def _create_people(
    table: dict[str, Any], sites: dict[str, Site], departments: dict[str, Department]
) -> None:
    known = {user.email for user in _users()}
    encoded = _cheap_hash()
    for key, row in table["people"].items():
        if login_of(key) in known:
            continue
        first, last, position, department, role, site, part = row
        user = create_user(
            actor=SYSTEM,
            email=login_of(key),
            first_name=first,
            last_name=last,
            position=position,
            department=departments[department],
            language=settings.LANGUAGE_CODE,
            is_staff=role == "administrator",
        )
        _set_password(user, encoded)
        if role:
            grant_role(actor=SYSTEM, user=user, role=role, site=sites[site] if site else None)
        if part.endswith("head"):
            values = {"head": user}
            save_department(actor=SYSTEM, department=departments[department], values=values)
    if f"erp@{DOMAIN}" not in known:
        erp = create_user(actor=SYSTEM, email=f"erp@{DOMAIN}", first_name=ERP, is_service=True)
        grant_role(actor=SYSTEM, user=erp, role="integration")


def _cheap_hash() -> str:
    """The hash of the demo password, computed once and with one round.

    The password is no secret, and every signature of a story enters it again.
    """
    hasher = get_hasher()
    rounds = {"iterations": 1} if isinstance(hasher, PBKDF2PasswordHasher) else {}
    return str(hasher.encode(PASSWORD, hasher.salt(), **rounds))


def _set_password(user: User, encoded: str) -> None:
    user.password = encoded
    user.save(update_fields=["password"])


def _create_masterdata() -> None:
    erp = Actor(
        user=User.objects.get(email=f"erp@{DOMAIN}"),
        via=Via.API,
        request_id=REQUEST_ID,
        client=ERP,
        scopes=frozenset({"masterdata:write"}),
    )
    families = {
        code: upsert(ProductFamily, actor=erp, key=code, values={"name": names[0]})[0]
        for code, names in load_table("products")["families"].items()
    }
    for product in list_products().values():
        values = {"name": product.name_ru, "family": families[product.family]}
        upsert(Product, actor=erp, key=product.code, values=values)
    for code, row in load_table("customers").items():
        _create_customer(erp, code, row)


def _create_customer(erp: Actor, code: str, row: dict[str, Any]) -> None:
    names = ("name", "country", "language", "city")
    values = {name: row[name] for name in names}
    values["requires_8d"] = row.get("requires_8d", False)
    customer, is_new = upsert(Customer, actor=erp, key=code, values=values)
    for name, position, email, phone in row["contacts"] if is_new else ():
        contact = {
            "customer": customer,
            "name": name,
            "position": position,
            "email": email,
            "phone": phone,
        }
        save_contact(actor=erp, contact=None, values=contact)

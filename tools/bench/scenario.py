"""Who asks for what in a run: accounts, sessions, tokens, and the claims that are looked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import cycle
from random import Random
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from accounts.models import Role, User
from claims.models import Claim
from claims.states import FINISHED_STEPS
from core.actors import SYSTEM
from core.api.auth import Scope
from core.paging import Order, get_page
from integrations.commands import create_client, issue_token
from integrations.models import ApiClient
from masterdata.models import Customer, DefectCode, Lot, Site
from tools.bench.client import Call

API = "/api/v1"
ORDERING = "-received_at"
SEVERITY = "major"
WORDS = "трещина корпус"
CLIENT = "Bench"
ROLES = (Role.INTEGRATION, Role.HANDLER, Role.QUALITY_MANAGER)


@dataclass
class Scenario:
    """Everything that calls are made of; the same seed picks the same claims."""

    seed: int = 7
    created: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        chance = Random(self.seed)  # noqa: S311 - the same claims in every run are the point
        self.numbers = cycle(self._some_claims(chance))
        self.lots = cycle(chance.sample(list(Lot.objects.select_related("product")[:400]), 40))
        self.customers = cycle(Customer.objects.order_by("code")[:40])
        self.defects = cycle(DefectCode.objects.exclude(group=None)[:10])
        self.site = Site.objects.get(code="MAIN")
        self.person = User.objects.filter(memberships__role=Role.HANDLER).order_by("pk")[0]
        self.moved: Iterator[str] = iter(())

    def _some_claims(self, chance: Random) -> list[str]:
        """Claims as people open them: every other one is still worked on."""
        here = Claim.objects.filter(site__code="MAIN")
        still_open = here.exclude(step__in=FINISHED_STEPS).values_list("number", flat=True)
        finished = (
            here.filter(step__in=FINISHED_STEPS).order_by("-id").values_list("number", flat=True)
        )
        pairs = zip(chance.sample(list(still_open[:2000]), 50),
                    chance.sample(list(finished[:5000]), 50), strict=True)  # fmt: skip
        return [number for pair in pairs for number in pair]

    @cached_property
    def token(self) -> dict[str, str]:
        """The header by which the integration client shows who it is."""
        client = ApiClient.objects.filter(name=CLIENT).first()
        if client is None:
            client = create_client(actor=SYSTEM, name=CLIENT, roles=ROLES)
        _token, secret = issue_token(actor=SYSTEM, client=client, name="run", scopes=Scope.values)
        return {"Authorization": f"Bearer {secret}"}

    @cached_property
    def session(self) -> dict[str, str]:
        """The cookie of a quality specialist who has signed in."""
        store = SessionStore()
        store[SESSION_KEY] = str(self.person.pk)
        store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        store[HASH_SESSION_KEY] = self.person.get_session_auth_hash()
        store.create()
        return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={store.session_key}"}

    # --- Calls of the product -----------------------------------------------------------------

    def create(self) -> Call:
        lot = next(self.lots)
        item = {
            "product": lot.product.code,
            "lot": lot.code,
            "quantity_claimed": "12",
            "defect": next(self.defects).code,
        }
        body = {**self.texts(), "customer": next(self.customers).code, "items": [item]}
        return Call(f"{API}/claims/", self.token, "POST", {**body, "severity": SEVERITY})

    def transition(self) -> Call:
        path = f"{API}/claims/{self.created.pop()}/transitions/notify/"
        return Call(path, self.token, "POST", {})

    def read(self) -> Call:
        return Call(f"{API}/claims/{next(self.numbers)}/", self.token)

    def list_rows(self) -> Call:
        return self._listing(severity=SEVERITY)

    def few_list_rows(self) -> Call:
        return self._listing(severity=SEVERITY, page_size="2")

    def deep_page(self) -> Call:
        return self._listing(severity=SEVERITY, cursor=self.deep_cursor)

    def few_deep_page(self) -> Call:
        return self._listing(severity=SEVERITY, cursor=self.deep_cursor, page_size="2")

    def search(self) -> Call:
        return self._listing(q=WORDS)

    def few_found(self) -> Call:
        return self._listing(q=WORDS, page_size="2")

    def similar(self) -> Call:
        return Call(f"{API}/claims/{next(self.numbers)}/similar/", self.token)

    def sheet(self) -> Call:
        return Call(f"{API}/claims/{next(self.numbers)}/8d.pdf", self.token)

    def list_page(self) -> Call:
        return Call("/claims/", self.session)

    def few_list_page(self) -> Call:
        """The claims about one lot."""
        return Call(f"/claims/?lot={self.deep_claim.items.all()[0].lot_code}", self.session)

    def claim_page(self) -> Call:
        return Call(f"/claims/{next(self.numbers)}/", self.session)

    def my_work(self) -> Call:
        return Call("/", self.session)

    def dashboard(self) -> Call:
        return Call("/reports/", self.session)

    def export(self, form: str) -> Call:
        return Call(f"/claims/export/?format={form}", self.session)

    def _listing(self, **query: str) -> Call:
        return Call(f"{API}/claims/?{urlencode({'ordering': ORDERING, **query})}", self.token)

    @cached_property
    def deep_cursor(self) -> str:
        """A place behind nine tenths of the claims."""
        deep = self.deep_claim
        rows = Claim.objects.filter(severity=SEVERITY, received_at__lt=deep.received_at)
        return get_page(rows, Order("received_at", descending=True), size=25).next

    @cached_property
    def deep_claim(self) -> Claim:
        """The claim behind which the deep page begins."""
        return Claim.objects.order_by("id")[Claim.objects.count() // 10]

    def texts(self) -> dict[str, Any]:
        return {
            "title": "Трещина на посадочном месте: корпус разъёма",
            "description": "При входном контроле обнаружена трещина. Просим заменить детали.",
            "channel": "api",
        }

    # --- Calls of the floor -------------------------------------------------------------------

    def floor_create(self) -> Call:
        body = {**self.texts(), "site": self.site.pk, "customer": next(self.customers).pk}
        return Call("/claims/", {}, "POST", {**body, "severity": SEVERITY})

    def floor_read(self) -> Call:
        return Call(f"/claims/{next(self.numbers)}/", {})

    def floor_list(self) -> Call:
        return Call(f"/claims/?severity={SEVERITY}", {})

    def floor_page(self) -> Call:
        return Call("/page/", self.session)

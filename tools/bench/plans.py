"""How the database answers the claims list: a plan for every filter in every order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

from accounts.models import Role, User
from claims import listing
from claims.filters import ClaimFilter
from claims.models import Claim
from claims.policies import visible_claims
from core.actors import Actor
from core.paging import get_page

TABLE = "claims_claim"
# Pages read for one page of the list; unlike milliseconds they do not depend on the neighbours.
MANY_BUFFERS = 5000


@dataclass(frozen=True)
class Plan:
    """The slowest statement of one filter in one order."""

    who: str
    query: str
    order: str
    top: str
    milliseconds: float
    buffers: int
    scans_claims: bool
    compiled: bool

    @property
    def is_bad(self) -> bool:
        """Reads the whole table, or was compiled first (JIT)."""
        return self.scans_claims or self.compiled

    @property
    def is_heavy(self) -> bool:
        """Reads much: the filter leaves many claims, and no index has them in this order."""
        return self.buffers > MANY_BUFFERS

    def __str__(self) -> str:
        words = f"{self.who}, {self.query or 'all'}, by {self.order}: {self.top}"
        return f"{words}; {self.buffers} pages, {self.milliseconds:.0f} ms"


def queries() -> list[str]:
    """One query string for each filter of the list and API, and the usual combinations."""
    codes = (
        "number", "received_at", "customer__code", "owner__email", "items__product__code",
        "items__product__family__code", "items__line__code", "items__defect__code",
        "items__lot_code",
    )  # fmt: skip
    registered = Claim.objects.exclude(owner=None).order_by("id")
    number, received, customer, owner, product, family, line, defect, lot = registered.values_list(
        *codes
    )[registered.count() // 2]
    newest = Claim.objects.order_by("-received_at")[200]
    day = f"{newest.received_at:%Y-%m-%d}"
    return [
        "", "state=open", "state=closed", "state=late", "state=due_soon", "late=true", "late=false",
        "paused=true", "paused=false", "step=analysis", "step=analysis&step=response",
        "step=closed", "severity=critical", "severity=minor&state=open", "kind=quality",
        "kind=delivery",
        "channel=api", "site=EAST", "site=MAIN", f"customer={customer}", "customer=C-0399",
        "owner=me", "owner=none", f"owner={owner}", f"product={product}", f"family={family}",
        f"lot={lot}", f"line={line}", f"defect={defect}", "defect=MAT", f"received_from={day}",
        f"received_to={received:%Y-%m-%d}", f"received_from={day}&received_to={day}",
        f"due_from={day}", f"due_to={day}", f"response_due_to={day}", "q=трещина корпус",
        f"q={lot}", f"q={number}", "q=трещина&state=open", "severity=critical&state=open",
        f"customer={customer}&state=open",
    ]  # fmt: skip


def readers() -> dict[str, User]:
    """Who reads the list: somebody who sees all, one site, or only single claims."""
    of_role = User.objects.order_by("pk")
    return {
        "manager": of_role.filter(memberships__role=Role.MANAGER)[0],
        "handler": of_role.filter(memberships__role=Role.HANDLER)[0],
        "employee": of_role.filter(memberships=None)[0],
    }


def plans(chosen: list[str] | None = None) -> Iterator[Plan]:
    """Run each combination and yield its plan."""
    for who, user in readers().items():
        for query in chosen or queries():
            for name, order in listing.ORDERS.items():
                yield _plan(who, user, query, name, order)


def _plan(who: str, user: User, query: str, name: str, order: Any) -> Plan:
    request = HttpRequest()
    request.user = user
    actor = Actor.of_request(request)
    request.GET = QueryDict(query)
    rows = ClaimFilter(request.GET, queryset=visible_claims(actor), request=request).qs
    worst = max(
        (_explain(sql, params) for sql, params in _statements(rows, order)),
        key=lambda found: found["Plan"]["Shared Hit Blocks"] + found["Plan"]["Shared Read Blocks"],
    )
    nodes = list(_nodes(worst["Plan"]))
    path = " < ".join(_name(node) for node in nodes[:4])
    return Plan(
        who=who,
        query=query,
        order=name,
        top=path,
        milliseconds=worst["Execution Time"],
        buffers=worst["Plan"]["Shared Hit Blocks"] + worst["Plan"]["Shared Read Blocks"],
        scans_claims=any(
            node["Node Type"] == "Seq Scan" and node["Relation Name"] == TABLE for node in nodes
        ),
        compiled="JIT" in worst,
    )


def _statements(rows: QuerySet[Claim], order: Any) -> list[tuple[str, Any]]:
    """What one page of the list sends for its claims, first page and a later one."""
    seen: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if f'FROM "{TABLE}"' in sql:
            seen.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        first = get_page(listing.with_row_data(rows), order, size=listing.PAGE_SIZE)
        get_page(listing.with_row_data(rows), order, size=listing.PAGE_SIZE, cursor=first.next)
    return seen


def _explain(sql: str, params: Any) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", params)
        found = cursor.fetchone()[0]
    plan: dict[str, Any] = (json.loads(found) if isinstance(found, str) else found)[0]
    return plan


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for below in node.get("Plans", ()):
        yield from _nodes(below)


def _name(node: dict[str, Any]) -> str:
    what = node.get("Index Name") or node.get("Relation Name") or ""
    return f"{node['Node Type']} {what}".strip()

"""Finding claims through rows that hang on them (items, words, pauses), fast on either side.

PostgreSQL knows neither what looking into such rows costs nor which claims have them, and so reads
the whole list in the wrong order. Here few hits are collected first and looked up; when there are
many, the first page is soon full by trying claims in the order of the list.
"""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.expressions import RawSQL

from claims.models import Claim

FEW = 3000


class _EachTried(Exists):
    """An EXISTS that the planner cannot turn into a join."""

    template = "EXISTS(%(subquery)s OFFSET 0)"


def having(claims: QuerySet[Claim], rows: QuerySet[Any]) -> QuerySet[Claim]:
    """Those of `claims` to which at least one of `rows` belongs; costs a query on PostgreSQL."""
    if connection.vendor != "postgresql":
        return claims.filter(pk__in=rows.values("claim_id"))
    ids = list(rows.order_by().values_list("claim_id", flat=True)[: FEW + 1])
    if len(ids) > FEW:
        return claims.filter(_EachTried(rows.filter(claim=OuterRef("pk"))))
    return claims.filter(pk__in=RawSQL("SELECT unnest(%s::bigint[])", [ids]))

"""Full-text search over claims: the same stems and the same hits on both databases.

`core.text` makes the stems (Russian and English, ё as е, numbers and lot codes whole and in parts).
PostgreSQL keeps them as lexemes in a GIN index, past its own parser, which depends on the locale of
the database; SQLite keeps them in FTS5.
"""

from __future__ import annotations

from django.db import connection
from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

from claims.hits import having
from claims.models import Claim, SearchEntry
from core.text import query_terms


def matching(claims: QuerySet[Claim], query: str) -> QuerySet[Claim]:
    """The claims in which every word of `query` occurs; the last word may be a beginning."""
    terms = query_terms(query)
    if not terms:
        return claims
    if connection.vendor == "postgresql":
        fits = "array_to_tsvector(string_to_array(words, ' ')) @@ %s::tsquery"
        fits += " AND position(%s in ' ' || words || ' ') > 0" * len(terms.phrases)
        values = [terms.as_tsquery(), *terms.phrases]
    else:
        fits = "claim_id IN (SELECT rowid FROM claims_search_fts WHERE claims_search_fts MATCH %s)"
        values = [terms.as_fts5()]
    fitting = RawSQL(fits, values, output_field=BooleanField())  # noqa: S611 - words are parameters
    return having(claims, SearchEntry.objects.filter(fitting))

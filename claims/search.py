"""Full-text search over claims: the same stems and the same hits on both databases.

`core.text` makes the stems (Russian and English, ё as е, numbers and lot codes whole and in parts).
PostgreSQL keeps them as lexemes in a GIN index, past its own parser, which depends on the locale of
the database; SQLite keeps them in FTS5.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection
from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

from claims.hits import having
from claims.models import Claim, SearchEntry
from core.bulk import insert_new
from core.text import index_text, query_terms


def words_of(claim: Claim, items: Iterable[object]) -> str:
    """The stems under which a claim is found; related rows must be loaded already."""
    parts = [
        claim.number,
        claim.title,
        claim.description,
        claim.requirement,
        claim.customer_claim_no,
        claim.order_no,
        claim.delivery_note_no,
        claim.invoice_no,
        claim.source_reference,
        claim.reporter,
    ]
    if claim.customer is not None:
        parts += [claim.customer.name, claim.customer.code]
    for item in items:
        product, defect = item.product, item.defect  # type: ignore[attr-defined]
        parts += [item.lot_code, item.serial_no]  # type: ignore[attr-defined]
        if product is not None:
            parts += [product.code, product.name]
        if defect is not None:
            parts += [defect.name_ru, defect.name_en]
    return index_text(*parts)


def index_claims(pairs: Iterable[tuple[Claim, Iterable[object]]], *, new: bool = False) -> None:
    """(Re)write the search entries of claims with their items. `new` says that none exists yet.

    On SQLite triggers carry the rows into the FTS table; on PostgreSQL the index follows by itself.
    """
    entries = [SearchEntry(claim=claim, words=words_of(claim, items)) for claim, items in pairs]
    if new:
        insert_new(entries)
    else:
        SearchEntry.objects.bulk_create(
            entries, update_conflicts=True, unique_fields=["claim"], update_fields=["words"]
        )


def reindex_claim(claim: Claim) -> None:
    """Bring the entry of one claim up to date, reading its items."""
    index_claims([(claim, claim.items.select_related("product", "defect"))])


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

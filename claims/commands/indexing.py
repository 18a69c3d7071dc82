"""What a claim is found by, written anew whenever a word of it changes; see `claims.search`."""

from __future__ import annotations

from collections.abc import Iterable

from claims.models import Claim, SearchEntry
from core.bulk import insert_new
from core.text import index_text


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

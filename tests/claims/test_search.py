"""Full-text search over claims, on whichever database the suite runs."""

from __future__ import annotations

import pytest

from claims.commands import edit_claim
from claims.models import Claim, SearchEntry
from claims.search import matching
from core.text import index_text
from tests.core.test_text import DOCUMENTS, SEARCHES


def found(query: str) -> set[str]:
    return {claim.title for claim in matching(Claim.objects.all(), query)}


def test_both_databases_answer_the_same_searches_alike(cast):
    for name, text in DOCUMENTS.items():
        claim = cast.report(title=name)
        SearchEntry.objects.filter(claim=claim).update(words=index_text(text))
    for query, expected in SEARCHES:
        assert found(query) == set(expected.split()), query


@pytest.mark.parametrize("query", ["L-2309", "l2309", "RK-12", "трещин", "ТРЕЩИНА", "защелки"])
def test_a_claim_is_found_by_what_people_know_of_it(cast, query):
    cast.complete_report(title="wanted", description="Трещины на защёлке RK-12, партия L-2309")
    cast.report(title="other", description="Scratches on the cover")
    assert found(query) == {"wanted"}


def test_a_claim_is_found_by_its_customer_product_and_lot(cast):
    cast.complete_report(title="wanted")
    cast.report(title="other")
    for query in (cast.customer.name, cast.product.code, cast.lot.code):
        assert found(query) == {"wanted"}, query


def test_a_number_is_found_whole_and_by_its_beginning(cast):
    claim = cast.report(title="wanted")
    assert found(claim.number) == {"wanted"}
    assert "wanted" in found(claim.number[:4])


@pytest.mark.parametrize(
    "query", ["'", '"', "a:*", "!(", "' | 'x", "NEAR(", "-", "\\", "* OR *", "&"]
)
def test_signs_of_query_languages_are_plain_text(cast, query):
    cast.report(title="anything")
    assert found(query) in (set(), {"anything"})


def test_a_changed_text_is_found_by_its_new_words_only(cast):
    claim = cast.complete_report(title="Flash on the rim")
    edit_claim(actor=cast.actor("handler"), claim=claim, values={"title": "Warped cover"})
    assert found("warped") == {"Warped cover"}
    assert found("flash rim") == set()

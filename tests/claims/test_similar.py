"""Is it the same complaint, or the same problem again?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from claims.commands import answer_duplicates
from claims.requirements import duplicates_answered
from claims.selectors import list_similar
from claims.similar import find_similar, likeness_of
from claims.states import Step
from core import clock
from core.errors import InvalidInput, NotPermitted
from tests.cast import Cast


def seen_by(cast: Cast, person: str, claim):
    return find_similar(
        cast.actor(person), likeness_of(claim.items.all()), claim, claim.customer_id
    )


def test_earlier_claims_about_the_same_product_and_defect_or_the_same_lot(cast: Cast):
    same = cast.complete_report(items=[cast.item(lot=None, lot_code="")])
    same_lot = cast.complete_report(items=[cast.item(defect=cast.other_defect)])
    cast.complete_report(items=[cast.item(lot=None, defect=cast.other_defect)])
    cast.complete_report(items=[cast.item(product=cast.other_product, lot=cast.other_lot)])
    cast.claim_in(Step.CANCELLED)
    claim = cast.complete_report()
    later = cast.complete_report()
    assert list_similar(claim) == [same_lot, same]
    assert later not in list_similar(claim)
    assert claim in list_similar(later)


def test_five_years_are_enough(cast: Cast):
    old = cast.complete_report(received_at=clock.now() - timedelta(days=6 * 365))
    recent = cast.complete_report(received_at=clock.now() - timedelta(days=4 * 365))
    claim = cast.complete_report()
    assert recent in list_similar(claim)
    assert old not in list_similar(claim)


def test_each_comes_with_its_reasons(cast: Cast):
    cast.complete_report(customer=cast.other_customer, contact=None)
    claim = cast.complete_report()
    found = seen_by(cast, "handler", claim)
    assert found.shown[0].reasons == ["product", "defect", "lot L-2291"]
    assert found.likely_repeat is found.shown[0]
    assert seen_by(cast, "handler", cast.complete_report()).shown[0].reasons[-1] == "customer"


def test_claims_out_of_sight_are_only_counted(cast: Cast):
    cast.complete_report(site=cast.other_site, by=cast.outsider, owner=None)
    claim = cast.complete_report()
    found = seen_by(cast, "handler", claim)
    assert (found.shown, found.hidden) == ([], 1)
    assert seen_by(cast, "manager", claim).hidden == 0


def test_the_question_must_be_answered_when_there_are_any(cast: Cast):
    first, claim = cast.complete_report(), cast.complete_report()
    assert duplicates_answered(first) == ""
    assert duplicates_answered(claim) == "Say whether one of the similar claims is the same."
    answer_duplicates(actor=cast.actor("handler"), claim=claim, answer="repeat", other=first)
    assert duplicates_answered(cast.read(claim)) == ""
    assert cast.read(claim).repeat_of == first


def test_another_answer_takes_the_link_back(cast: Cast):
    first, claim = cast.complete_report(), cast.complete_report()
    handler = cast.actor("handler")
    answer_duplicates(actor=handler, claim=claim, answer="duplicate", other=first)
    answer_duplicates(actor=handler, claim=claim, answer="none")
    answered = cast.read(claim)
    assert (answered.duplicate_of, answered.repeat_of, answered.duplicate_answer) == (
        None,
        None,
        "none",
    )


@pytest.mark.parametrize("answer", ["duplicate", "repeat"])
def test_the_other_claim_is_named_and_is_another(cast: Cast, answer: str):
    claim = cast.complete_report()
    for other in (None, claim):
        with pytest.raises(InvalidInput) as refused:
            answer_duplicates(actor=cast.actor("handler"), claim=claim, answer=answer, other=other)
        assert list(refused.value.fields) == ["other_claim"]


def test_only_coordinators_answer(cast: Cast):
    claim = cast.report()
    with pytest.raises(NotPermitted):
        answer_duplicates(actor=cast.actor("reporter"), claim=claim, answer="none")

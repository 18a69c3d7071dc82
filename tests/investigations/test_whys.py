"""Five whys: in order, resting on facts, leading to a cause of their kind."""

import pytest

from core.errors import InvalidInput, NotPermitted
from investigations.models import Why

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain(inquiry):
    return inquiry.do("open_chain", type="occurrence")


def why(inquiry, chain, answer="Moisture was low", **values):
    return inquiry.do(
        "answer_why", chain=chain, question="Why did it crack?", answer=answer, **values
    )


def test_whys_follow_each_other(inquiry, chain):
    assert [why(inquiry, chain, text).position for text in ("a", "b", "c")] == [1, 2, 3]


def test_only_the_last_why_is_removed(inquiry, chain):
    first, second = why(inquiry, chain, "a"), why(inquiry, chain, "b")
    with pytest.raises(InvalidInput):
        inquiry.do("remove_why", why=first)
    inquiry.do("remove_why", why=second)
    assert list(Why.objects.all()) == [first]


def test_a_fact_may_be_stated_for_a_why(inquiry, chain):
    answered = why(inquiry, chain)
    fact = inquiry.fact(why=answered)
    assert list(answered.facts.all()) == [fact]


def test_an_answer_is_corrected(inquiry, chain):
    answered = why(inquiry, chain)
    fact = inquiry.fact()
    inquiry.do("edit_why", why=answered, values={"answer": "Moisture 0.3 %"}, facts=[fact])
    answered = Why.objects.get(pk=answered.pk)
    assert (answered.answer, list(answered.facts.all())) == ("Moisture 0.3 %", [fact])


def test_a_chain_leads_to_a_cause_of_its_kind(inquiry, chain):
    escape = inquiry.cause("Not in the control plan", type="escape")
    with pytest.raises(InvalidInput):
        inquiry.do("conclude_chain", chain=chain, cause=escape)
    cause = inquiry.cause()
    assert inquiry.do("conclude_chain", chain=chain, cause=cause).cause == cause
    assert inquiry.do("conclude_chain", chain=chain, cause=None).cause is None


def test_question_and_answer_belong_together(inquiry, chain):
    with pytest.raises(InvalidInput) as refused:
        why(inquiry, chain, " ")
    assert list(refused.value.fields) == ["answer"]


def test_strangers_do_not_ask(inquiry, cast, chain):
    with pytest.raises(NotPermitted):
        inquiry.do("open_chain", by=cast.employee, type="escape")

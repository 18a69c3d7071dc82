"""Causes: hypotheses until facts decide; people only with the parameter that was left."""

import pytest

from core.errors import InvalidInput, NotPermitted, Stale, TransitionRefused
from events.models import Event
from investigations.models import Cause
from masterdata.models import CauseCode

pytestmark = pytest.mark.django_db


def test_a_hypothesis_needs_no_fact_but_a_decision_does(inquiry):
    cause = inquiry.cause()
    assert cause.status == "hypothesis"
    for command in ("confirm_cause", "rule_out_cause"):
        values = {"proof": "measurement"} if command == "confirm_cause" else {}
        with pytest.raises(InvalidInput) as refused:
            inquiry.do(command, cause=cause, **values)
        assert list(refused.value.fields) == ["facts"]
    assert Cause.objects.get(pk=cause.pk).status == "hypothesis"


def test_facts_confirm_a_cause(inquiry, cast):
    cause = inquiry.cause()
    fact = inquiry.fact()
    done = inquiry.do("confirm_cause", cause=cause, proof="reproduction", facts=[fact])
    assert done.is_confirmed
    assert (done.decided_by, done.proof) == (cast.handler, "reproduction")
    event = Event.objects.get(kind="cause.confirmed")
    assert event.data["facts"] == [1]
    assert event.data["changes"]["status"] == ["hypothesis", "confirmed"]


def test_facts_rule_a_cause_out(inquiry):
    cause = inquiry.cause(facts=[inquiry.fact()])
    assert inquiry.do("rule_out_cause", cause=cause).status == "ruled_out"


def test_a_decided_cause_is_reconsidered_with_a_reason(inquiry):
    cause = inquiry.confirmed()
    with pytest.raises(InvalidInput):
        inquiry.do("rule_out_cause", cause=cause)
    with pytest.raises(InvalidInput):
        inquiry.do("reconsider_cause", cause=cause, reason="")
    cause = inquiry.do("reconsider_cause", cause=cause, reason="a second chamber had it too")
    assert (cause.status, cause.is_root) == ("hypothesis", False)
    assert inquiry.do("rule_out_cause", cause=cause).status == "ruled_out"


def test_people_are_a_cause_only_with_the_parameter_that_was_left(inquiry):
    cause = inquiry.cause("Foreman released the lot", category="people")
    fact = inquiry.fact("Released at 04:10, log not read")
    with pytest.raises(InvalidInput) as refused:
        inquiry.do("confirm_cause", cause=cause, proof="observation", facts=[fact])
    assert list(refused.value.fields) == ["parameter_fact"]
    done = inquiry.do("confirm_cause", cause=cause, proof="observation", parameter_fact=fact)
    assert done.parameter_fact == fact
    assert list(done.facts.all()) == [fact]


def test_the_first_root_cause_is_a_milestone_of_the_claim(inquiry, cast):
    inquiry.confirmed("Not in the control plan", type="escape")
    assert cast.read(inquiry.claim).root_cause_at is None
    cause = inquiry.confirmed("Card rev. D has no hold point")
    assert cause.is_root
    assert cast.read(inquiry.claim).root_cause_at is not None
    assert not inquiry.confirmed("Voltage drops at night", category="environment").is_root


def test_a_code_of_another_category_does_not_classify(inquiry, cast):
    with pytest.raises(InvalidInput) as refused:
        inquiry.cause(category="method", code=cast.cause)
    assert list(refused.value.fields) == ["code"]
    group = CauseCode.objects.get(code="METHOD")
    with pytest.raises(InvalidInput):
        inquiry.cause(category="method", code=group)


def test_a_decided_cause_keeps_its_wording_but_takes_a_code(inquiry):
    cause = inquiry.confirmed()
    with pytest.raises(InvalidInput):
        inquiry.do("edit_cause", cause=cause, values={"text": "something else"})
    code = CauseCode.objects.get(code="MTD-CONTROL")
    assert inquiry.do("edit_cause", cause=cause, values={"code": code}).code == code


def test_somebody_elses_change_is_not_overwritten(inquiry):
    cause = inquiry.cause()
    inquiry.do("edit_cause", cause=cause, values={"text": "Hold point was dropped"}, version=1)
    with pytest.raises(Stale):
        inquiry.do("edit_cause", cause=cause, values={"text": "No hold point"}, version=1)


def test_a_cause_is_not_its_own_parent(inquiry):
    above = inquiry.cause("No hold point")
    below = inquiry.cause("ECR-118 merged two operations", parent=above)
    with pytest.raises(InvalidInput):
        inquiry.do("edit_cause", cause=above, values={"parent": below})


def test_a_member_proposes_the_leader_decides(inquiry, cast):
    inquiry.team()
    cause = inquiry.cause(by=cast.laboratory, facts=[inquiry.fact()])
    with pytest.raises(NotPermitted):
        inquiry.do("confirm_cause", by=cast.laboratory, cause=cause, proof="measurement")
    with pytest.raises(NotPermitted):
        inquiry.do("rule_out_cause", by=cast.laboratory, cause=cause)
    done = inquiry.do("confirm_cause", by=cast.investigator, cause=cause, proof="measurement")
    assert done.decided_by == cast.investigator


def test_causes_stand_still_once_the_response_rests_on_them(inquiry):
    cause = inquiry.cause(facts=[inquiry.fact()])
    inquiry.moved("analyse")
    inquiry.moved("respond")
    with pytest.raises(TransitionRefused):
        inquiry.do("confirm_cause", cause=cause, proof="measurement")
    inquiry.fact("a fact may still come")
    inquiry.moved("return_to_analysis", remark="the customer objects")
    assert inquiry.do("confirm_cause", cause=cause, proof="measurement").is_confirmed


def test_a_fact_is_taken_off_a_hypothesis_only(inquiry):
    fact = inquiry.fact()
    cause = inquiry.cause(facts=[fact])
    inquiry.do("drop_support", cause=cause, fact=fact)
    assert not cause.facts.exists()
    confirmed = inquiry.confirmed("other")
    with pytest.raises(InvalidInput):
        inquiry.do("drop_support", cause=confirmed, fact=confirmed.facts.get())

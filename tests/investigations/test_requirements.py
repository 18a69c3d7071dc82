"""What is needed to leave steps 4, 5 and 6, said as what exactly is missing."""

import pytest

from claims.requirements import _registry
from claims.states import Step
from core.errors import TransitionRefused
from investigations.models import Source
from masterdata.models import CauseCode
from tests.cast import upper_requirements_met

pytestmark = pytest.mark.django_db

INVESTIGATIONS = (
    "traceability_answered",
    "team_named",
    "finding_stated",
    "sources_checked",
    "facts_found",
    "causes_confirmed",
    "causes_supported",
)


def missing(claim, name) -> str:
    return _registry[name].check(claim)


def test_both_questions_are_answered_with_living_facts(initial):
    assert "Other customers?" in missing(initial.claim, "traceability_answered")
    fact = initial.fact("Shipped to one customer only")
    initial.do("answer_traceability", question="other_customers", answer=False, fact=fact)
    assert "Other lots?" in missing(initial.claim, "traceability_answered")
    initial.do("answer_traceability", question="other_lots", answer=False, fact=fact)
    assert missing(initial.claim, "traceability_answered") == ""
    initial.do("supersede_fact", fact=fact, text="Shipped to two", reason="second delivery note")
    assert "F1, which was superseded" in missing(initial.claim, "traceability_answered")


def test_the_team_has_two_members_from_two_departments_and_a_leader(initial, cast):
    assert "two team members" in missing(initial.claim, "team_named")
    initial.do("add_member", user=cast.handler)
    initial.do("add_member", user=cast.quality_manager)
    assert "two departments" in missing(initial.claim, "team_named")
    initial.do("add_member", user=cast.laboratory)
    assert "leads" in missing(initial.claim, "team_named")
    initial.do("add_member", user=cast.investigator, role="leader")
    assert missing(initial.claim, "team_named") == ""


def test_a_customer_contact_does_not_make_the_team(initial, cast):
    initial.do("add_member", user=cast.investigator, role="leader")
    initial.do("add_member", contact=cast.contact, role="contact")
    assert "two team members" in missing(initial.claim, "team_named")


def test_a_finding_rests_on_a_living_fact(initial):
    assert missing(initial.claim, "finding_stated")
    fact = initial.fact("Run-out 0.06 mm, limit 0.08 mm")
    initial.do("state_finding", kind="unfounded", text="Within the limit", facts=[fact])
    assert missing(initial.claim, "finding_stated") == ""
    initial.do("supersede_fact", fact=fact, text="0.09 mm", reason="arbor was worn")
    assert "superseded" in missing(initial.claim, "finding_stated")


def test_open_sources_are_named(inquiry):
    assert "Begin the plan" in missing(inquiry.claim, "sources_checked")
    inquiry.do("begin_plan")
    for source in Source.objects.exclude(kind="people"):
        inquiry.do("check_source", source=source, outcome="nothing", remark="looked")
    assert missing(inquiry.claim, "sources_checked") == "Check “People”."


def test_causes_of_both_kinds_are_confirmed_or_the_lack_is_explained(inquiry):
    assert "why it happened" in missing(inquiry.claim, "causes_confirmed")
    inquiry.confirmed()
    assert "why it was not found" in missing(inquiry.claim, "causes_confirmed")
    inquiry.do("exclude_escape", reason="cannot be seen before assembly")
    assert missing(inquiry.claim, "causes_confirmed") == ""


def test_confirmed_causes_are_classified_and_rest_on_living_facts(inquiry):
    cause = inquiry.confirmed("No hold point")
    assert missing(inquiry.claim, "causes_supported") == "“No hold point”: choose the cause code."
    code = CauseCode.objects.get(code="MTD-CONTROL")
    inquiry.do("edit_cause", cause=cause, values={"code": code})
    assert missing(inquiry.claim, "causes_supported") == ""
    inquiry.do("supersede_fact", fact=cause.facts.get(), text="x", reason="wrong card")
    assert "link a fact" in missing(inquiry.claim, "causes_supported")


@pytest.mark.parametrize("name", INVESTIGATIONS)
def test_each_requirement_leads_to_where_it_is_supplied(initial, name):
    link = _registry[name].link(initial.claim)
    assert link.startswith(f"/claims/{initial.claim.number}/investigation/#")


def move(cast, claim, transition, person="handler", **values):
    from claims.commands import move_claim

    with upper_requirements_met(but=INVESTIGATIONS):
        return move_claim(actor=cast.actor(person), claim=claim, transition=transition, **values)


def test_a_claim_goes_through_steps_4_to_6_on_its_facts(initial, cast):
    with pytest.raises(TransitionRefused) as refused:
        move(cast, initial.claim, "investigate_fully")
    names = [each.requirement for each in refused.value.missing]
    assert names == ["traceability_answered", "team_named"]

    fact = initial.fact("38 of 3,600 housings cracked")
    for question in ("other_customers", "other_lots"):
        initial.do("answer_traceability", question=question, answer=False, fact=fact)
    initial.team()
    claim = move(cast, initial.claim, "investigate_fully")
    assert claim.step == Step.FULL_INVESTIGATION

    with pytest.raises(TransitionRefused):
        move(cast, claim, "analyse")
    initial.do("begin_plan")
    for source in Source.objects.all():
        initial.do("check_source", source=source, outcome="facts", facts=[fact])
    claim = move(cast, claim, "analyse", "investigator")
    assert claim.step == Step.ANALYSIS

    with pytest.raises(TransitionRefused):
        move(cast, claim, "respond")
    code = CauseCode.objects.get(code="MTD-CONTROL")
    initial.confirmed(code=code)
    initial.confirmed("Not in the control plan", type="escape", code=code)
    assert move(cast, claim, "respond", "investigator").step == Step.RESPONSE


def test_a_small_claim_is_answered_directly(initial, cast):
    fact = initial.fact("Run-out 0.06 mm, limit 0.08 mm")
    for question in ("other_customers", "other_lots"):
        initial.do("answer_traceability", question=question, answer=False, fact=fact)
    with pytest.raises(TransitionRefused):
        move(cast, initial.claim, "answer_directly", remark="no defect")
    initial.do("state_finding", kind="unfounded", text="Within the limit", facts=[fact])
    claim = move(cast, initial.claim, "answer_directly", remark="no defect")
    assert claim.step == Step.RESPONSE


def test_a_critical_claim_is_not_answered_directly(cast):
    from tests.investigations.conftest import inquiry_in

    initial = inquiry_in(cast, Step.INITIAL_INVESTIGATION, severity="critical")
    fact = initial.fact("x")
    for question in ("other_customers", "other_lots"):
        initial.do("answer_traceability", question=question, answer=False, fact=fact)
    initial.do("state_finding", kind="unfounded", text="x", facts=[fact])
    with pytest.raises(TransitionRefused) as refused:
        move(cast, initial.claim, "answer_directly", remark="no defect")
    assert [each.requirement for each in refused.value.missing] == ["not_critical"]

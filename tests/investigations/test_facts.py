"""Facts: numbered, never edited, superseded with a reason."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from claims.states import Step
from core import clock
from core.errors import InvalidInput, NotPermitted, TransitionRefused
from events.models import Event
from investigations.models import Fact, Investigation
from tests.investigations.conftest import inquiry_in

pytestmark = pytest.mark.django_db


def test_facts_are_numbered_within_their_claim(inquiry, cast):
    other = inquiry_in(cast, Step.INITIAL_INVESTIGATION)
    assert [inquiry.fact(text).number for text in ("a", "b", "c")] == [1, 2, 3]
    assert other.fact("d").number == 1


def test_the_first_fact_begins_the_round(initial):
    fact = initial.fact()
    assert (fact.investigation.kind, fact.investigation.number) == ("initial", 1)
    initial.fact("second")
    assert Investigation.objects.count() == 1
    kinds = Event.objects.filter(claim_id=initial.claim.pk).values_list("kind", flat=True)
    assert list(kinds).count("investigation.begun") == 1


def test_a_fact_keeps_its_evidence(inquiry):
    upload = SimpleUploadedFile("log.txt", b"chamber K-2: stopped 03:40")
    fact = inquiry.fact(uploads=[upload], source="chamber log")
    assert [file.name for file in fact.evidence.all()] == ["log.txt"]
    event = Event.objects.get(kind="fact.stated")
    assert event.data["files"] == ["log.txt"]
    assert (event.data["number"], event.claim_id) == (1, inquiry.claim.pk)


def test_a_refused_file_leaves_no_fact(inquiry):
    with pytest.raises(InvalidInput) as refused:
        inquiry.fact(uploads=[SimpleUploadedFile("page.html", b"<html><script>1</script></html>")])
    assert list(refused.value.fields) == ["uploads"]
    assert not Fact.objects.exists()


@pytest.mark.parametrize("text", ["", "   "])
def test_an_empty_fact_is_refused(inquiry, text):
    with pytest.raises(InvalidInput):
        inquiry.fact(text)


def test_a_fact_is_not_observed_tomorrow(inquiry):
    with pytest.raises(InvalidInput):
        inquiry.fact(observed_at=clock.now() + timedelta(days=1))


def test_a_superseded_fact_stays_readable_and_says_by_which_and_why(inquiry):
    old = inquiry.fact("Moisture 0.3 %")
    new = inquiry.do("supersede_fact", fact=old, text="Moisture 0.4 %", reason="scale was off")
    old = Fact.objects.get(pk=old.pk)
    assert (new.number, old.superseded_by, old.superseded_reason) == (2, new, "scale was off")
    assert old.text == "Moisture 0.3 %"
    with pytest.raises(InvalidInput):
        inquiry.do("supersede_fact", fact=old, text="again", reason="again")


def test_superseding_asks_for_the_reason(inquiry):
    old = inquiry.fact()
    with pytest.raises(InvalidInput) as refused:
        inquiry.do("supersede_fact", fact=old, text="better", reason=" ")
    assert list(refused.value.fields) == ["reason"]


def test_conclusions_do_not_rest_on_superseded_facts(inquiry):
    old = inquiry.fact()
    inquiry.do("supersede_fact", fact=old, text="better", reason="scale was off")
    with pytest.raises(InvalidInput, match="F1 was superseded"):
        inquiry.cause(facts=[old])


def test_facts_of_another_claim_prove_nothing_here(inquiry, cast):
    other = inquiry_in(cast, Step.INITIAL_INVESTIGATION)
    with pytest.raises(InvalidInput):
        inquiry.cause(facts=[other.fact()])


@pytest.mark.parametrize("person", ["handler", "quality_manager", "investigator", "laboratory"])
def test_coordinators_and_the_team_state_facts(inquiry, cast, person):
    inquiry.team()
    assert inquiry.fact(by=cast.people[person]).by_label == str(cast.people[person])


@pytest.mark.parametrize(
    "person", ["employee", "reporter", "action_owner", "manager", "auditor", "legal", "outsider"]
)
def test_nobody_else_does(inquiry, cast, person):
    inquiry.team()
    with pytest.raises(NotPermitted):
        inquiry.fact(by=cast.people[person])


def test_a_finished_claim_takes_no_facts(cast):
    closed = inquiry_in(cast, Step.CLOSED)
    with pytest.raises(TransitionRefused):
        closed.fact()


def test_a_claim_that_came_back_keeps_its_facts_in_a_new_round(inquiry):
    first = inquiry.fact()
    inquiry.moved("analyse")
    inquiry.moved("return_to_investigation", remark="the chamber was not looked at")
    second = inquiry.fact("new")
    assert (first.investigation.number, second.investigation.number) == (1, 2)
    assert second.number == 2

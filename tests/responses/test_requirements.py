"""What steps 3, 7 and 8 ask of the response, by the real answers."""

from __future__ import annotations

from datetime import date

from claims.commands import waive_acknowledgement
from claims.lifecycle import TRANSITIONS
from claims.requirements import answers_for
from events.relay import run_pending
from responses.models import Survey
from tests.responses.conftest import Answer

DOCUMENT = {"document_no": "CN-1", "document_date": date(2020, 1, 1)}


def says(answer: Answer, transition: str, name: str) -> str:
    """What is missing, "" when it is met."""
    answers = answers_for(answer.now(), TRANSITIONS[transition])
    return next(each.detail for each in answers if each.requirement == name)


def test_an_acknowledgement_is_sent(early):
    assert "acknowledgement" in says(early, "investigate", "acknowledgement_sent")
    letter = early.letter("acknowledgement")
    early.do("mark_sent", letter=letter, channel="phone", remark="Spoke to Ms Nair")
    assert says(early, "investigate", "acknowledgement_sent") == ""


def test_or_waived(early):
    waive_acknowledgement(
        actor=early.cast.actor("handler"), claim=early.claim, reason="the customer sat here"
    )
    assert says(early, "investigate", "acknowledgement_sent") == ""


def test_the_way_of_a_response(answer):
    def now() -> str:
        return says(answer, "monitor", "response_sent")

    assert says(answer, "monitor", "decision_recorded")
    assert now() == "Write the final response."
    answer.decided()
    assert says(answer, "monitor", "decision_recorded") == ""
    letter = answer.letter()
    assert now() == "Send the final response for approval."
    letter = answer.do("submit_letter", letter=letter)
    assert "Quality manager" in now()
    letter = answer.sign(letter)
    assert now() == "Send the final response to the customer."
    answer.handed_over(letter)
    assert now() == ""


def test_a_decision_changed_later_needs_a_further_response(answer):
    answer.handed_over()
    answer.decided("partly")
    assert "further response" in says(answer, "monitor", "response_sent")
    answer.handed_over(answer.sign(answer.do("submit_letter", letter=answer.letter())))
    assert says(answer, "monitor", "response_sent") == ""


def test_a_claim_that_came_back_is_answered_again(answer):
    answer.handed_over()
    answer.moved("return_to_analysis", remark="the customer objects")
    run_pending()
    answer.moved("respond")
    assert "further response" in says(answer, "monitor", "response_sent")


def test_compensation_is_decided_when_the_claim_is_accepted(answer):
    answer.decided("rejected")
    assert says(answer, "monitor", "compensation_decided") == ""
    answer.decided(no_compensation=False)
    assert says(answer, "monitor", "compensation_decided")
    answer.decided(no_compensation=True)
    assert says(answer, "monitor", "compensation_decided") == ""
    answer.decided(no_compensation=False)
    answer.compensated()
    assert says(answer, "monitor", "compensation_decided") == ""


def test_compensation_is_settled_before_closing(answer):
    answer.decided(no_compensation=False)
    compensation = answer.compensated()
    answer.handed_over()
    assert "Finance" in says(answer, "close", "compensation_settled")
    answer.do("settle_compensation", by="finance", compensation=compensation, **DOCUMENT)
    assert says(answer, "close", "compensation_settled") == ""


def test_closing_asks_the_customer_once(answer):
    answer.handed_over()
    answer.moved("monitor")
    answer.moved("close", "quality_manager")
    run_pending()
    survey = Survey.objects.get(claim=answer.claim)
    answer.do("answer_survey", survey=survey, score=4, comment="Fast.")
    assert Survey.objects.get().score == 4

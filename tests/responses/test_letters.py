"""Letters begin with a template that knows the claim, and are written until they go out."""

from __future__ import annotations

import pytest

from claims.states import Step
from core.errors import InvalidInput, NotPermitted, Stale, TransitionRefused
from events.models import Event
from responses.models import Letter, LetterTemplate
from responses.paper import paper_of, render_text
from responses.states import LetterKind
from tests.cast import Cast
from tests.responses.conftest import answer_in


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("kind", LetterKind.values)
def test_every_starter_fills_itself(cast: Cast, kind, language):
    type(cast.customer).objects.filter(pk=cast.customer.pk).update(language=language)
    answer = answer_in(cast, Step.RESPONSE, customer_claim_no="NCR-88412")
    answer.decided()
    letter = answer.do("draft_letter", claim=answer.claim, kind=kind)
    assert letter.language == language
    text = render_text(letter)
    assert "{" not in text
    assert "NCR-88412" in text
    assert "L-2291" in text


def test_an_acknowledgement_tells_number_and_tracking_code(early):
    letter = early.do("draft_letter", claim=early.claim, kind="acknowledgement")
    assert early.claim.number in letter.body
    assert early.claim.tracking_code in letter.body
    assert letter.greeting == "Dear Priya Nair,"
    assert letter.recipient_email == "priya.nair@kestrel.example"
    assert letter.author == early.cast.handler


def test_the_final_response_takes_over_causes_and_decision(answer):
    answer.decided(apology=True)
    letter = answer.do("draft_letter", claim=answer.claim, kind="final")
    assert "The material was too dry" in letter.findings
    assert letter.settlement.startswith("We accept your claim.")
    assert "We apologise" in letter.settlement


def test_paper_shows_who_will_sign_only_after_approval(answer):
    letter = answer.submitted()
    assert paper_of(letter).awaits_signature
    paper = paper_of(answer.sign(letter))
    assert (paper.signer, paper.signer_position) == ("Oleg Tarasov", "head of quality")
    assert paper.language == "en"


def test_one_open_final_response_at_a_time(answer):
    letter = answer.letter()
    with pytest.raises(TransitionRefused):
        answer.letter()
    answer.do("discard_letter", letter=letter)
    assert answer.letter().kind == "final"


def test_a_final_response_is_not_written_before_the_investigation(early):
    with pytest.raises(TransitionRefused):
        early.letter()


def test_what_others_dealt_with_is_not_discarded(answer):
    letter = answer.do("take_back_letter", letter=answer.submitted())
    with pytest.raises(TransitionRefused):
        answer.do("discard_letter", letter=letter)


def test_two_authors_do_not_overwrite_each_other(answer):
    letter = answer.letter()
    answer.do("edit_letter", letter=letter, values={"body": "First."}, version=letter.version)
    with pytest.raises(Stale):
        answer.do(
            "edit_letter",
            by="second_handler",
            letter=letter,
            values={"body": "Second."},
            version=letter.version,
        )
    assert Letter.objects.get(pk=letter.pk).body == "First."


def test_what_may_be_changed(answer):
    letter = answer.letter()
    with pytest.raises(InvalidInput):
        answer.do("edit_letter", letter=letter, values={"state": "approved"})
    same = answer.do("edit_letter", letter=letter, values={"body": letter.body})
    assert same.version == letter.version
    assert not Event.objects.filter(kind="letter.changed").exists()


def test_a_subject_is_one_line(answer):
    letter = answer.letter(subject="Answer\r\nBcc: everybody@example.com")
    assert letter.subject == "Answer Bcc: everybody@example.com"


@pytest.mark.parametrize("person", ["employee", "legal", "finance", "manager", "auditor"])
def test_others_write_no_letters(answer, person):
    with pytest.raises(NotPermitted):
        answer.letter(by=person)


def test_a_template_of_another_kind_is_refused(answer):
    template = LetterTemplate.objects.filter(kind="interim", language="en").first()
    with pytest.raises(InvalidInput):
        answer.do("draft_letter", claim=answer.claim, kind="final", template=template)


def test_history_names_the_fields_not_the_words(answer):
    letter = answer.letter()
    answer.do("edit_letter", letter=letter, values={"findings": "A secret until it is sent."})
    event = Event.objects.get(kind="letter.changed")
    assert event.data["fields"] == ["findings"]
    assert "secret" not in str(event.data)

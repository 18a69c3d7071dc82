"""What is said with the customer, sums and legal notes on their pages."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from claims.states import Channel
from core.actors import SYSTEM
from core.errors import InvalidInput, NotPermitted
from events.models import Event
from responses import commands
from responses.models import (
    Compensation,
    CostEntry,
    IncomingMessage,
    LegalNote,
    Letter,
    LetterTemplate,
)
from tests.responses.conftest import Answer


def url_of(name: str, answer: Answer, *args: object) -> str:
    return reverse(f"responses:{name}", args=[answer.claim.number, *args])


def html_of(response) -> str:
    return response.content.decode()


def words(answer: Answer, **changes: object) -> dict[str, object]:
    template = LetterTemplate.objects.filter(kind="acknowledgement", language="en").get()
    return {
        "write": "letter",
        "template": template.pk,
        "kind": "acknowledgement",
        "contact": answer.cast.contact.pk,
        "recipient_name": "Priya Nair",
        "recipient_email": "priya.nair@kestrel.example",
        "subject": "We have received your claim",
        "greeting": "Dear Priya Nair,",
        "body": "Thank you for telling us.",
        **changes,
    }


def test_the_acknowledgement_comes_first_and_is_filled(browse, early):
    text = html_of(browse(early.cast.handler).get(url_of("correspondence", early)))
    assert "The customer has no acknowledgement yet." in text
    assert f"registered it as {early.claim.number}" in text
    assert "customer language: English" in text


def test_another_template_is_chosen_without_script(browse, early):
    template = LetterTemplate.objects.get(name="Data received")
    page = browse(early.cast.handler).get(
        url_of("correspondence", early), {"template": template.pk}
    )
    assert "Thank you for your message." in html_of(page)


def test_sending_leads_through_a_draft_and_one_more_look(browse, early):
    client = browse(early.cast.handler)
    answered = client.post(url_of("correspondence", early), words(early, do="send"))
    letter = Letter.objects.get()
    assert (letter.kind, letter.body) == ("acknowledgement", "Thank you for telling us.")
    assert answered.headers["Location"] == url_of("send", early, letter.pk)
    client.post(url_of("send", early, letter.pk), {"version": letter.version})
    page = html_of(client.get(url_of("correspondence", early)))
    assert "on its way" in page


def test_a_draft_is_edited_on_its_own_page(browse, early):
    client = browse(early.cast.handler)
    page = client.post(url_of("correspondence", early), words(early, do="draft"), follow=True)
    text = html_of(page)
    assert "As the customer will see it" in text
    assert "Thank you for telling us." in text
    assert "No names or internal numbers" in text


def test_an_empty_message_is_named(browse, early):
    answered = browse(early.cast.handler).post(
        url_of("correspondence", early), words(early, body="", do="draft")
    )
    assert answered.status_code == 422
    assert 'aria-invalid="true"' in html_of(answered)
    assert not Letter.objects.exists()


def test_internal_words_stop_a_short_letter_on_its_way_out(browse, early):
    letter = early.letter("acknowledgement", body="Foreman Agishev will call you.")
    answered = browse(early.cast.handler).post(
        url_of("send", early, letter.pk), {"version": letter.version}
    )
    assert answered.status_code == 409
    assert Letter.objects.get().state == "draft"


def test_a_call_is_noted_on_a_page(browse, early):
    letter = early.letter("acknowledgement")
    client = browse(early.cast.handler)
    data = {"version": letter.version, "channel": "phone", "remark": "Spoke to Ms Nair"}
    page = client.post(url_of("mark", early, letter.pk), data, follow=True)
    assert "Spoke to Ms Nair" in html_of(page)
    assert early.now().acknowledged_at


def test_the_acknowledgement_is_waived_with_a_reason(browse, early):
    client = browse(early.cast.handler)
    assert client.post(url_of("waive", early), {"reason": ""}).status_code == 422
    page = client.post(url_of("waive", early), {"reason": "The customer sat here."}, follow=True)
    assert "The customer sat here." in html_of(page)
    assert early.now().acknowledgement_waiver == "The customer sat here."


def test_what_the_customer_said_stands_in_order(browse, answer):
    client = browse(answer.cast.handler)
    data = {"write": "incoming", "channel": "phone", "text": "Send 1,200 parts by Friday."}
    page = html_of(client.post(url_of("correspondence", answer), data, follow=True))
    assert "Message noted" in page
    assert "Send 1,200 parts by Friday." in page
    assert IncomingMessage.objects.get().noted_by == answer.cast.handler


def test_the_claim_itself_is_the_first_message(cast, browse):
    from tests.responses.conftest import answer_in

    answer = answer_in(cast, "receipt", channel=Channel.EMAIL)
    page = html_of(browse(cast.handler).get(url_of("correspondence", answer)))
    assert "The latch cracks at its base when inserted into the header." in page


def test_an_internal_note_is_a_comment(browse, answer):
    client = browse(answer.cast.handler)
    data = {"write": "note", "text": "F1 is convincing."}
    page = html_of(client.post(url_of("correspondence", answer), data, follow=True))
    assert "F1 is convincing." in page
    assert answer.claim.comments.get().text == "F1 is convincing."


def test_internal_notes_are_not_for_managers(browse, answer):
    client = browse(answer.cast.handler)
    client.post(url_of("correspondence", answer), {"write": "note", "text": "F1 is convincing."})
    page = browse(answer.cast.manager).get(url_of("correspondence", answer))
    assert page.status_code == 200
    assert "F1 is convincing." not in html_of(page)
    assert "<textarea" not in html_of(page)


def test_mail_of_the_customer_is_kept_once(answer):
    values = {"claim": answer.claim, "text": "See attached.", "message_id": "<1@kestrel.example>"}
    first = commands.receive_message(actor=SYSTEM, **values)
    assert commands.receive_message(actor=SYSTEM, **values) == first
    assert IncomingMessage.objects.count() == 1


def test_others_note_nothing(answer):
    with pytest.raises(NotPermitted):
        answer.do("receive_message", by="finance", claim=answer.claim, text="He called.")
    with pytest.raises(InvalidInput):
        answer.do("receive_message", claim=answer.claim, text=" ")


# --- Sums ---------------------------------------------------------------------------------------


def test_compensation_and_settlement_by_page(browse, answer):
    answer.decided(no_compensation=False)
    handler = browse(answer.cast.handler)
    data = {"kind": "credit_note", "amount": "8,316", "currency": "RUB"}
    page = html_of(handler.post(url_of("new_compensation", answer), data, follow=True))
    assert "Credit note" in page
    found = Compensation.objects.get()
    data = {**data, "version": found.version, "amount": "8,400"}  # type: ignore[dict-item]
    handler.post(url_of("compensation", answer, found.pk), data)
    found = Compensation.objects.get()
    assert found.amount == 8400
    finance = browse(answer.cast.finance)
    settle = url_of("settle", answer, found.pk)
    document = {"version": found.version, "document_no": "CN-7", "document_date": "2020-01-01"}
    assert finance.post(settle, document).status_code == 409
    answer.approved()
    assert "Settle" in html_of(finance.get(url_of("tab", answer)))
    page = html_of(finance.post(settle, document, follow=True))
    assert "CN-7" in page
    assert handler.get(settle).status_code == 403


def test_a_stale_compensation_asks_to_look_again(browse, answer):
    answer.decided(no_compensation=False)
    found = answer.compensated()
    data = {"kind": "credit_note", "amount": "1", "currency": "RUB", "version": found.version - 1}
    answered = browse(answer.cast.handler).post(url_of("compensation", answer, found.pk), data)
    assert answered.status_code == 409
    assert Compensation.objects.get().amount == 8316


def test_a_compensation_is_removed(browse, answer):
    answer.decided(no_compensation=False)
    found = answer.compensated()
    url = url_of("remove_compensation", answer, found.pk)
    browse(answer.cast.handler).post(url, {"version": found.version})
    assert not Compensation.objects.exists()


def test_costs_by_page(browse, answer):
    client = browse(answer.cast.handler)
    data = {
        "kind": "labour",
        "spent_on": "2026-06-09",
        "currency": "RUB",
        "hours": "7.5",
        "rate": "1,200",
    }
    page = html_of(client.post(url_of("new_cost", answer), data, follow=True))
    assert "9,000" in page
    found = CostEntry.objects.get()
    changed = {**data, "version": found.version, "amount": "100", "amount_recovered": "200"}
    answered = client.post(url_of("cost", answer, found.pk), changed)
    assert answered.status_code == 422
    assert "More cannot come back than was spent." in html_of(answered)
    client.post(url_of("remove_cost", answer, found.pk), {"version": found.version})
    assert not CostEntry.objects.exists()


@pytest.mark.parametrize("name", ["costs", "new_cost", "new_compensation"])
def test_sums_are_not_for_the_team(browse, answer, name):
    from claims.commands import add_participant
    from claims.states import ParticipantRole

    member = answer.cast.investigator
    add_participant(claim=answer.claim, user=member, role=ParticipantRole.MEMBER)
    assert browse(member).get(url_of(name, answer)).status_code == 403


# --- Legal notes --------------------------------------------------------------------------------


@pytest.fixture
def reviewed(answer):
    """Under legal review, with a note and a sum."""
    answer.decided("rejected", reason_code="not_ours")
    answer.do("submit_letter", letter=answer.letter())
    answer.do(
        "add_legal_note",
        by="legal",
        claim=answer.claim,
        text="They will not go to court over this.",
        settlement_amount=Decimal(50000),
    )
    return answer


@pytest.mark.parametrize(
    ("person", "status", "note", "total"),
    [
        ("legal", 200, True, True),
        ("quality_manager", 200, True, True),
        ("auditor", 200, True, True),
        ("manager", 200, False, True),
        ("handler", 403, False, False),
        ("outsider", 404, False, False),
    ],
)
def test_who_reads_legal_notes(browse, reviewed, person, status, note, total):
    page = browse(reviewed.cast.people[person]).get(url_of("legal", reviewed))
    assert page.status_code == status
    assert ("go to court" in html_of(page)) is note
    assert ("50,000" in html_of(page)) is total


def test_an_auditors_reading_is_part_of_the_history(browse, reviewed):
    browse(reviewed.cast.quality_manager).get(url_of("legal", reviewed))
    assert not Event.objects.filter(kind="legal.notes_read").exists()
    browse(reviewed.cast.auditor).get(url_of("legal", reviewed))
    event = Event.objects.get(kind="legal.notes_read")
    assert event.actor == reviewed.cast.auditor


def test_history_does_not_tell_what_lawyers_wrote(reviewed):
    event = Event.objects.get(kind="legal.note_added")
    assert "court" not in str(event.data) + event.subject_label
    assert "50000" not in str(event.data)


def test_only_legal_write_notes_and_only_under_review(browse, answer, reviewed):
    url = url_of("legal_note", answer)
    assert browse(answer.cast.quality_manager).get(url).status_code == 403
    page = browse(answer.cast.legal).post(
        url, {"text": "One more thing.", "currency": "RUB"}, follow=True
    )
    assert "One more thing." in html_of(page)
    assert LegalNote.objects.count() == 2

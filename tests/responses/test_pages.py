"""The response tab, the letters and the approval page, as people of each role meet them."""

from __future__ import annotations

import pytest
from django.urls import reverse

from claims.states import Step
from responses import selectors
from responses.models import Approval, Decision, Letter, OutgoingMail
from tests.cast import PASSWORD
from tests.responses.conftest import Answer, answer_in


def url_of(name: str, answer: Answer, *args: object) -> str:
    return reverse(f"responses:{name}", args=[answer.claim.number, *args])


def html_of(response) -> str:
    return response.content.decode()


@pytest.fixture
def visit(browse, answer):
    """`visit("handler", "tab")`: the page as that person gets it."""

    def get(person: str, name: str, *args: object, **query: str):
        return browse(answer.cast.people[person]).get(url_of(name, answer, *args), query)

    return get


def decision_data(answer: Answer, **changes: object) -> dict[str, object]:
    item = answer.claim.items.get()
    return {
        "version": 0,
        "outcome": "partly",
        "reason_code": "contract",
        "reason": "Two hours of the line stop are covered.",
        "currency": "RUB",
        "no_compensation": "on",
        "lines-TOTAL_FORMS": 2,
        "lines-INITIAL_FORMS": 1,
        "lines-0-item_id": item.pk,
        "lines-0-quantity_accepted": "38",
        "lines-0-value_claimed": "8,316",
        "lines-0-value_accepted": "8,316",
        "lines-1-text": "Line stop, 4 h",
        "lines-1-value_claimed": "192,800",
        "lines-1-value_accepted": "96,400",
        "lines-1-reason": "clause 7.2",
        **changes,
    }


def letter_data(letter: Letter, **changes: object) -> dict[str, object]:
    data = {name: getattr(letter, name) for name in ("version", "subject", *letter.text_fields)}
    data |= {
        "contact": letter.contact_id or "",
        "recipient_name": letter.recipient_name,
        "recipient_email": letter.recipient_email,
    }
    initial = {f"initial-{name}": value for name, value in data.items() if name != "version"}
    return {**data, **initial, **changes}


def test_a_handler_records_the_decision_on_the_tab(visit, browse, answer):
    page = html_of(visit("handler", "tab"))
    assert "Record the decision" in page
    assert "RK-12 Connector housing L-2291" in page
    client = browse(answer.cast.handler)
    answered = client.post(url_of("decide", answer), decision_data(answer), follow=True)
    text = html_of(answered)
    assert "Decision recorded" in text
    assert "accepted in part" in text
    assert "104,716" in text
    decision = Decision.objects.get()
    assert decision.total_accepted == 104716
    assert [line.text for line in decision.lines.all()] == ["", "Line stop, 4 h"]


def test_a_wrong_decision_comes_back_with_what_was_typed(browse, answer):
    client = browse(answer.cast.handler)
    data = decision_data(answer, reason="", **{"lines-1-text": ""})
    answered = client.post(url_of("decide", answer), data)
    assert answered.status_code == 422
    text = html_of(answered)
    assert "Give the reason." in text or "Say what this is about." in text
    assert 'aria-invalid="true"' in text
    assert "clause 7.2" in text
    assert not Decision.objects.exists()


def test_two_people_deciding_meet_in_a_conflict(browse, answer):
    decision = answer.decided()
    client = browse(answer.cast.handler)
    answer.decided("goodwill", by="second_handler", reason="A good customer.")
    data = decision_data(answer, version=decision.version, **{"initial-outcome": "accepted"})
    answered = client.post(url_of("decide", answer), data)
    assert answered.status_code == 409
    text = html_of(answered)
    assert "This was changed while you were editing" in text
    assert "Line stop, 4 h" in text
    assert Decision.objects.get().outcome == "goodwill"


def test_a_letter_is_begun_saved_and_sent_for_approval(browse, answer):
    answer.decided()
    client = browse(answer.cast.handler)
    text = html_of(client.post(url_of("begin", answer), follow=True))
    assert "The material was too dry" in text
    assert "As the customer will see it" in text
    letter = Letter.objects.get()
    client.post(
        url_of("letter", answer, letter.pk), letter_data(letter, findings="It was too dry.")
    )
    letter = Letter.objects.get()
    assert letter.findings == "It was too dry."
    sent = client.post(
        url_of("letter", answer, letter.pk), letter_data(letter, do="submit"), follow=True
    )
    assert "in approval" in html_of(sent)
    assert Letter.objects.get().state == "in_approval"


def test_a_letter_with_internal_words_is_kept_but_not_sent_for_approval(browse, answer):
    answer.decided()
    letter = answer.letter()
    client = browse(answer.cast.handler)
    data = letter_data(letter, findings="Agishev did it.", do="submit")
    answered = client.post(url_of("letter", answer, letter.pk), data)
    assert answered.status_code == 409
    text = html_of(answered)
    assert "The letter is not ready" in text
    assert "The letter names what is internal: Agishev." in text
    assert Letter.objects.get().findings == "Agishev did it."


def test_suggestions_are_added_without_losing_what_was_typed(browse, answer):
    letter = answer.letter(findings="")
    client = browse(answer.cast.handler)
    data = letter_data(letter, body="Typed and not saved.", take="findings")
    text = html_of(client.post(url_of("letter", answer, letter.pk), data))
    assert "Typed and not saved." in text
    assert "The cause was: The material was too dry." in text
    assert Letter.objects.get().findings == ""


def test_two_authors_meet_in_a_conflict(browse, answer):
    letter = answer.letter()
    answer.do("edit_letter", by="second_handler", letter=letter, values={"body": "Theirs."})
    client = browse(answer.cast.handler)
    data = letter_data(letter, body="Mine.")
    answered = client.post(url_of("letter", answer, letter.pk), data)
    assert answered.status_code == 409
    text = html_of(answered)
    assert "Theirs." in text
    assert "Mine." in text
    assert "I. Sokolova" in text


def test_the_approver_reads_the_changes_and_signs(visit, browse, answer):
    letter = answer.submitted()
    answer.do("return_letter", by="quality_manager", letter=letter, comment="Name the parameter.")
    letter = answer.do("edit_letter", letter=letter, values={"findings": "It held 0.3 % moisture."})
    letter = answer.do("submit_letter", letter=letter)
    text = html_of(visit("quality_manager", "approve", letter.pk))
    assert "<del>" in text
    assert "<ins>" in text
    assert "Name the parameter." in text
    assert "<del>" not in html_of(visit("quality_manager", "approve", letter.pk, clean="1"))
    client = browse(answer.cast.quality_manager)
    signed = client.post(
        url_of("approve", answer, letter.pk),
        {"version": letter.version, "password": PASSWORD, "do": "approve"},
        follow=True,
    )
    assert "Approved" in html_of(signed)
    assert Approval.objects.get().by == answer.cast.quality_manager


def test_a_wrong_password_keeps_the_comment_and_never_shows_the_password(browse, answer):
    letter = answer.submitted()
    client = browse(answer.cast.quality_manager)
    data = {"version": letter.version, "password": "wrong-one", "comment": "Good.", "do": "approve"}
    answered = client.post(url_of("approve", answer, letter.pk), data)
    assert answered.status_code == 422
    text = html_of(answered)
    assert "This is not your password." in text
    assert "Good." in text
    assert "wrong-one" not in text
    assert not Approval.objects.exists()


def test_what_changed_meanwhile_is_read_again_before_it_is_signed(browse, answer):
    letter = answer.submitted()
    letter = answer.do("edit_letter", letter=letter, values={"findings": "Other words."})
    fresh = answer.do("submit_letter", letter=letter)
    client = browse(answer.cast.quality_manager)
    data = {"version": fresh.version - 1, "password": PASSWORD, "do": "approve"}
    answered = client.post(url_of("approve", answer, letter.pk), data)
    assert answered.status_code == 409
    assert "Read it again before you sign." in html_of(answered)
    assert not Approval.objects.exists()


def test_returning_asks_for_a_comment(browse, answer):
    letter = answer.submitted()
    client = browse(answer.cast.quality_manager)
    url = url_of("approve", answer, letter.pk)
    data = {"version": letter.version, "do": "return"}
    assert client.post(url, data).status_code == 422
    client.post(url, {**data, "comment": "Do not name the foreman."})
    assert Letter.objects.get().state == "draft"
    assert "Do not name the foreman." in html_of(
        browse(answer.cast.handler).get(url_of("tab", answer))
    )


def test_the_author_sees_that_others_sign(visit, answer):
    letter = answer.submitted()
    text = html_of(visit("handler", "approve", letter.pk))
    assert "Others sign this response" in text
    assert "Your password" not in text


def test_sending_asks_once_more_and_is_shown_on_its_way(visit, browse, answer):
    letter = answer.approved()
    assert "Send to the customer" in html_of(visit("handler", "tab"))
    question = html_of(visit("handler", "send", letter.pk))
    assert "priya.nair@kestrel.example" in question
    assert "cannot be called back" in question
    client = browse(answer.cast.handler)
    done = client.post(url_of("send", answer, letter.pk), {"version": letter.version}, follow=True)
    assert "on its way" in html_of(done)
    assert OutgoingMail.objects.get().state == "queued"


def test_a_refused_address_is_told_on_the_tab(visit, answer):
    letter = answer.approved()
    answer.do("send_letter", letter=letter)
    OutgoingMail.objects.update(state="failed", error="550 no such user")
    text = html_of(visit("handler", "tab"))
    assert "The mail server refused priya.nair@kestrel.example." in text
    assert "Send again" in text
    assert "Sent by other means" in text


def test_the_copy_as_sent_is_an_inert_file(visit, answer):
    letter = answer.handed_over()
    text = html_of(visit("handler", "tab"))
    assert letter.frozen_sha256 in text
    copy = visit("handler", "copy", letter.pk)
    assert "attachment" in copy.headers["Content-Disposition"]
    assert copy.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in copy.headers["Content-Security-Policy"]
    assert html_of(copy) == letter.frozen_html


def test_a_letter_that_was_not_sent_has_no_copy(visit, answer):
    assert visit("handler", "copy", answer.letter().pk).status_code == 404


@pytest.mark.parametrize(
    ("person", "status"),
    [
        ("handler", 200), ("quality_manager", 200), ("manager", 200), ("auditor", 200),
        ("finance", 200), ("outsider", 404), ("employee", 404), ("administrator", 404),
        ("legal", 404), ("reporter", 404),
    ],
)  # fmt: skip
def test_who_opens_the_tab(visit, answer, person, status):
    answer.decided()
    assert visit(person, "tab").status_code == status


def test_a_part_that_gives_no_insight_gives_no_letters(cast, browse):
    answer = answer_in(cast, Step.RESPONSE, by=cast.handler)
    from claims.commands import add_participant
    from claims.states import ParticipantRole

    for person, part in (
        ("employee", ParticipantRole.NOTIFIED),
        ("action_owner", ParticipantRole.ACTION_OWNER),
        ("investigator", ParticipantRole.MEMBER),
    ):
        add_participant(claim=answer.claim, user=cast.people[person], role=part)
    for person in ("employee", "action_owner"):
        client = browse(cast.people[person])
        assert client.get(url_of("tab", answer)).status_code == 403
        assert client.get(url_of("correspondence", answer)).status_code == 403
        overview = html_of(client.get(reverse("claims:detail", args=[answer.claim.number])))
        assert url_of("tab", answer) not in overview
        assert "Cost so far" not in overview
    member = browse(cast.investigator)
    assert member.get(url_of("tab", answer)).status_code == 200


def test_drafts_are_for_those_who_agree_on_them(visit, answer):
    answer.decided()
    letter = answer.letter(body="A word that is not final.")
    for person in ("handler", "quality_manager", "auditor"):
        assert "A word that is not final." in html_of(visit(person, "tab")), person
    for person in ("manager", "finance"):
        assert "A word that is not final." not in html_of(visit(person, "tab")), person
        assert visit(person, "letter", letter.pk).status_code == 404
        assert visit(person, "approve", letter.pk).status_code == 404


def test_the_released_answer_is_read_by_the_wide_roles(visit, answer):
    answer.handed_over()
    for person in ("manager", "finance", "auditor"):
        text = html_of(visit(person, "tab"))
        assert "The material was too dry." in text, person
        assert "Send" not in text or "Send to the customer" not in text


def test_legal_get_the_page_only_under_review(visit, answer):
    answer.decided("rejected", reason_code="not_ours")
    assert visit("legal", "tab").status_code == 404
    letter = answer.do("submit_letter", letter=answer.letter())
    assert "Your password" in html_of(visit("legal", "approve", letter.pk))


def test_the_overview_tells_what_was_sent_and_what_it_cost(browse, answer):
    from datetime import date
    from decimal import Decimal

    answer.do(
        "save_cost",
        claim=answer.claim,
        values={"kind": "sorting", "amount": Decimal(148000), "spent_on": date(2026, 6, 9)},
    )
    overview = reverse("claims:detail", args=[answer.claim.number])
    text = html_of(browse(answer.cast.handler).get(overview))
    assert "Sent to the customer" in text
    assert "Cost so far" in text
    assert "148,000" in text


def test_queries_do_not_grow_with_letters_and_lines(
    browse, answer, django_assert_max_num_queries, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    answer.decided()
    client = browse(answer.cast.handler)

    def queries(name: str) -> int:
        client.get(url_of(name, answer))
        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.get(url_of(name, answer))
        return len(seen)

    answer.do("mark_sent", letter=answer.letter("interim"), channel="phone", remark="said it")
    answer.do("receive_message", claim=answer.claim, text="Thank you.")
    before = queries("correspondence"), queries("tab")
    for _ in range(4):
        letter = answer.letter("interim")
        answer.do("mark_sent", letter=letter, channel="phone", remark="said it")
        answer.do("receive_message", claim=answer.claim, text="And another thing.")
    from responses.commands import Line

    answer.decided(lines=[Line(text=f"Demand {n}") for n in range(5)])
    after = queries("correspondence"), queries("tab")
    assert after[0] == before[0]
    assert after[1] <= before[1] + 1


def test_the_tab_of_a_sent_response_leads_on(visit, answer):
    answer.handed_over()
    text = html_of(visit("handler", "tab"))
    assert "Monitor the actions" in text
    assert selectors.final_letter(answer.claim).is_sent  # type: ignore[union-attr]

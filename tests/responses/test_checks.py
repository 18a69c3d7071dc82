"""What the system finds in a letter before people sign it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from capa import commands as capa
from claims.states import Step
from core import clock
from core.errors import InvalidInput, TransitionRefused
from investigations import commands as inquiries
from investigations.models import Fact
from masterdata.models import Customer, CustomerContact
from responses.dates import dates_in
from responses.models import Letter
from responses.vetting import checks_of
from tests.cast import Cast
from tests.responses.conftest import Answer, answer_in


def kinds_of(letter: Letter) -> dict[str, str]:
    return {check.name: check.kind for check in checks_of(letter)}


def missing(answer: Answer, letter: Letter) -> dict[str, str]:
    """What stops the letter, as the refusal says it."""
    with pytest.raises(TransitionRefused) as refusal:
        answer.do("submit_letter", letter=letter)
    return {each.requirement: each.detail for each in refusal.value.missing}


def test_a_good_letter_passes(answer):
    answer.decided()
    kinds = kinds_of(answer.letter())
    assert set(kinds.values()) == {"ok"}
    assert {"causes_backed", "no_internal_words", "customer_language", "recipient_known"} <= set(
        kinds
    )


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("The night foreman Agishev released it.", "Agishev"),
        ("See action A-354 for this.", "A-354"),
        ("See action А-354 for this.", "А-354"),
        ("This rests on F1.", "F1"),
        ("The granulate was M-5540.", "M-5540"),
        ("Аркона Авто had the same.", "Аркона Авто"),
    ],
)
def test_internal_words_stop_it(answer, text, word):
    answer.decided()
    found = missing(answer, answer.letter(findings=text))
    assert word in found["no_internal_words"]


@pytest.mark.parametrize(
    "text",
    [
        "Anna Kravtsova and Oleg Tarasov are at your service.",
        "Lot L-2291 of RK-12 was examined.",
        "Filter class F9 is used.",
        "Your parts VA-354 and A-35 are good.",
        "Priya Nair has told us.",
    ],
)
def test_words_that_a_customer_may_read(answer, text):
    answer.decided()
    assert kinds_of(answer.letter(findings=text))["no_internal_words"] == "ok"


def test_russian_names_are_found_in_every_case(cast: Cast):
    people = type(cast.employee).objects
    people.filter(pk=cast.reporter.pk).update(last_name="Агишев")
    people.filter(pk=cast.laboratory.pk).update(last_name="Мельникова")
    Customer.objects.filter(pk=cast.customer.pk).update(language="ru")
    answer = answer_in(cast, Step.RESPONSE)
    text = "Партию выпустил мастер смены, сменив Агишева. Пробы взяты Мельниковой."
    letter = answer.letter(findings=text)
    words = next(each for each in checks_of(letter) if each.name == "no_internal_words")
    assert "Агишева" in words.detail
    assert "Мельниковой" in words.detail


def test_a_claim_of_another_customer_is_not_named(answer):
    other = answer_in(
        answer.cast, Step.RECEIPT, customer=answer.cast.other_customer, contact=None
    ).claim
    own = answer_in(answer.cast, Step.RECEIPT).claim
    answer.decided()
    text = f"As in {other.number}; see also {own.number} and {answer.claim.number}."
    found = missing(answer, answer.letter(findings=text))["no_internal_words"]
    assert other.number in found
    assert own.number not in found


def test_the_letter_speaks_the_customers_language(answer):
    answer.decided()
    russian = (
        "Материал был недостаточно просушен, партия заблокирована и пересортирована полностью."
    )
    letter = answer.letter(**dict.fromkeys(("body", "findings", "done", "planned"), russian))
    assert "customer_language" in missing(answer, letter)
    letter = answer.do("edit_letter", letter=letter, values={"language": "ru"})
    assert missing(answer, letter)["customer_language"] == "The customer reads English."


def test_the_recipient_belongs_to_the_customer(answer):
    answer.decided()
    letter = answer.letter(recipient_email="somebody@else.example")
    assert "not known at Kestrel" in missing(answer, letter)["recipient_known"]
    letter = answer.do(
        "edit_letter", letter=letter, values={"recipient_email": "quality@kestrel.example"}
    )
    assert kinds_of(letter)["recipient_known"] == "ok"


def test_a_contact_of_another_customer_is_refused(answer):
    stranger = CustomerContact.objects.create(customer=answer.cast.other_customer, name="Stranger")
    with pytest.raises(InvalidInput):
        answer.letter(contact=stranger)


def test_placeholders_and_gaps_stop_it(answer):
    answer.decided()
    letter = answer.letter(findings="The cause was {cause}.", settlement="")
    assert "text_complete" in missing(answer, letter)
    letter = answer.do("edit_letter", letter=letter, values={"settlement": "We accept."})
    assert "{cause}" in missing(answer, letter)["text_complete"]


def test_decision_and_compensation_come_first(answer):
    letter = answer.letter()
    assert "decision_recorded" in missing(answer, letter)
    answer.decided(no_compensation=False)
    assert "compensation_decided" in missing(answer, letter)


def test_causes_rest_on_facts_that_hold(answer):
    answer.decided()
    letter = answer.letter()
    fact = Fact.objects.get(claim=answer.claim)
    inquiries.supersede_fact(
        actor=answer.cast.actor("handler"),
        claim=answer.claim,
        fact=fact,
        text="Moisture 0.2 %",
        reason="measured again",
    )
    assert "causes_backed" in missing(answer, letter)


def test_promised_dates_are_dates_of_the_plan(cast):
    answer = answer_in(cast, Step.ANALYSIS)
    due = (clock.now() + timedelta(days=10)).date()
    capa.plan_action(
        actor=cast.actor("handler"),
        claim=answer.claim,
        kind="preventive",
        text="Hold every lot",
        owner=cast.action_owner,
        due=due,
    )
    answer.moved("respond")
    kept = answer.letter(planned=f"By {due:%d.%m.%Y} every lot is held.")
    assert kinds_of(kept)["dates_planned"] == "ok"
    other = due + timedelta(days=1)
    moved = answer.do(
        "edit_letter", letter=kept, values={"planned": f"By {other:%d.%m.%Y} every lot is held."}
    )
    assert kinds_of(moved)["dates_planned"] == "warn"


def test_short_letters_are_checked_before_they_go(early):
    letter = early.letter("acknowledgement", body="Foreman Agishev will call you.")
    with pytest.raises(TransitionRefused) as refusal:
        early.do("send_letter", letter=letter)
    assert refusal.value.code == "letter_not_ready"


def test_dates_as_letters_write_them():
    with clock.moved_to(clock.now().replace(year=2026, month=6, day=19)):
        text = "By 26 June, 3 July 2026, 10.07.2026 and 1 августа 2026 г.; not 31.02.2026."
        assert dates_in(text) == [
            date(2026, 6, 26),
            date(2026, 7, 3),
            date(2026, 7, 10),
            date(2026, 8, 1),
        ]

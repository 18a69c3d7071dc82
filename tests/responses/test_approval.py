"""Nobody agrees to their own words, and what was signed is what goes out."""

from __future__ import annotations

from decimal import Decimal

import pytest

from accounts.models import Membership, Role
from claims.models import Participant
from claims.policies import visible_claims
from claims.states import Severity, Step
from core.actors import Actor, Via
from core.errors import InvalidInput, NotPermitted, Stale, TransitionRefused
from events.models import Event
from events.relay import run_pending
from responses import commands, selectors
from responses.models import Approval, Decision, LegalLimit, LetterRevision, Remark
from tests.cast import PASSWORD
from tests.responses.conftest import Answer, analysed


def kinds(answer: Answer) -> list[str]:
    return list(
        Event.objects.filter(claim_id=answer.claim.pk).order_by("id").values_list("kind", flat=True)
    )


def test_two_people_bring_a_response_to_the_customer(answer):
    letter = answer.submitted()
    assert letter.state == "in_approval"
    assert letter.revision == 1
    signed = answer.sign(letter)
    assert signed.state == "approved"
    approval = Approval.objects.get(letter=letter)
    assert approval.by == answer.cast.quality_manager
    assert approval.role == Role.QUALITY_MANAGER
    assert approval.meaning == "release"
    assert approval.digest
    assert Decision.objects.get(claim=answer.claim).is_agreed
    assert {"letter.submitted", "letter.signed", "letter.approved"} <= set(kinds(answer))


def test_the_author_never_approves_even_as_a_quality_manager(answer):
    answer.decided()
    letter = answer.letter(by="quality_manager")
    letter = answer.do("submit_letter", letter=letter)
    with pytest.raises(NotPermitted, match="own words"):
        answer.sign(letter)
    assert not Approval.objects.exists()
    assert answer.sign(letter, by="second_quality_manager").state == "approved"


def test_an_editor_never_approves(answer):
    answer.decided()
    letter = answer.letter()
    answer.do("edit_letter", by="quality_manager", letter=letter, values={"body": "Better words."})
    letter = answer.do("submit_letter", letter=letter)
    with pytest.raises(NotPermitted, match="own words"):
        answer.sign(letter)


def test_who_decided_never_approves(answer):
    answer.decided(by="quality_manager")
    letter = answer.do("submit_letter", letter=answer.letter())
    with pytest.raises(NotPermitted, match="own words"):
        answer.sign(letter)


def test_who_set_the_compensation_never_approves(answer):
    answer.decided(no_compensation=False)
    answer.compensated(by="quality_manager")
    letter = answer.do("submit_letter", letter=answer.letter())
    with pytest.raises(NotPermitted, match="own words"):
        answer.sign(letter)


@pytest.mark.parametrize("person", ["handler", "manager", "auditor", "administrator", "employee"])
def test_other_roles_never_approve(answer, person):
    letter = answer.submitted()
    with pytest.raises(NotPermitted):
        answer.sign(letter, by=person)


def test_for_a_critical_claim_who_confirmed_the_cause_does_not_sign_the_answer(cast):
    answer = analysed(cast, severity=Severity.CRITICAL)
    Membership.objects.create(user=cast.handler, role=Role.QUALITY_MANAGER, site=cast.site)
    answer.decided(by="second_handler")
    letter = answer.letter(by="second_handler")
    letter = answer.do("submit_letter", by="second_handler", letter=letter)
    with pytest.raises(NotPermitted, match="own words"):
        answer.sign(letter, by="handler")


def test_a_wrong_password_signs_nothing_and_five_lock_signing(answer):
    letter = answer.submitted()
    for _ in range(5):
        with pytest.raises(InvalidInput, match="not your password"):
            answer.do("approve_letter", by="quality_manager", letter=letter, password="guess")
    with pytest.raises(InvalidInput, match="Too many wrong passwords"):
        answer.sign(letter)
    assert not Approval.objects.exists()


def test_a_right_password_forgets_the_failures(answer):
    letter = answer.submitted()
    with pytest.raises(InvalidInput):
        answer.do("approve_letter", by="quality_manager", letter=letter, password="")
    assert answer.sign(letter).state == "approved"


def test_a_client_approves_only_with_the_scope_and_the_role(answer):
    letter = answer.submitted()
    user = answer.cast.quality_manager
    bare = Actor(user=user, via=Via.API, client="ERP", scopes=frozenset({"claims:write"}))
    with pytest.raises(NotPermitted):
        commands.approve_letter(actor=bare, letter=letter)
    scoped = Actor(user=user, via=Via.API, client="ERP", scopes=frozenset({"claims:approve"}))
    wrong = Actor(
        user=answer.cast.second_handler,
        via=Via.API,
        client="ERP",
        scopes=frozenset({"claims:approve"}),
    )
    with pytest.raises(NotPermitted):
        commands.approve_letter(actor=wrong, letter=letter)
    assert commands.approve_letter(actor=scoped, letter=letter).state == "approved"
    approval = Approval.objects.get()
    assert (approval.via, approval.by_label) == ("api", "ERP")


def test_a_rejection_needs_legal_who_see_it_only_under_review(answer):
    legal = answer.cast.actor("legal")
    answer.decided("rejected", reason_code="not_ours")
    assert not visible_claims(legal).exists()
    letter = answer.do("submit_letter", letter=answer.letter())
    assert letter.needs_legal
    assert visible_claims(legal).exists()
    assert list(selectors.letters_to_approve(legal)) == [letter]
    assert answer.sign(letter).state == "in_approval"
    assert answer.sign(letter, by="legal").state == "approved"
    answer.now()
    assert not answer.claim.in_legal_review
    # Who signed keeps sight of what they signed.
    assert visible_claims(legal).exists()
    assert Participant.objects.filter(user=answer.cast.legal, role="approver").exists()


def test_legal_sign_only_while_they_are_asked(answer):
    letter = answer.submitted()
    with pytest.raises(NotPermitted):
        answer.sign(letter, by="legal")


@pytest.mark.parametrize(("amount", "asked"), [("299999.99", False), ("300000", True)])
def test_an_amount_from_the_limit_on_needs_legal(answer, amount, asked):
    answer.decided(no_compensation=False)
    answer.compensated(amount)
    letter = answer.do("submit_letter", letter=answer.letter())
    assert letter.needs_legal is asked


def test_a_currency_without_limit_always_needs_legal(answer):
    LegalLimit.objects.all().delete()
    answer.decided(no_compensation=False)
    answer.compensated(1)
    assert answer.do("submit_letter", letter=answer.letter()).needs_legal


def test_accepted_values_count_towards_the_limit(answer):
    line = commands.Line(text="Line stop", value_accepted=Decimal(300_000))
    answer.decided(lines=[line])
    assert answer.do("submit_letter", letter=answer.letter()).needs_legal


def test_an_injury_needs_legal(answer):
    answer.decided(legal_matter=True)
    assert answer.do("submit_letter", letter=answer.letter()).needs_legal


def test_one_person_with_both_roles_gives_one_signature(answer):
    person = answer.cast.quality_manager
    Membership.objects.create(user=person, role=Role.LEGAL, site=answer.cast.site)
    answer.cast.people["quality_manager"] = type(person).objects.get(pk=person.pk)
    answer.decided("rejected", reason_code="not_ours")
    letter = answer.do("submit_letter", letter=answer.letter())
    answer.sign(letter)
    with pytest.raises(NotPermitted, match="signed already"):
        answer.sign(letter)


def test_changing_the_decision_makes_signatures_void_at_once(answer):
    letter = answer.approved()
    answer.decided("partly", reason="Two hours of the line stop are covered.")
    letter = selectors.final_letter(answer.claim)
    assert letter.state == "draft"  # type: ignore[union-attr]
    approval = Approval.objects.get(letter=letter)
    assert approval.voided_at
    assert approval.voided_reason == "decision_changed"
    assert not Decision.objects.get(claim=answer.claim).is_agreed
    assert "letter.approvals_voided" in kinds(answer)
    assert answer.now().outcome == "partly"
    with pytest.raises(TransitionRefused):
        answer.do("send_letter", letter=letter)


def test_saving_the_same_decision_leaves_signatures_alone(answer):
    letter = answer.approved()
    answer.decided()
    assert selectors.final_letter(answer.claim).state == "approved"  # type: ignore[union-attr]
    assert Approval.objects.get(letter=letter).voided_at is None


def test_changing_the_text_makes_signatures_void(answer):
    letter = answer.approved()
    changed = answer.do("edit_letter", letter=letter, values={"findings": "Something else."})
    assert changed.state == "draft"
    assert Approval.objects.get().voided_reason == "letter_changed"


def test_a_new_compensation_makes_signatures_void(answer):
    answer.decided(no_compensation=False)
    answer.compensated()
    answer.sign(answer.do("submit_letter", letter=answer.letter()))
    answer.compensated(100, kind="price_reduction")
    assert Approval.objects.get().voided_reason == "compensation_changed"


def test_the_next_version_is_signed_anew_and_old_ones_stay_readable(answer):
    letter = answer.approved()
    answer.do("edit_letter", letter=letter, values={"findings": "Something else."})
    letter = answer.do("submit_letter", letter=letter)
    assert letter.revision == 2
    assert answer.sign(letter).state == "approved"
    assert Approval.objects.filter(voided_at=None).get().revision == 2
    texts = LetterRevision.objects.filter(letter=letter).values_list("number", "texts__findings")
    assert list(texts) == [(1, "The material was too dry."), (2, "Something else.")]


def test_returning_needs_a_comment_and_gives_it_back_to_the_author(answer):
    letter = answer.submitted()
    with pytest.raises(InvalidInput):
        answer.do("return_letter", by="quality_manager", letter=letter, comment=" ")
    back = answer.do(
        "return_letter", by="quality_manager", letter=letter, comment="Do not name the foreman."
    )
    assert back.state == "draft"
    remark = Remark.objects.get(letter=letter)
    assert (remark.revision, remark.text) == (1, "Do not name the foreman.")
    assert "letter.returned" in kinds(answer)


def test_a_handler_does_not_return(answer):
    letter = answer.submitted()
    with pytest.raises(NotPermitted):
        answer.do("return_letter", by="second_handler", letter=letter, comment="No.")


def test_the_author_takes_a_response_back(answer):
    letter = answer.approved()
    assert answer.do("take_back_letter", letter=letter).state == "draft"
    assert Approval.objects.get().voided_at


def test_legal_lose_sight_when_the_response_is_taken_back(answer):
    answer.decided("rejected", reason_code="not_ours")
    letter = answer.do("submit_letter", letter=answer.letter())
    answer.do("take_back_letter", letter=letter)
    assert not visible_claims(answer.cast.actor("legal")).exists()


def test_signatures_do_not_survive_a_return_to_the_analysis(answer):
    letter = answer.approved()
    answer.moved("return_to_analysis", remark="not agreed")
    run_pending()
    letter = selectors.final_letter(answer.claim)
    assert letter.state == "draft"  # type: ignore[union-attr]
    assert Approval.objects.get().voided_reason == "claim_returned"


def test_signatures_of_an_earlier_stay_do_not_count_before_the_relay_ran(answer):
    letter = answer.submitted()
    answer.decided("rejected", reason_code="not_ours")
    letter = answer.sign(answer.do("submit_letter", letter=letter))
    assert letter.state == "in_approval"
    answer.moved("return_to_analysis", remark="not agreed")
    answer.moved("respond")
    assert selectors.final_letter(answer.claim).state == "in_approval"  # type: ignore[union-attr]
    signed = answer.sign(letter, by="legal")
    assert signed.state == "in_approval"
    assert answer.sign(letter).state == "approved"


def test_an_approved_response_is_a_draft_even_when_the_claim_is_back_before_the_relay_ran(answer):
    answer.approved()
    answer.moved("return_to_analysis", remark="not agreed")
    answer.moved("respond")
    run_pending()
    assert selectors.final_letter(answer.claim).state == "draft"  # type: ignore[union-attr]


def test_what_was_signed_anew_before_the_relay_ran_stays_approved(answer):
    letter = answer.submitted()
    answer.moved("return_to_analysis", remark="not agreed")
    answer.moved("respond")
    answer.sign(letter)
    run_pending()
    assert selectors.final_letter(answer.claim).state == "approved"  # type: ignore[union-attr]


def test_only_in_its_step(cast):
    answer = analysed(cast)
    letter = answer.letter()
    answer.decided()
    answer.moved("return_to_analysis", remark="not agreed")
    with pytest.raises(TransitionRefused) as refusal:
        answer.do("submit_letter", letter=letter)
    assert refusal.value.current == Step.ANALYSIS


def test_a_stale_version_is_refused(answer):
    letter = answer.submitted()
    with pytest.raises(Stale):
        answer.sign(letter, version=letter.version - 1)


def test_waiting_letters_are_those_one_may_sign(answer):
    def waiting(person: str) -> list:
        return list(selectors.letters_to_approve(answer.cast.actor(person)))

    letter = answer.submitted()
    assert waiting("quality_manager") == [letter]
    assert waiting("handler") == []
    assert waiting("legal") == []
    assert waiting("finance") == []
    answer.do("edit_letter", by="quality_manager", letter=letter, values={"body": "New words."})
    letter = answer.do("submit_letter", letter=letter)
    assert waiting("quality_manager") == []
    assert waiting("second_quality_manager") == [letter]
    answer.sign(letter, by="second_quality_manager")
    assert waiting("second_quality_manager") == []


def test_an_outsider_signs_nothing(answer):
    person = answer.cast.outsider
    Membership.objects.create(user=person, role=Role.QUALITY_MANAGER, site=answer.cast.other_site)
    letter = answer.submitted()
    with pytest.raises(NotPermitted):
        commands.approve_letter(
            actor=answer.cast.actor("outsider"), letter=letter, password=PASSWORD
        )
    assert not selectors.letters_to_approve(answer.cast.actor("outsider")).exists()

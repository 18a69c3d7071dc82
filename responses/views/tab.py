"""The response tab: decision, compensation, letter, approval, in one place for every role."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import Role, User
from claims import pages as claim_pages
from claims.models import Claim
from claims.states import STEP_NUMBERS, Step
from core.actors import Actor
from responses import agreement, policies, selectors
from responses.commands.deciding import FIRST_STEP, LAST_STEP
from responses.forms.decision import DecisionForm, lines_of
from responses.forms.letters import LetterForm
from responses.models import Approval, Letter
from responses.paper import paper_of
from responses.states import LetterState
from responses.thread import list_stages
from responses.vetting import checks_of
from responses.views.parts import readable_claim

SIGNERS_SHOWN = 2


@login_required
def response(request: HttpRequest, number: str) -> HttpResponse:
    """Everything about the answer, as the reader may see and do it."""
    actor, claim = readable_claim(request, number)
    return response_page(request, actor, claim)


def response_page(
    request: HttpRequest,
    actor: Actor,
    claim: Claim,
    *,
    status: int = 200,
    **given: Any,
) -> HttpResponse:
    """The tab; `given` holds forms that came back: form, lines, letter_form, refusal."""
    letter = selectors.final_letter(claim)
    if letter is not None and not (letter.is_sent or policies.can_see_drafts(actor, claim)):
        letter = selectors.sent_letters(claim).get("final")
    if letter is not None:
        letter.claim = claim
    context = claim_pages.claim_context(request, claim, "response")
    context |= {"stages": list_stages(claim, letter, context["clocks"]), "letter": letter}
    context |= _decision_part(request, actor, claim, given)
    case = agreement.case_of(claim, context.get("decision"))
    context |= _letter_part(actor, claim, letter, given, case)
    context |= given
    if context["gate"] is not None:
        # Whatever the gate would lead to is on this page.
        context["gate"] = replace(context["gate"], next_url="", next_label="")
    return render(request, "responses/tab.html", context, status=status)


def _decision_part(
    request: HttpRequest, actor: Actor, claim: Claim, given: dict[str, Any]
) -> dict[str, Any]:
    """Decision and sums; nothing for who may not see them."""
    if not policies.can_see_money(actor, claim):
        return {"sees_money": False}
    decision = agreement.decision_of(claim)
    may_decide = policies.can_decide(actor, claim) and in_deciding_step(claim)
    editing = may_decide and ("form" in given or decision is None or "decide" in request.GET)
    accepted = policies.is_accepted(claim, decision)
    context: dict[str, Any] = {
        "sees_money": True,
        "decision": decision,
        "may_decide": may_decide,
        "may_redate": may_decide or (accepted and policies.can_decide(actor, claim)),
        "compensations": selectors.list_compensations(actor, claim),
        "accepted": accepted,
        "is_finance": actor.user.has_role(Role.FINANCE, site_id=claim.site_id),
        "sees_legal": policies.can_see_settlements(actor, claim),
    }
    if editing and "form" not in given:
        context |= {
            "form": DecisionForm.of(claim, decision),
            "lines": lines_of(claim, decision),
        }
    return context


def in_deciding_step(claim: Claim) -> bool:
    """Steps 4 to 7."""
    number = STEP_NUMBERS.get(claim.step, 0)
    return STEP_NUMBERS[FIRST_STEP] <= number <= STEP_NUMBERS[LAST_STEP]


def _letter_part(
    actor: Actor,
    claim: Claim,
    letter: Letter | None,
    given: dict[str, Any],
    case: agreement.Case,
) -> dict[str, Any]:
    writes = policies.can_write_letters(actor, claim)
    context: dict[str, Any] = {"writes": writes}
    if letter is None:
        context["may_begin"] = writes and in_deciding_step(claim)
        return context
    drafting = writes and letter.state == LetterState.DRAFT
    context |= {
        "paper": paper_of(letter, empty_parts=drafting),
        "mail": selectors.last_mail(letter),
        "on_its_way": selectors.open_mail(letter) is not None,
        "outdated": letter.is_sent and selectors.is_outdated(letter),
    }
    context["may_begin"] = writes and in_deciding_step(claim) and context["outdated"]
    if drafting and "letter_form" not in given:
        context["letter_form"] = LetterForm.of(letter)
    if policies.can_see_drafts(actor, claim):
        context |= approval_context(actor, letter, case)
    return context


def approval_context(
    actor: Actor, letter: Letter, case: agreement.Case | None = None
) -> dict[str, Any]:
    """Who signs and has signed, what the system checked, what approvers said."""
    case = case or agreement.case_of(letter.claim)
    approvals = _approvals(letter)
    waits = letter.state == LetterState.IN_APPROVAL and letter.claim.step == Step.RESPONSE
    signed = any(each.by_id == actor.user.pk for each in approvals)
    roles = agreement.missing_roles(letter, approvals) if waits and not signed else []
    mine, signer = next(_signing(actor, letter, roles), ("", actor.user))
    return {
        "signers": _signers(letter, case, approvals),
        "checks": [] if letter.is_sent else checks_of(letter, case),
        "remarks": list(selectors.list_remarks(letter)),
        "may_sign": bool(mine),
        "role": Role(mine).label if mine else "",
        "signs_for": signer if signer != actor.user else None,
        "may_review": letter.state in (LetterState.IN_APPROVAL, LetterState.APPROVED)
        and policies.may_review(actor, letter.claim),
    }


def _signing(actor: Actor, letter: Letter, roles: list[str]) -> Iterator[tuple[str, User]]:
    """The roles that the reader may sign for now, and in whose name."""
    for role in roles:
        signer = policies.signer_of(actor, letter, role)
        if signer is not None:
            yield role, signer


def _approvals(letter: Letter) -> list[Approval]:
    if letter.is_sent:
        return list(letter.approvals.all())
    return agreement.standing_approvals(letter)


def _signers(
    letter: Letter, case: agreement.Case, approvals: list[Approval]
) -> list[dict[str, Any]]:
    """Each signature that is needed: by whom it was given, or who could give it."""
    if not letter.needs_approval:
        return []
    needed = case.needed
    if letter.state != LetterState.DRAFT:
        # What was settled when it was sent for approval counts.
        reasons = {each.role: each.reason for each in needed}
        roles = agreement.roles_to_sign(letter)
        needed = [agreement.Needed(role, reasons.get(role, "")) for role in roles]
    given = {each.role: each for each in approvals}
    return [
        {
            "role": Role(each.role).label,
            "reason": each.reason,
            "approval": given.get(each.role),
            "people": [] if each.role in given else _candidates(letter, each.role),
        }
        for each in needed
    ]


def _candidates(letter: Letter, role: str) -> list[User]:
    """Some who could sign."""
    return list(selectors.possible_signers(letter, role)[:SIGNERS_SHOWN])

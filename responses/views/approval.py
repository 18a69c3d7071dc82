"""The approver's page: what was written, what changed, what was checked, and the signature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from capa.selectors import count_of_claim
from claims.models import Claim
from core import pages
from core.actors import Actor
from core.errors import InvalidInput, Stale
from investigations.selectors import count_facts
from responses import agreement, commands, policies, selectors
from responses.diffs import Piece, count_changes, pieces_of
from responses.forms.letters import SignForm
from responses.models import Letter, LetterRevision
from responses.paper import Paper, Part, paper_of
from responses.views.parts import letter_of, tab_url
from responses.views.tab import approval_context


@dataclass(frozen=True)
class ComparedPart:
    """A part of the paper, with what changed since the version before."""

    part: Part
    pieces: list[Piece]


@login_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def approve(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Read, then sign or return."""
    actor, letter = letter_of(request, number, pk)
    policies.require_may(policies.can_see_drafts(actor, letter.claim))
    if request.method == "GET":
        form = SignForm(initial={"version": letter.version})
        return _page(request, actor, letter, form)
    form = SignForm(request.POST)
    if form.is_valid():
        try:
            text = _carry_out(request, actor, letter, form)
        except InvalidInput as error:
            pages.add_errors(form, error)
        except Stale:
            return _page(request, actor, _anew(request, letter), _stale_form(request), status=409)
        else:
            return pages.done(request, tab_url(letter.claim), text)
    return _page(request, actor, letter, form, status=422)


def _carry_out(request: HttpRequest, actor: Actor, letter: Letter, form: SignForm) -> str:
    said = form.cleaned_data
    if request.POST.get("do") == "return":
        commands.return_letter(
            actor=actor, letter=letter, comment=said["comment"], version=said["version"]
        )
        return _("Returned to the author")
    signed = commands.approve_letter(
        actor=actor,
        letter=letter,
        password=said["password"],
        comment=said["comment"],
        version=said["version"],
    )
    if signed.state == "approved":
        return _("Approved")
    return _("Approved; another signature is still needed")


def _anew(request: HttpRequest, letter: Letter) -> Letter:
    return letter_of(request, letter.claim.number, letter.pk)[1]


def _stale_form(request: HttpRequest) -> SignForm:
    """What was typed stays; what is signed has to be read again."""
    form = SignForm(request.POST)
    form.add_error(None, _("The response was changed meanwhile. Read it again before you sign."))
    return form


def _page(
    request: HttpRequest, actor: Actor, letter: Letter, form: SignForm, *, status: int = 200
) -> HttpResponse:
    if form.is_bound:
        # Sent again, the signature stands under what the page shows now.
        data = cast("QueryDict", form.data).copy()
        data["version"] = str(letter.version)
        form.data = data
    before = selectors.revision_before(letter)
    clean = "clean" in request.GET or before is None
    paper = paper_of(letter)
    compared = _compared(paper, letter, before)
    decision = agreement.decision_of(letter.claim)
    context: dict[str, Any] = {
        "claim": letter.claim,
        "letter": letter,
        "form": form,
        "paper": paper,
        "compared": None if clean else compared,
        "before": before,
        "changes": sum(count_changes(each.pieces) for each in compared),
        "decision": decision,
        "amounts": agreement.amounts_at_stake(letter.claim, decision) if decision else {},
        **approval_context(actor, letter, agreement.case_of(letter.claim, decision)),
        **_evidence(letter.claim),
    }
    return render(request, "responses/approve.html", context, status=status)


def _compared(paper: Paper, letter: Letter, before: LetterRevision | None) -> list[ComparedPart]:
    old = before.texts if before else letter.texts
    return [
        ComparedPart(part, pieces_of(old.get(part.name, ""), part.text)) for part in paper.parts
    ]


def _evidence(claim: Claim) -> dict[str, Any]:
    return {"fact_count": count_facts(claim), "action_count": count_of_claim(claim)}

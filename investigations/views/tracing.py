"""Dialogs for traceability and the finding."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from claims import pages
from claims.models import Claim
from claims.policies import can_see_work
from core.actors import Actor
from core.pages import is_fragment
from investigations import commands, selectors
from investigations.dialogs import answer_dialog, on_claim
from investigations.forms import AnswerForm, CountForm, FindingForm, JudgeForm, LotForm
from investigations.panels import after, dialog_on
from investigations.policies import can_write_facts, require_may
from investigations.states import Question, Suspicion


@on_claim(can_write_facts)
def answer(request: HttpRequest, actor: Actor, claim: Claim, question: str) -> HttpResponse:
    """Answer a traceability question with a fact."""
    if question not in Question.values:
        raise Http404
    given = selectors.traceability_of(claim).get(question)
    initial: dict[str, Any] = {}
    if given is not None:
        answered = "yes" if given.answer else "no"
        initial = {"answer": answered, "fact": given.fact_id, "text": given.text}
    dialog = dialog_on(
        claim,
        "trace",
        "finding",
        title=_question(question),
        submit=_("Answer"),
        form=AnswerForm(request.POST or None, claim=claim, initial=initial),
        run=lambda data: commands.answer_traceability(
            actor=actor, claim=claim, question=question, **data
        ),
        intro=_("The answer rests on a fact. State the fact first if there is none."),
        said=_("Answered"),
    )
    return answer_dialog(request, dialog)


def _question(question: str) -> str:
    if question == Question.OTHER_CUSTOMERS:
        return _("Was the lot shipped to other customers?")
    return _("Can other lots have the defect?")


@on_claim(can_write_facts)
def name_lot(request: HttpRequest, actor: Actor, claim: Claim) -> HttpResponse:
    """A lot that may have the defect."""
    why = request.GET.get("why", "")
    initial = {
        "lot_code": request.GET.get("lot", "")[:64],
        "suspicion": why if why in Suspicion.values else Suspicion.OTHER,
    }
    dialog = dialog_on(
        claim,
        "trace",
        title=_("Lot that may be affected"),
        submit=_("Add the lot"),
        form=LotForm(request.POST or None, initial=initial),
        run=lambda data: commands.name_lot(actor=actor, claim=claim, **data),
        said=_("Lot added"),
    )
    return answer_dialog(request, dialog)


@on_claim(can_write_facts)
def judge_lot(request: HttpRequest, actor: Actor, claim: Claim, pk: int) -> HttpResponse:
    """Defective, good, or still suspected."""
    affected = selectors.list_affected_lots(claim).get(pk=pk)
    initial = {
        "status": affected.status,
        "verdict": affected.verdict,
        "facts": selectors.facts_behind(affected),
    }
    dialog = dialog_on(
        claim,
        "trace",
        title=_("Verdict on lot %(lot)s") % {"lot": affected.lot_code},
        submit=_("Save"),
        form=JudgeForm(request.POST or None, claim=claim, initial=initial),
        run=lambda data: commands.judge_lot(actor=actor, claim=claim, affected=affected, **data),
        intro=_("Defective or good needs the fact that shows it."),
        said=_("Saved"),
    )
    return answer_dialog(request, dialog)


@on_claim(can_write_facts)
def count_lot(request: HttpRequest, actor: Actor, claim: Claim, pk: int) -> HttpResponse:
    """Where the pieces of a lot are."""
    affected = selectors.list_affected_lots(claim).get(pk=pk)
    names = ("produced", "in_stock", "in_transit", "at_customers", "scrapped")
    initial = {name: getattr(affected, name) for name in (*names, "version")}

    def run(data: dict[str, Any]) -> None:
        version = data.pop("version")
        commands.count_lot(
            actor=actor, claim=claim, affected=affected, quantities=data, version=version
        )

    dialog = dialog_on(
        claim,
        "trace",
        title=_("Where the pieces of %(lot)s are") % {"lot": affected.lot_code},
        submit=_("Save"),
        form=CountForm(request.POST or None, initial=initial),
        run=run,
        intro=_("All pieces produced are accounted for in the end."),
        said=_("Saved"),
    )
    return answer_dialog(request, dialog)


@on_claim(can_write_facts, "POST")
def refresh_lots(request: HttpRequest, actor: Actor, claim: Claim) -> HttpResponse:
    """Take what was made and shipped from master data anew."""
    n = commands.refresh_lots(actor=actor, claim=claim)
    said = ngettext("%(n)d lot changed", "%(n)d lots changed", n) % {"n": n}
    return after(request, claim, said if n else _("Nothing changed"), "trace")


@on_claim(can_write_facts)
def finding(request: HttpRequest, actor: Actor, claim: Claim) -> HttpResponse:
    """What the initial investigation came to."""
    stated = selectors.finding_of(claim)
    initial: dict[str, Any] = {}
    if stated is not None:
        facts = selectors.facts_behind(stated)
        initial = {"kind": stated.kind, "text": stated.text, "facts": facts}
    dialog = dialog_on(
        claim,
        "finding",
        title=_("Finding"),
        submit=_("Save"),
        form=FindingForm(request.POST or None, claim=claim, initial=initial),
        run=lambda data: commands.state_finding(actor=actor, claim=claim, **data),
        said=_("Finding saved"),
    )
    return answer_dialog(request, dialog)


@login_required
@require_GET
def lots_to_look_at(request: HttpRequest, number: str) -> HttpResponse:
    """Claimed lots and their siblings; asked for by itself, as it looks through all lots."""
    claim, actor = pages.claim_of(request, number), Actor.of_request(request)
    require_may(can_see_work(actor, claim))
    context = {
        "claim": claim,
        "candidates": selectors.list_candidates(claim),
        "named": selectors.list_affected_lots(claim).exists(),
        "can_write": can_write_facts(actor, claim),
    }
    part = "candidates" if is_fragment(request) else "candidates_page"
    return render(request, f"investigations/{part}.html", context)

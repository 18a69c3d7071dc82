"""Dialogs for hypotheses, decisions, whys and the comparison."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from claims.models import Claim
from core.actors import Actor
from investigations import commands, selectors
from investigations.dialogs import answer_dialog, on_claim
from investigations.forms import (
    CauseEditForm,
    CauseForm,
    CodeForm,
    ComparisonForm,
    ConcludeForm,
    DecideForm,
    ReasonForm,
    SupportForm,
    WhyEditForm,
    WhyForm,
)
from investigations.models import Cause
from investigations.panels import after, dialog_on
from investigations.policies import can_decide_causes, can_edit_causes, can_write_facts
from investigations.states import CauseStatus


@on_claim(can_edit_causes)
def propose(request: HttpRequest, actor: Actor, claim: Claim) -> HttpResponse:
    """A new hypothesis."""
    dialog = dialog_on(
        claim,
        "causes",
        title=_("New hypothesis"),
        submit=_("Add the hypothesis"),
        form=CauseForm(request.POST or None, claim=claim),
        run=lambda data: commands.propose_cause(actor=actor, claim=claim, **data),
        said=_("Hypothesis added"),
    )
    return answer_dialog(request, dialog)


@on_claim(can_edit_causes)
def edit(request: HttpRequest, actor: Actor, claim: Claim, pk: int) -> HttpResponse:
    """Wording and place of a hypothesis."""
    cause = _cause(claim, pk)
    names = ("text", "category", "type", "parent", "version")
    initial = {name: getattr(cause, name) for name in names}

    def run(data: dict[str, Any]) -> None:
        version = data.pop("version")
        commands.edit_cause(actor=actor, claim=claim, cause=cause, values=data, version=version)

    dialog = dialog_on(
        claim,
        "causes",
        "whys",
        title=_("Change the hypothesis"),
        submit=_("Save"),
        form=CauseEditForm(request.POST or None, claim=claim, cause=cause, initial=initial),
        run=run,
        said=_("Saved"),
    )
    return answer_dialog(request, dialog)


@on_claim(can_edit_causes)
def support(request: HttpRequest, actor: Actor, claim: Claim, pk: int) -> HttpResponse:
    """Facts for a cause."""
    cause = _cause(claim, pk)
    dialog = dialog_on(
        claim,
        "causes",
        title=_("Link facts"),
        submit=_("Link"),
        form=SupportForm(request.POST or None, claim=claim),
        run=lambda data: commands.support_cause(actor=actor, claim=claim, cause=cause, **data),
        intro=cause.text,
        said=_("Facts linked"),
    )
    return answer_dialog(request, dialog)


@on_claim(can_decide_causes)
def decide(request: HttpRequest, actor: Actor, claim: Claim, pk: int) -> HttpResponse:
    """Confirm a hypothesis or rule it out."""
    cause = _cause(claim, pk)
    initial = {
        "version": cause.version,
        "code": cause.code,
        "facts": selectors.facts_behind(cause),
        "is_root": not selectors.has_root_cause(claim, cause.type),
    }
    dialog = dialog_on(
        claim,
        "causes",
        "whys",
        title=_("Decide on a hypothesis"),
        submit=_("Decide"),
        form=DecideForm(request.POST or None, claim=claim, cause=cause, initial=initial),
        run=lambda data: _decide(actor, claim, cause, data),
        intro=cause.text,
        said=_("Decided"),
    )
    return answer_dialog(request, dialog)


def _decide(actor: Actor, claim: Claim, cause: Cause, data: dict[str, Any]) -> None:
    common = {name: data.pop(name) for name in ("facts", "remark", "version")}
    if data.pop("decision") == CauseStatus.CONFIRMED:
        commands.confirm_cause(actor=actor, claim=claim, cause=cause, **common, **data)
    else:
        commands.rule_out_cause(actor=actor, claim=claim, cause=cause, **common)


@on_claim(can_edit_causes)
def code(request: HttpRequest, actor: Actor, claim: Claim, pk: int) -> HttpResponse:
    """Classify a cause."""
    cause = _cause(claim, pk)
    initial = {"code": cause.code, "version": cause.version}

    def run(data: dict[str, Any]) -> None:
        version = data.pop("version")
        commands.edit_cause(actor=actor, claim=claim, cause=cause, values=data, version=version)

    dialog = dialog_on(
        claim,
        "causes",
        title=_("Cause code"),
        submit=_("Save"),
        form=CodeForm(request.POST or None, cause=cause, initial=initial),
        run=run,
        intro=cause.text,
        said=_("Saved"),
    )
    return answer_dialog(request, dialog)


@on_claim(can_decide_causes)
def reconsider(request: HttpRequest, actor: Actor, claim: Claim, pk: int) -> HttpResponse:
    """Make a decided cause a hypothesis again."""
    cause = _cause(claim, pk)
    dialog = dialog_on(
        claim,
        "causes",
        "whys",
        title=_("Reconsider a cause"),
        submit=_("Reconsider"),
        form=ReasonForm(request.POST or None),
        run=lambda data: commands.reconsider_cause(actor=actor, claim=claim, cause=cause, **data),
        intro=cause.text,
        said=_("The cause is a hypothesis again"),
    )
    return answer_dialog(request, dialog)


@on_claim(can_decide_causes)
def no_escape(request: HttpRequest, actor: Actor, claim: Claim) -> HttpResponse:
    """Why there is no escape cause."""
    dialog = dialog_on(
        claim,
        "causes",
        title=_("There is no escape cause"),
        submit=_("Save"),
        form=ReasonForm(request.POST or None),
        run=lambda data: commands.exclude_escape(actor=actor, claim=claim, **data),
        intro=_("Usually something could have caught the defect. Write why nothing could."),
        said=_("Saved"),
    )
    return answer_dialog(request, dialog)


def _cause(claim: Claim, pk: int) -> Cause:
    return selectors.list_causes(claim).get(pk=pk)


@on_claim(can_edit_causes, "POST")
def open_chain(request: HttpRequest, actor: Actor, claim: Claim) -> HttpResponse:
    """Begin a chain of whys."""
    commands.open_chain(actor=actor, claim=claim, type=request.POST.get("type", ""))
    return after(request, claim, "", "whys")


@on_claim(can_edit_causes)
def answer_why(request: HttpRequest, actor: Actor, claim: Claim, pk: int) -> HttpResponse:
    """The next why of a chain."""
    chain = selectors.list_chains(claim).get(pk=pk)
    whys = list(chain.whys.all())
    dialog = dialog_on(
        claim,
        "whys",
        title=str(chain).capitalize(),
        submit=_("Add"),
        form=WhyForm(request.POST or None, claim=claim),
        run=lambda data: commands.answer_why(actor=actor, claim=claim, chain=chain, **data),
        intro=_("So far: %(answer)s") % {"answer": whys[-1].answer} if whys else "",
    )
    return answer_dialog(request, dialog)


@on_claim(can_edit_causes)
def edit_why(request: HttpRequest, actor: Actor, claim: Claim, pk: int) -> HttpResponse:
    """Correct a why."""
    why = selectors.list_whys(claim).get(pk=pk)
    initial = {
        "question": why.question,
        "answer": why.answer,
        "facts": selectors.facts_behind(why),
        "version": why.version,
    }

    def run(data: dict[str, Any]) -> None:
        facts, version = data.pop("facts"), data.pop("version")
        commands.edit_why(
            actor=actor, claim=claim, why=why, values=data, facts=facts, version=version
        )

    dialog = dialog_on(
        claim,
        "whys",
        title=_("Change the why"),
        submit=_("Save"),
        form=WhyEditForm(request.POST or None, claim=claim, initial=initial),
        run=run,
        said=_("Saved"),
    )
    return answer_dialog(request, dialog)


@on_claim(can_edit_causes, "POST")
def remove_why(request: HttpRequest, actor: Actor, claim: Claim, pk: int) -> HttpResponse:
    """Take the last why of a chain back."""
    why = selectors.list_whys(claim).get(pk=pk)
    commands.remove_why(actor=actor, claim=claim, why=why)
    return after(request, claim, _("Why removed"), "whys")


@on_claim(can_edit_causes)
def conclude_chain(request: HttpRequest, actor: Actor, claim: Claim, pk: int) -> HttpResponse:
    """Which cause a chain has reached."""
    chain = selectors.list_chains(claim).get(pk=pk)
    causes = selectors.standing_causes(claim, chain.type)
    dialog = dialog_on(
        claim,
        "whys",
        title=_("The cause that was reached"),
        submit=_("Save"),
        form=ConcludeForm(request.POST or None, causes=causes),
        run=lambda data: commands.conclude_chain(actor=actor, claim=claim, chain=chain, **data),
        intro=_("Hypotheses and confirmed causes that explain the same are offered."),
        said=_("Saved"),
    )
    return answer_dialog(request, dialog)


@on_claim(can_write_facts)
def compare(request: HttpRequest, actor: Actor, claim: Claim, pk: int = 0) -> HttpResponse:
    """A row of the comparison, new or changed."""
    row = selectors.list_comparison(claim).get(pk=pk) if pk else None
    names = ("dimension", "is_text", "is_not_text", "distinction")
    initial = {name: getattr(row, name) for name in names} if row else {}
    dialog = dialog_on(
        claim,
        "comparison",
        title=_("Is / is not"),
        submit=_("Save"),
        form=ComparisonForm(request.POST or None, initial=initial),
        run=lambda data: commands.save_comparison(actor=actor, claim=claim, row=row, values=data),
        said=_("Saved"),
    )
    return answer_dialog(request, dialog)


@on_claim(can_write_facts, "POST")
def remove_comparison(request: HttpRequest, actor: Actor, claim: Claim, pk: int) -> HttpResponse:
    """Take a row of the comparison out."""
    row = selectors.list_comparison(claim).get(pk=pk)
    commands.remove_comparison(actor=actor, claim=claim, row=row)
    return after(request, claim, _("Row removed"), "comparison")

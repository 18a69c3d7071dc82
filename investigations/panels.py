"""The parts of the investigation tab: what each shows, and its HTML by itself.

A part is rendered with the page, or alone after something in it changed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import ngettext

from claims import pages as claim_pages
from claims.models import Claim
from claims.states import STEP_NUMBERS, Step
from core.actors import Actor
from investigations import fishbone, selectors
from investigations.dialogs import Dialog, changed
from investigations.models import Cause
from investigations.policies import (
    can_decide_causes,
    can_edit_causes,
    can_name_team,
    can_write_facts,
)
from investigations.states import CauseStatus, CauseType, Question
from masterdata.models import CauseCategory

Context = dict[str, Any]
# The number on the open tab of the claim page.
TAB_COUNT = '<span hx-swap-oob="innerHTML:.cl-tabs [aria-current] .n">{}</span>'


def is_full(claim: Claim) -> bool:
    """Whether the claim has reached the full investigation (also when finished after it)."""
    number = STEP_NUMBERS.get(claim.step)
    if number is not None and number <= STEP_NUMBERS[Step.INITIAL_INVESTIGATION]:
        return False
    return selectors.was_investigated_fully(claim)


def rights_of(actor: Actor, claim: Claim) -> dict[str, bool]:
    """What the reader may change on this page."""
    return {
        "can_write": can_write_facts(actor, claim),
        "can_edit_causes": can_edit_causes(actor, claim),
        "can_decide": can_decide_causes(actor, claim),
        "can_name_team": can_name_team(actor, claim),
    }


def count_text(claim: Claim) -> str:
    """How many facts hold, for the tab; "" for none."""
    count = selectors.count_facts(claim)
    return ngettext("%(n)d fact", "%(n)d facts", count) % {"n": count} if count else ""


def summary(actor: Actor, claim: Claim) -> Context:
    """How far the investigation is, and the next thing to do."""
    counts = selectors.count_causes(claim)
    return {
        "fact_count": selectors.count_facts(claim),
        "hypothesis_count": counts.get(CauseStatus.HYPOTHESIS, 0),
        "confirmed_count": counts.get(CauseStatus.CONFIRMED, 0),
        "ruled_out_count": counts.get(CauseStatus.RULED_OUT, 0),
    }


def causes(actor: Actor, claim: Claim) -> Context:
    """The diagram, its list twin, and the hypotheses with their decisions."""
    found = list(selectors.list_causes(claim))
    open_first = sorted(found, key=_undecided_first)
    investigation = selectors.current_investigation(claim)
    return {
        "causes": open_first,
        "diagram": fishbone.draw(claim.title, found),
        "branches": [
            (category.label, [each for each in found if each.category == category])
            for category in CauseCategory
        ],
        "no_escape": investigation if investigation and investigation.no_escape_reason else None,
        "has_escape": any(each.type == CauseType.ESCAPE and each.is_confirmed for each in found),
    }


def _undecided_first(cause: Cause) -> tuple[int, bool, int]:
    order = [CauseStatus.HYPOTHESIS, CauseStatus.CONFIRMED, CauseStatus.RULED_OUT]
    return order.index(CauseStatus(cause.status)), not cause.is_root, cause.pk


def facts(actor: Actor, claim: Claim) -> Context:
    """The facts, the superseded ones behind them."""
    found = list(selectors.list_facts(claim))
    return {
        "facts": [fact for fact in found if fact.is_live],
        "superseded": [fact for fact in found if not fact.is_live],
    }


def whys(actor: Actor, claim: Claim) -> Context:
    """The chains of whys."""
    return {"chains": list(selectors.list_chains(claim)), "chain_types": CauseType.choices}


def trace(actor: Actor, claim: Claim) -> Context:
    """The two questions and the lots that may be affected."""
    answers = selectors.traceability_of(claim)
    return {
        "questions": [(question, answers.get(question)) for question in Question],
        "traced": selectors.trace_lots(claim),
    }


def sources(actor: Actor, claim: Claim) -> Context:
    """The plan."""
    found = list(selectors.list_sources(claim))
    return {"sources": found, "checked_count": sum(source.is_checked for source in found)}


def team(actor: Actor, claim: Claim) -> Context:
    """Who investigates."""
    return {"team": selectors.list_team(claim)}


def comparison(actor: Actor, claim: Claim) -> Context:
    """Is and is not."""
    return {"comparison": list(selectors.list_comparison(claim))}


def finding(actor: Actor, claim: Claim) -> Context:
    """What the initial investigation came to, and whether the first answer can be the last."""
    answers = selectors.traceability_of(claim)
    return {
        "finding": selectors.finding_of(claim),
        "questions": [(question, answers.get(question)) for question in Question],
        "is_initial": claim.step == Step.INITIAL_INVESTIGATION,
    }


PANELS: dict[str, Callable[[Actor, Claim], Context]] = {
    "summary": summary,
    "causes": causes,
    "hypotheses": causes,
    "facts": facts,
    "whys": whys,
    "trace": trace,
    "sources": sources,
    "team": team,
    "comparison": comparison,
    "finding": finding,
}
# Parts that show the ways on; on the page, its frame has them already.
WITH_MOVES = ("summary", "finding")
WAYS = ("answer_directly", "investigate_fully")
INITIAL = ("finding", "facts", "trace", "team", "causes", "hypotheses", "whys", "comparison")
FULL = ("causes", "hypotheses", "facts", "whys", "sources", "comparison", "trace", "team")


def shown_panels(claim: Claim) -> tuple[str, ...]:
    """The parts of the page in their order: step 4 looks for an answer, step 5 for causes."""
    if is_full(claim):
        parts = FULL
        return (*parts, "finding") if selectors.finding_of(claim) else parts
    return INITIAL


def contexts(actor: Actor, claim: Claim) -> Context:
    """What all parts of the page show, each asked once."""
    names = (*shown_panels(claim), *(("summary",) if is_full(claim) else ()))
    context: Context = {}
    for part in dict.fromkeys(PANELS[name] for name in names):
        context |= part(actor, claim)
    return context


def panel_html(request: HttpRequest, claim: Claim, name: str, **extra: Any) -> str:
    """One part of the page by itself."""
    actor = Actor.of_request(request)
    context = {"claim": claim, "full": is_full(claim), **rights_of(actor, claim), **extra}
    context |= PANELS[name](actor, claim)
    if name in WITH_MOVES:
        context = with_moves({**context, **claim_pages.gate_context(actor, claim)})
    return render_to_string(f"investigations/panel_{name}.html", context, request)


def with_moves(context: Context) -> Context:
    """The context with how many points of the gate are met, and the two ways out of step 4."""
    gate = context.get("gate")
    met = sum(point.met for point in gate.points) if gate else 0
    ways = [way for name in WAYS for way in context["moves"] if way.transition.name == name]
    return {**context, "gate_met": met, "ways": ways}


def redraw_of(claim: Claim, name: str, *others: str) -> Callable[[HttpRequest], str]:
    """What changed after a command: the part `name` in place, `others` and the gate out of band."""

    def redraw(request: HttpRequest) -> str:
        fresh = claim_pages.claim_of(request, claim.number)
        wanted = [each for each in others if each in shown_panels(fresh)]
        if "causes" in (name, *others):
            wanted.append("hypotheses")
        wanted.append("summary" if is_full(fresh) else "gate")
        parts = [panel_html(request, fresh, name, focus=True)]
        parts += [_out_of_band(request, fresh, each) for each in wanted]
        if name == "facts":
            parts.append(format_html(TAB_COUNT, count_text(fresh)))
        return "".join(parts)

    return redraw


def _out_of_band(request: HttpRequest, claim: Claim, name: str) -> str:
    if name == "gate":
        context = claim_pages.gate_context(Actor.of_request(request), claim)
        return render_to_string("claims/gate.html", {**context, "oob": True}, request)
    return panel_html(request, claim, name, oob=True)


def address(claim: Claim, anchor: str = "") -> str:
    """The tab, at one of its parts."""
    url = reverse("investigations:tab", args=[claim.number])
    return f"{url}#{anchor}" if anchor else url


def dialog_on(claim: Claim, part: str, *others: str, **values: Any) -> Dialog:
    """A dialog about one part of the page; `others` change along with it."""
    return Dialog(
        back=address(claim, part),
        redraw=redraw_of(claim, part, *others),
        target=f"#{part}",
        subject=claim.number,
        **values,
    )


def after(request: HttpRequest, claim: Claim, said: Any, part: str, *others: str) -> HttpResponse:
    """The answer after a button without a question."""
    redraw = redraw_of(claim, part, *others)
    return changed(request, address(claim, part), redraw, f"#{part}", said)

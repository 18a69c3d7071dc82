"""Five whys: question after question until the cause is reached."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from claims.models import Claim
from core.actors import Actor
from core.errors import InvalidInput
from core.inputs import one_of, said
from core.models import changes_of
from investigations import events
from investigations.commands.base import Work, investigating, unchanged
from investigations.models import Cause, Fact, Why, WhyChain
from investigations.policies import require_undecided
from investigations.states import CauseType


def open_chain(*, actor: Actor, claim: Claim, type: str) -> WhyChain:  # noqa: A002
    """Begin to ask why it happened, why it was not found, or why the system allowed it.

    Raises NotPermitted, InvalidInput, TransitionRefused.
    """
    one_of("type", type, CauseType)
    with investigating(actor, claim) as work:
        require_undecided(work.claim)
        work.begin()
        chain = WhyChain.objects.create(claim=work.claim, type=type)
        work.note(events.CHAIN_OPENED, chain, type=type)
    return chain


def answer_why(
    *,
    actor: Actor,
    claim: Claim,
    chain: WhyChain,
    question: str,
    answer: str,
    facts: Iterable[Fact] = (),
) -> Why:
    """Ask the next why of a chain and answer it. Raises NotPermitted, InvalidInput,
    TransitionRefused."""
    values = _checked({"question": question, "answer": answer})
    with investigating(actor, claim) as work:
        require_undecided(work.claim)
        fresh = work.row(WhyChain, chain.pk)
        last = fresh.whys.aggregate(last=Max("position"))["last"] or 0
        why = Why.objects.create(chain=fresh, position=last + 1, **values)
        why.facts.set(work.live_facts(facts))
        numbers = list(why.facts.order_by("number").values_list("number", flat=True))
        work.note(
            events.WHY_ANSWERED,
            why,
            type=fresh.type,
            position=why.position,
            question=why.question,
            text=why.answer,
            facts=numbers,
        )
    return why


def edit_why(
    *,
    actor: Actor,
    claim: Claim,
    why: Why,
    values: dict[str, Any],
    facts: Iterable[Fact] | None = None,
    version: int | None = None,
) -> Why:
    """Change question, answer or facts of a why. Raises NotPermitted, Stale, InvalidInput,
    TransitionRefused."""
    values = _checked(values)
    with investigating(actor, claim) as work:
        require_undecided(work.claim)
        fresh = _why(work, why, version)
        changes = changes_of(fresh, values)
        if facts is not None:
            old = list(fresh.facts.order_by("number").values_list("number", flat=True))
            chosen = work.live_facts(facts)
            fresh.facts.set(chosen)
            new = [fact.number for fact in chosen]
            if old != new:
                changes["facts"] = [old, new]
        if changes:
            fresh.save_changes(*values)
            work.note(events.WHY_CHANGED, fresh, position=fresh.position, changes=changes)
    return fresh


def remove_why(*, actor: Actor, claim: Claim, why: Why) -> None:
    """Take the last why of a chain back. Raises NotPermitted, InvalidInput, TransitionRefused."""
    with investigating(actor, claim) as work:
        require_undecided(work.claim)
        fresh = _why(work, why, None)
        if Why.objects.filter(chain_id=fresh.chain_id, position__gt=fresh.position).exists():
            raise InvalidInput(_("Only the last why of a chain can be removed."))
        work.note(
            events.WHY_REMOVED,
            fresh,
            position=fresh.position,
            question=fresh.question,
            text=fresh.answer,
        )
        fresh.delete()


def conclude_chain(*, actor: Actor, claim: Claim, chain: WhyChain, cause: Cause | None) -> WhyChain:
    """Say to which cause a chain leads; None takes it back. Raises NotPermitted, InvalidInput,
    TransitionRefused."""
    with investigating(actor, claim) as work:
        require_undecided(work.claim)
        fresh = work.row(WhyChain, chain.pk)
        reached = work.row(Cause, cause.pk) if cause is not None else None
        if reached is not None and reached.type != fresh.type:
            raise InvalidInput({"cause": _("Choose a cause that explains the same.")})
        changes = changes_of(fresh, {"cause": reached})
        if changes:
            fresh.save_changes("cause")
            work.note(events.CHAIN_CONCLUDED, fresh, changes=changes)
    return fresh


def _why(work: Work, why: Why, version: int | None) -> Why:
    found = Why.objects.select_related("chain").get(pk=why.pk, chain__claim=work.claim)
    return unchanged(found, version)


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    objections = {"question": _("Ask the question."), "answer": _("Give the answer.")}
    if unknown := set(values) - set(objections):
        raise InvalidInput({name: _("This cannot be changed.") for name in unknown})
    return {name: said(name, text, objections[name]) for name, text in values.items()}

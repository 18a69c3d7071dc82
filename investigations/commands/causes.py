"""Hypotheses and what facts make of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext as _

from claims.commands import reach_milestone
from claims.models import Claim
from claims.policies import can_investigate
from core import clock
from core.actors import Actor
from core.errors import InvalidInput
from core.inputs import one_of, said
from core.models import changes_of
from investigations import events
from investigations.commands.base import Work, investigating
from investigations.models import Cause, Fact, Investigation
from investigations.policies import may_decide_causes, require_undecided
from investigations.selectors import facts_behind
from investigations.states import CauseStatus, CauseType, Proof
from masterdata.models import CauseCategory, CauseCode

EDITABLE = frozenset({"category", "text", "type", "parent", "code"})


@contextmanager
def _analysing(actor: Actor, claim: Claim, *, decides: bool = False) -> Iterator[Work]:
    may = may_decide_causes if decides else can_investigate
    with investigating(actor, claim, may=may) as work:
        require_undecided(work.claim)
        yield work


def propose_cause(
    *,
    actor: Actor,
    claim: Claim,
    category: str,
    text: str,
    type: str = CauseType.OCCURRENCE,  # noqa: A002 - the word of the domain
    parent: Cause | None = None,
    code: CauseCode | None = None,
    facts: Iterable[Fact] = (),
) -> Cause:
    """Put a hypothesis into the diagram. Raises NotPermitted, InvalidInput, TransitionRefused
    (the response rests on the causes already)."""
    values = {"category": category, "text": text, "type": type, "parent": parent, "code": code}
    with _analysing(actor, claim) as work:
        cause = Cause(claim=work.claim, investigation=work.begin(), proposed_by=actor.user)
        changes_of(cause, _checked(work, cause, values))
        cause.save()
        cause.facts.set(work.live_facts(facts))
        numbers = [fact.number for fact in cause.facts.all()]
        work.note(
            events.CAUSE_PROPOSED,
            cause,
            text=cause.text,
            category=category,
            type=cause.type,
            facts=numbers,
        )
    return cause


def edit_cause(
    *,
    actor: Actor,
    claim: Claim,
    cause: Cause,
    values: dict[str, Any],
    version: int | None = None,
) -> Cause:
    """Change wording or place of a hypothesis; a decided cause only its code.

    Raises NotPermitted, Stale, InvalidInput, TransitionRefused.
    """
    with _analysing(actor, claim) as work:
        fresh = work.row(Cause, cause.pk, version)
        if fresh.status != CauseStatus.HYPOTHESIS and set(values) - {"code"}:
            raise InvalidInput(_("This cause is decided. Make it a hypothesis again first."))
        changes = changes_of(fresh, _checked(work, fresh, values))
        if changes:
            fresh.save_changes(*changes)
            work.note(events.CAUSE_CHANGED, fresh, changes=changes)
    return fresh


def support_cause(*, actor: Actor, claim: Claim, cause: Cause, facts: Iterable[Fact]) -> Cause:
    """Let a cause rest on further facts. Raises NotPermitted, InvalidInput, TransitionRefused."""
    with _analysing(actor, claim) as work:
        fresh = work.row(Cause, cause.pk)
        chosen = work.live_facts(facts)
        if not chosen:
            raise InvalidInput({"facts": _("Choose at least one fact.")}, code="required")
        fresh.facts.add(*chosen)
        fresh.save_changes()
        numbers = [fact.number for fact in chosen]
        work.note(events.CAUSE_SUPPORTED, fresh, text=fresh.text, facts=numbers)
    return fresh


def drop_support(*, actor: Actor, claim: Claim, cause: Cause, fact: Fact) -> Cause:
    """Take a fact off a hypothesis. Raises NotPermitted, InvalidInput (the cause is decided),
    TransitionRefused."""
    with _analysing(actor, claim) as work:
        fresh = work.row(Cause, cause.pk)
        if fresh.status != CauseStatus.HYPOTHESIS:
            raise InvalidInput(_("This cause is decided. Make it a hypothesis again first."))
        fresh.facts.remove(fact)
        fresh.save_changes()
        work.note(events.CAUSE_CHANGED, fresh, text=fresh.text, removed_facts=[fact.number])
    return fresh


def confirm_cause(
    *,
    actor: Actor,
    claim: Claim,
    cause: Cause,
    proof: str,
    code: CauseCode | None = None,
    facts: Iterable[Fact] = (),
    parameter_fact: Fact | None = None,
    is_root: bool | None = None,
    remark: str = "",
    version: int | None = None,
) -> Cause:
    """Confirm a hypothesis by the facts linked to it (and `facts`), verified by `proof`.

    In people it needs `parameter_fact`: who kept to the parameters of the process is not the cause.
    The first confirmed cause of its type is the root cause unless `is_root` says otherwise. Raises
    NotPermitted, Stale, InvalidInput (no fact, no code to classify by), TransitionRefused.
    """
    one_of("proof", proof, Proof)
    with _analysing(actor, claim, decides=True) as work:
        fresh = work.row(Cause, cause.pk, version)
        if code is not None:
            fresh.code = _matching_code(fresh.category, code)
        fresh.parameter_fact = _parameter(work, fresh, parameter_fact)
        fresh.proof = proof
        if is_root is None:
            roots = Cause.objects.filter(claim=work.claim, type=fresh.type, is_root=True)
            is_root = not roots.exists()
        fresh.is_root = is_root
        given = [*facts, *([fresh.parameter_fact] if fresh.parameter_fact else [])]
        _decide(work, fresh, CauseStatus.CONFIRMED, given, remark)
        if fresh.is_root and fresh.type != CauseType.ESCAPE:
            reach_milestone(actor=actor, claim=work.claim, milestone="root_cause_at")
    return fresh


def rule_out_cause(
    *,
    actor: Actor,
    claim: Claim,
    cause: Cause,
    facts: Iterable[Fact] = (),
    remark: str = "",
    version: int | None = None,
) -> Cause:
    """Rule a hypothesis out by facts. Raises as `confirm_cause`."""
    with _analysing(actor, claim, decides=True) as work:
        fresh = work.row(Cause, cause.pk, version)
        fresh.is_root = False
        _decide(work, fresh, CauseStatus.RULED_OUT, facts, remark)
    return fresh


def reconsider_cause(*, actor: Actor, claim: Claim, cause: Cause, reason: str) -> Cause:
    """Make a decided cause a hypothesis again. Raises NotPermitted, InvalidInput,
    TransitionRefused."""
    reason = said("reason", reason, _("Give the reason."))
    with _analysing(actor, claim, decides=True) as work:
        fresh = work.row(Cause, cause.pk)
        if fresh.status == CauseStatus.HYPOTHESIS:
            raise InvalidInput(_("This is a hypothesis."))
        old = fresh.status
        fresh.status, fresh.is_root = CauseStatus.HYPOTHESIS, False
        fresh.decided_by, fresh.decided_at = None, None
        fresh.save_changes("status", "is_root", "decided_by", "decided_at")
        changes = {"status": [old, fresh.status]}
        work.note(events.CAUSE_RECONSIDERED, fresh, text=fresh.text, reason=reason, changes=changes)
    return fresh


def exclude_escape(*, actor: Actor, claim: Claim, reason: str) -> Investigation:
    """Write why there is no escape cause in this round. Raises NotPermitted, InvalidInput."""
    reason = said("reason", reason, _("Write why there is no escape cause."))
    with _analysing(actor, claim, decides=True) as work:
        investigation = work.begin()
        investigation.no_escape_reason, investigation.no_escape_by = reason, actor.user
        investigation.save_changes("no_escape_reason", "no_escape_by")
        work.note(events.ESCAPE_EXCLUDED, investigation, reason=reason)
    return investigation


def _decide(
    work: Work, cause: Cause, status: CauseStatus, facts: Iterable[Fact], remark: str
) -> None:
    if cause.status != CauseStatus.HYPOTHESIS:
        raise InvalidInput(_("This cause is decided. Make it a hypothesis again first."))
    cause.facts.add(*work.live_facts(facts))
    shown = list(facts_behind(cause).values_list("number", flat=True))
    if not shown:
        raise InvalidInput({"facts": _("Link a fact first: facts decide.")}, code="required")
    old, cause.status = cause.status, status
    cause.remark = remark.strip()
    cause.decided_by, cause.decided_at = work.actor.user, clock.now()
    decided = ["status", "is_root", "code", "proof", "parameter_fact", "remark"]
    cause.save_changes(*decided, "decided_by", "decided_at")
    confirmed = status == CauseStatus.CONFIRMED
    work.note(
        events.CAUSE_CONFIRMED if confirmed else events.CAUSE_RULED_OUT,
        cause,
        text=cause.text,
        category=cause.category,
        type=cause.type,
        code=cause.code.code if cause.code else None,
        root=cause.is_root,
        proof=cause.proof if confirmed else "",
        facts=sorted(shown),
        remark=cause.remark,
        changes={"status": [old, status]},
    )


def _parameter(work: Work, cause: Cause, fact: Fact | None) -> Fact | None:
    if cause.category != CauseCategory.PEOPLE:
        return None
    if fact is None:
        raise InvalidInput(
            {
                "parameter_fact": _(
                    "Choose the fact that shows which parameter of the process was left. "
                    "If all were kept, the cause is the method."
                )
            },
            code="required",
        )
    return work.live_facts([fact], "parameter_fact")[0]


def _checked(work: Work, cause: Cause, values: dict[str, Any]) -> dict[str, Any]:
    if unknown := set(values) - EDITABLE:
        raise InvalidInput({name: _("This cannot be changed.") for name in unknown})
    checked = dict(values)
    if "category" in checked:
        one_of("category", checked["category"], CauseCategory)
    if "type" in checked:
        one_of("type", checked["type"], CauseType)
    if "text" in checked:
        checked["text"] = said("text", checked["text"], _("Say what the cause may be."))
    if checked.get("parent") is not None:
        checked["parent"] = _parent(work, cause, checked["parent"])
    if checked.get("code") is not None:
        _matching_code(checked.get("category", cause.category), checked["code"])
    return checked


def _parent(work: Work, cause: Cause, parent: Cause) -> Cause:
    found = Cause.objects.filter(pk=parent.pk, claim=work.claim).first()
    above = found
    while above is not None and above.pk != cause.pk:
        above = above.parent
    if found is None or (above is not None and cause.pk is not None):
        raise InvalidInput({"parent": _("Choose another cause of this claim.")})
    return found


def _matching_code(category: str, code: CauseCode) -> CauseCode:
    if code.group_id is None or not code.is_active:
        raise InvalidInput({"code": _("Choose a code, not a group.")})
    if code.category != category:
        raise InvalidInput({"code": _("Choose a code of the category of the cause.")})
    return code

"""The plan of the full investigation: source after source, each checked off."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from claims.commands import locked_claim
from claims.models import Claim
from claims.policies import can_investigate
from core import clock
from core.actors import Actor
from core.errors import InvalidInput
from core.inputs import one_of, said
from investigations import events
from investigations.commands.base import Work, current_round, investigating
from investigations.models import Fact, Investigation, Source
from investigations.policies import require_may, require_open
from investigations.selectors import facts_behind
from investigations.states import SourceKind, SourceOutcome


def begin_plan(*, actor: Actor, claim: Claim) -> Investigation:
    """Begin the round that the claim's step asks for, with its plan; does nothing when it runs.

    The system does this when a claim reaches the full investigation. Raises NotPermitted.
    """
    with locked_claim(claim) as fresh:
        require_may(actor.is_system or can_investigate(actor, fresh))
        require_open(fresh)
        return current_round(actor, fresh)


def add_source(*, actor: Actor, claim: Claim, name: str) -> Source:
    """Put a source of one's own on the plan. Raises NotPermitted, InvalidInput."""
    name = said("name", name, _("Name the source."))
    with investigating(actor, claim) as work:
        if Source.objects.filter(claim=work.claim, name__iexact=name).exists():
            raise InvalidInput({"name": _("This source is on the plan already.")})
        source = Source.objects.create(
            claim=work.claim, investigation=work.begin(), kind=SourceKind.OTHER, name=name
        )
        work.note(events.SOURCE_ADDED, source, text=name)
    return source


def check_source(
    *,
    actor: Actor,
    claim: Claim,
    source: Source,
    outcome: str,
    facts: Iterable[Fact] = (),
    remark: str = "",
) -> Source:
    """Check a source off, with the facts it gave or with what was looked at and gave nothing.

    Raises NotPermitted, InvalidInput (no fact, or nothing said of what was looked at).
    """
    one_of("outcome", outcome, SourceOutcome)
    with investigating(actor, claim) as work:
        fresh = work.row(Source, source.pk)
        chosen = work.live_facts(facts)
        if outcome == SourceOutcome.FACTS:
            _add_known(fresh, chosen)
        elif chosen:
            raise InvalidInput({"facts": _("A source with facts has not given nothing.")})
        else:
            said("remark", remark, _("Say what was looked at."))
        _check_off(work, fresh, outcome, remark.strip())
        if outcome == SourceOutcome.NOTHING:
            fresh.facts.clear()
    return fresh


def _add_known(source: Source, chosen: list[Fact]) -> None:
    if not chosen and not facts_behind(source).exists():
        raise InvalidInput({"facts": _("Choose at least one fact from this source.")})
    source.facts.add(*chosen)


def _check_off(work: Work, source: Source, outcome: str, remark: str) -> None:
    source.outcome, source.remark = outcome, remark
    source.checked_at, source.checked_by = clock.now(), work.actor.user
    source.save_changes("outcome", "remark", "checked_at", "checked_by")
    numbers = list(source.facts.order_by("number").values_list("number", flat=True))
    facts = numbers if outcome == SourceOutcome.FACTS else []
    content = {"outcome": outcome, "facts": facts, "remark": remark}
    work.note(events.SOURCE_CHECKED, source, text=str(source), **content)


def reopen_source(*, actor: Actor, claim: Claim, source: Source, reason: str) -> Source:
    """Look into a source again; the facts it gave stay. Raises NotPermitted, InvalidInput."""
    reason = said("reason", reason, _("Give the reason."))
    with investigating(actor, claim) as work:
        fresh = work.row(Source, source.pk)
        if not fresh.is_checked:
            raise InvalidInput(_("This source is open."))
        old = fresh.outcome
        fresh.outcome, fresh.checked_at, fresh.checked_by = "", None, None
        fresh.save_changes("outcome", "checked_at", "checked_by")
        changes = {"outcome": [old, ""]}
        work.note(events.SOURCE_REOPENED, fresh, text=str(fresh), reason=reason, changes=changes)
    return fresh

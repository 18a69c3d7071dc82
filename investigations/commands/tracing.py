"""Was it shipped to others, could other lots have it, and where are the pieces."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from claims.models import Claim
from core.actors import Actor
from core.errors import InvalidInput
from core.inputs import one_of, said
from core.models import changes_of
from investigations import events, tracing
from investigations.commands.base import Work, investigating
from investigations.models import AffectedLot, Fact, TraceabilityAnswer
from investigations.selectors import facts_behind
from investigations.states import LotStatus, Question, Suspicion
from masterdata.models import Lot

QUANTITIES = ("produced", "in_stock", "in_transit", "at_customers", "scrapped")


def answer_traceability(
    *, actor: Actor, claim: Claim, question: str, answer: bool, fact: Fact | None, text: str = ""
) -> TraceabilityAnswer:
    """Answer one of the two questions with the fact that shows it; a later answer replaces it.

    Raises NotPermitted, InvalidInput (no fact).
    """
    one_of("question", question, Question)
    if fact is None:
        raise InvalidInput({"fact": _("Choose the fact that shows it.")}, code="required")
    with investigating(actor, claim) as work:
        (shown,) = work.live_facts([fact], "fact")
        old = TraceabilityAnswer.objects.filter(claim=work.claim, question=question).first()
        values = {
            "answer": answer,
            "text": text.strip(),
            "fact": shown,
            "by": actor.user,
            "by_label": actor.label,
        }
        given = old or TraceabilityAnswer(claim=work.claim, question=question)
        changes = changes_of(given, values) if old else {}
        if old:
            given.save_changes(*changes)
        else:
            for name, value in values.items():
                setattr(given, name, value)
            given.save()
        work.note(
            events.TRACEABILITY_ANSWERED,
            given,
            question=question,
            answer=answer,
            text=given.text,
            fact=shown.number,
            changes=changes,
        )
    return given


def name_lot(
    *,
    actor: Actor,
    claim: Claim,
    lot: Lot | None = None,
    lot_code: str = "",
    suspicion: str = Suspicion.OTHER,
    note: str = "",
) -> AffectedLot:
    """Name a lot that may have the defect; a known lot brings what was made and what was shipped.

    Raises NotPermitted, InvalidInput (no lot, named already).
    """
    one_of("suspicion", suspicion, Suspicion)
    code = lot.code if lot is not None else said("lot", lot_code, _("Name the lot."))
    lot = lot or Lot.objects.filter(code=code).first()
    with investigating(actor, claim) as work:
        if AffectedLot.objects.filter(claim=work.claim, lot_code=code).exists():
            raise InvalidInput({"lot": _("This lot is on the list already.")})
        work.begin()
        named = AffectedLot(
            claim=work.claim, lot=lot, lot_code=code, suspicion=suspicion, note=note.strip()
        )
        if lot is not None:
            changes_of(named, _from_erp(lot))
        named.save()
        work.note(events.LOT_NAMED, named, text=code, suspicion=suspicion, note=named.note)
    return named


def judge_lot(
    *,
    actor: Actor,
    claim: Claim,
    affected: AffectedLot,
    status: str,
    facts: Iterable[Fact] = (),
    verdict: str = "",
) -> AffectedLot:
    """Say that a lot is defective, good, or suspected again; a verdict rests on a fact.

    Raises NotPermitted, InvalidInput (a verdict without a fact).
    """
    one_of("status", status, LotStatus)
    with investigating(actor, claim) as work:
        fresh = work.row(AffectedLot, affected.pk)
        fresh.facts.add(*work.live_facts(facts))
        shown = list(facts_behind(fresh).values_list("number", flat=True))
        if status != LotStatus.SUSPECTED and not shown:
            raise InvalidInput({"facts": _("Choose the fact that shows it.")}, code="required")
        changes = changes_of(fresh, {"status": status, "verdict": verdict.strip()})
        fresh.save_changes(*changes)
        work.note(
            events.LOT_JUDGED, fresh, text=fresh.lot_code, facts=sorted(shown), changes=changes
        )
    return fresh


def count_lot(
    *,
    actor: Actor,
    claim: Claim,
    affected: AffectedLot,
    quantities: Mapping[str, Decimal | None],
    version: int | None = None,
) -> AffectedLot:
    """Say where the pieces of a lot are (`produced`, `in_stock`, `in_transit`, `at_customers`,
    `scrapped`).

    Raises NotPermitted, Stale, InvalidInput for a quantity below zero.
    """
    for name, quantity in quantities.items():
        if name not in QUANTITIES:
            raise InvalidInput(_("There is no quantity %(name)s.") % {"name": name})
        if quantity is not None and quantity < 0:
            raise InvalidInput({name: _("The quantity is not below zero.")})
    with investigating(actor, claim) as work:
        fresh = work.row(AffectedLot, affected.pk, version)
        _count(work, fresh, dict(quantities))
    return fresh


def refresh_lots(*, actor: Actor, claim: Claim) -> int:
    """Take what was made and shipped from master data anew; answers how many lots changed.

    Raises NotPermitted.
    """
    with investigating(actor, claim) as work:
        lots = AffectedLot.objects.filter(claim=work.claim).exclude(lot=None).select_related("lot")
        return sum(_count(work, each, _from_erp(each.lot)) for each in lots)


def _from_erp(lot: Lot | None) -> dict[str, Any]:
    """What master data knows of a lot; what it does not know stays as people counted it."""
    if lot is None:
        return {}
    known: dict[str, Any] = {"produced": lot.quantity, "at_customers": tracing.shipped(lot)}
    return {name: quantity for name, quantity in known.items() if quantity is not None}


def _count(work: Work, affected: AffectedLot, quantities: dict[str, Any]) -> bool:
    changes = changes_of(affected, quantities)
    if changes:
        affected.save_changes(*changes)
        work.note(events.LOT_COUNTED, affected, text=affected.lot_code, changes=changes)
    return bool(changes)

"""What the customer gets, what finance booked, and what the claim costs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from claims.commands import locked_claim
from claims.models import Claim
from core import clock
from core.actors import Actor
from core.errors import InvalidInput, Stale, TransitionRefused
from core.inputs import one_of, said
from core.models import Versioned, changes_of
from responses import events
from responses.agreement import bare_decision
from responses.commands.base import content_changed, note
from responses.commands.deciding import require_deciding_step
from responses.commands.due import compensation_due
from responses.models import Compensation, CostEntry, Decision
from responses.policies import (
    can_decide,
    can_enter_costs,
    can_settle,
    is_accepted,
    require_may,
)
from responses.states import CURRENCIES, CompensationKind, CostKind, RecoveredFrom

COMPENSATION_FIELDS = frozenset({"kind", "amount", "currency", "note", "due_on"})
COST_FIELDS = frozenset(
    {
        "kind", "amount", "currency", "spent_on", "hours", "rate", "document_no", "note",
        "recovered_from", "amount_recovered",
    }
)  # fmt: skip
AMOUNTS = ("amount", "amount_recovered", "rate")
CENT = Decimal("0.01")

Row = TypeVar("Row", bound=Versioned)


def save_compensation(
    *,
    actor: Actor,
    claim: Claim,
    values: dict[str, Any],
    compensation: Compensation | None = None,
    version: int | None = None,
) -> Compensation:
    """Promise the customer something, or change it; `values`: kind, amount, currency, note, due_on.

    Signatures under the response are void after that, unless only the day changed on which finance
    has to settle it; that may change as long as the claim is open. Raises Stale, NotPermitted,
    InvalidInput, TransitionRefused (wrong step, no accepting decision, already settled).
    """
    _check_values(values, COMPENSATION_FIELDS)
    if values.get("kind") is not None:
        one_of("kind", values["kind"], CompensationKind)
    with locked_claim(claim) as fresh:
        require_may(can_decide(actor, fresh))
        decision = _accepting_decision(fresh)
        if compensation is None:
            row = Compensation(claim=fresh, entered_by=actor.user, currency=decision.currency)
            _require(values, "kind", "amount")
        else:
            row = _unsettled(fresh, compensation, version)
        changes = changes_of(row, values)
        if not changes:
            return row
        only_due = row.pk is not None and set(changes) == {"due_on"}
        if not only_due:
            require_deciding_step(fresh)
        if "due_on" in changes:
            _set_due(fresh, row, decision, changes)
        kind = _store(row, changes, events.COMPENSATION_ADDED, events.COMPENSATION_CHANGED)
        _note_money(kind, actor, row, fresh, changes)
        if not only_due:
            _touch_decision(actor, fresh, decision)
    return row


def _set_due(
    claim: Claim, row: Compensation, decision: Decision, changes: dict[str, list[Any]]
) -> None:
    """Count the due instant anew for the chosen day, or for none. Raises InvalidInput."""
    if row.due_on is not None and row.due_on < clock.today():
        raise InvalidInput({"due_on": _("Choose today or a later day.")})
    old, row.due_at = row.due_at, compensation_due(claim, row, decision.approved_at)
    changes["due_at"] = [old, row.due_at]


def remove_compensation(
    *, actor: Actor, claim: Claim, compensation: Compensation, version: int | None = None
) -> None:
    """Take a promise back that is not settled. Raises Stale, NotPermitted, TransitionRefused."""
    with locked_claim(claim) as fresh:
        require_may(can_decide(actor, fresh))
        require_deciding_step(fresh)
        row = _unsettled(fresh, compensation, version)
        _note_money(events.COMPENSATION_REMOVED, actor, row, fresh, {})
        row.delete()
        _touch_decision(actor, fresh, bare_decision(fresh))


def settle_compensation(
    *,
    actor: Actor,
    compensation: Compensation,
    document_no: str,
    document_date: date,
    version: int | None = None,
) -> Compensation:
    """Finance booked it under an ERP document; it becomes a cost of the claim.

    Raises Stale, NotPermitted, InvalidInput (document), TransitionRefused (the claim is not
    accepted, or the response not agreed yet).
    """
    document_no = said("document_no", document_no, _("Enter the number of the ERP document."))
    if document_date > clock.today():
        raise InvalidInput({"document_date": _("The date lies in the future.")})
    with locked_claim(compensation.claim) as claim:
        row = _unsettled(claim, compensation, version)
        require_may(can_settle(actor, row))
        if not is_accepted(claim, bare_decision(claim)):
            raise TransitionRefused(
                _("A compensation is settled once the claim is accepted and the response agreed."),
                current=claim.step,
                code="not_accepted",
            )
        row.document_no, row.document_date = document_no, document_date
        row.settled_at, row.settled_by = clock.now(), actor.user
        row.save_changes("document_no", "document_date", "settled_at", "settled_by")
        CostEntry.objects.create(
            claim=claim,
            kind=CostKind.COMPENSATION,
            amount=row.amount,
            currency=row.currency,
            spent_on=document_date,
            document_no=document_no,
            note=str(row)[:300],
            compensation=row,
            entered_by=actor.user,
        )
        changes: dict[str, list[Any]] = {
            "document_no": ["", document_no],
            "document_date": [None, document_date],
        }
        _note_money(events.COMPENSATION_SETTLED, actor, row, claim, changes)
    return row


def save_cost(
    *,
    actor: Actor,
    claim: Claim,
    values: dict[str, Any],
    cost: CostEntry | None = None,
    version: int | None = None,
) -> CostEntry:
    """Enter a cost or change it. Hours at a rate give the amount when none is named.

    Raises Stale, NotPermitted, InvalidInput.
    """
    values = dict(values)
    _check_values(values, COST_FIELDS)
    if values.get("kind") is not None:
        one_of("kind", values["kind"], CostKind)
    if values.get("recovered_from"):
        one_of("recovered_from", values["recovered_from"], RecoveredFrom)
    if values.get("amount") is None and values.get("hours") and values.get("rate"):
        values["amount"] = (values["hours"] * values["rate"]).quantize(CENT)
    with locked_claim(claim) as fresh:
        require_may(can_enter_costs(actor, fresh))
        if cost is None:
            row = CostEntry(claim=fresh, entered_by=actor.user)
            _require(values, "kind", "amount", "spent_on")
        else:
            row = _own_row(CostEntry.objects.get(pk=cost.pk, claim=fresh), version)
        changes = changes_of(row, {name: v for name, v in values.items() if v is not None})
        _check_cost(row)
        if not changes:
            return row
        kind = _store(row, changes, events.COST_ENTERED, events.COST_CHANGED)
        _note_money(kind, actor, row, fresh, changes)
    return row


def remove_cost(*, actor: Actor, claim: Claim, cost: CostEntry, version: int | None = None) -> None:
    """Delete a cost entered by mistake; history keeps it.

    Raises Stale, NotPermitted, InvalidInput.
    """
    with locked_claim(claim) as fresh:
        require_may(can_enter_costs(actor, fresh))
        row = _own_row(CostEntry.objects.get(pk=cost.pk, claim=fresh), version)
        if row.compensation_id is not None:
            raise InvalidInput(_("This cost belongs to a settled compensation."))
        _note_money(events.COST_REMOVED, actor, row, fresh, {})
        row.delete()


def _accepting_decision(claim: Claim) -> Decision:
    decision = bare_decision(claim)
    if decision is None or not decision.accepts:
        raise TransitionRefused(
            _("A compensation follows from a decision that accepts the claim."),
            current=claim.step,
            code="not_accepted",
        )
    if decision.no_compensation:
        raise TransitionRefused(
            _("The decision says that there is no compensation. Change it first."),
            current=claim.step,
            code="no_compensation",
        )
    return decision


def _unsettled(claim: Claim, compensation: Compensation, version: int | None) -> Compensation:
    row = _own_row(Compensation.objects.get(pk=compensation.pk, claim=claim), version)
    if row.is_settled:
        raise TransitionRefused(
            _("The compensation is settled."), current=claim.step, code="settled"
        )
    row.claim = claim
    return row


def _own_row(row: Row, version: int | None) -> Row:
    if version is not None and row.version != version:
        raise Stale(row, expected=version)
    return row


def _check_values(values: dict[str, Any], known: frozenset[str]) -> None:
    unknown = set(values) - known
    if unknown:
        raise InvalidInput({name: _("This cannot be changed here.") for name in unknown})
    for name in AMOUNTS:
        if values.get(name) is not None and values[name] < 0:
            raise InvalidInput({name: _("A sum is not below zero.")})
    if values.get("currency") is not None and values["currency"] not in CURRENCIES:
        raise InvalidInput({"currency": _("Choose the currency.")}, code="invalid_choice")


def _require(values: dict[str, Any], *names: str) -> None:
    missing = [name for name in names if values.get(name) in (None, "")]
    if missing:
        raise InvalidInput({name: _("This is needed.") for name in missing}, code="required")


def _check_cost(cost: CostEntry) -> None:
    if cost.amount_recovered > cost.amount:
        raise InvalidInput(
            {"amount_recovered": _("More cannot come back than was spent.")}, code="too_much"
        )
    if cost.amount_recovered and not cost.recovered_from:
        raise InvalidInput({"recovered_from": _("Say who paid it back.")}, code="required")


def _store(row: Versioned, changes: dict[str, list[Any]], added: Any, changed: Any) -> Any:
    """Save a new or changed row; returns the kind of event for it."""
    if row.pk is None:
        row.save()
        return added
    row.save_changes(*changes)
    return changed


def _note_money(
    kind: Any,
    actor: Actor,
    row: Compensation | CostEntry,
    claim: Claim,
    changes: dict[str, list[Any]],
) -> None:
    """Record it; sums stand apart from the other changes, as fewer people may read them."""
    sums = {name: changes[name] for name in changes if name in AMOUNTS}
    words = {name: changes[name] for name in changes if name not in AMOUNTS}
    note(
        kind,
        actor,
        row,
        claim,
        amounts={
            "amount": row.amount,
            "currency": row.currency,
            **({"changes": sums} if sums else {}),
        },
        changes=words,
    )


def _touch_decision(actor: Actor, claim: Claim, decision: Decision | None) -> None:
    """What the customer gets is part of the decision: it changed, and with it whoever decided."""
    if decision is not None:
        decision.changed_at = clock.now()
        decision.save_changes("changed_at")
        decision.editors.add(actor.user)
    content_changed(actor, claim, "compensation_changed")

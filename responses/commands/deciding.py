"""The decision about a claim: accept, accept in part, reject, goodwill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from claims.commands import locked_claim, note_facts, save_item
from claims.models import Claim, ClaimItem
from claims.states import STEP_NUMBERS, Outcome, Step
from core import clock
from core.actors import Actor
from core.errors import InvalidInput, Stale, TransitionRefused
from core.inputs import one_of
from core.models import changes_of
from responses import events
from responses.commands.base import content_changed, note
from responses.models import Compensation, Decision, DecisionLine
from responses.policies import can_decide, require_may
from responses.states import CURRENCIES, DecisionReason

FIRST_STEP, LAST_STEP = Step.INITIAL_INVESTIGATION, Step.RESPONSE
EDITABLE = (
    "outcome", "reason_code", "reason", "apology", "currency", "no_compensation", "legal_matter",
)  # fmt: skip
# Without words these say nothing to the customer.
EXPLAINED = (Outcome.REJECTED, Outcome.PARTLY, Outcome.GOODWILL)


@dataclass(frozen=True)
class Line:
    """What is accepted of an item of the claim, or of a demand described by `text`."""

    item: ClaimItem | None = None
    text: str = ""
    quantity_accepted: Decimal | None = None
    value_claimed: Decimal | None = None
    value_accepted: Decimal | None = None
    reason: str = ""


def record_decision(
    *,
    actor: Actor,
    claim: Claim,
    outcome: str,
    reason_code: str,
    reason: str = "",
    apology: bool = False,
    no_compensation: bool = False,
    legal_matter: bool = False,
    currency: str = "",
    lines: Sequence[Line] | None = None,
    version: int | None = None,
) -> Decision:
    """Record what is decided, or change it; who does so never signs the response.

    `lines` replaces what is accepted per item (None leaves it). `version` is the decision's own (0:
    there is none yet). A change makes signatures under the response void. Raises Stale,
    NotPermitted, InvalidInput, TransitionRefused (wrong step, or the response is on its way).
    """
    values = {
        "outcome": outcome,
        "reason_code": reason_code,
        "reason": reason.strip(),
        "apology": apology,
        "no_compensation": no_compensation,
        "legal_matter": legal_matter,
        "currency": currency,
    }
    with transaction.atomic():
        with locked_claim(claim) as fresh:
            require_may(can_decide(actor, fresh))
            require_deciding_step(fresh)
            decision = _present(actor, fresh, version)
            values["currency"] = currency or decision.currency
            _check(fresh, values)
            changes = _write(actor, fresh, decision, values, lines)
        if lines is not None and "lines" in changes:
            _accept_items(actor, fresh, lines)
        if changes:
            # Saving items raised the claim's version, so it is read again.
            with locked_claim(claim) as fresh:
                note_facts(claim=fresh, outcome=decision.outcome)
                content_changed(actor, fresh, "decision_changed")
    return Decision.objects.get(pk=decision.pk)


def require_deciding_step(claim: Claim) -> None:
    """Raise TransitionRefused outside steps 4 to 7: later a claim goes back first."""
    number = STEP_NUMBERS.get(claim.step, 0)
    if not STEP_NUMBERS[FIRST_STEP] <= number <= STEP_NUMBERS[LAST_STEP]:
        raise TransitionRefused(
            _("The decision is made between the steps “%(first)s” and “%(last)s”.")
            % {"first": FIRST_STEP.label, "last": LAST_STEP.label},
            current=claim.step,
            code="wrong_step",
        )


def _present(actor: Actor, claim: Claim, version: int | None) -> Decision:
    decision = Decision.objects.filter(claim=claim).first()
    if decision is None:
        if version:
            raise InvalidInput(_("There is no decision yet."))
        currency = claim.demand_currency if claim.demand_currency in CURRENCIES else CURRENCIES[0]
        return Decision(claim=claim, currency=currency, decided_by=actor.user)
    if version is not None and decision.version != version:
        raise Stale(decision, expected=version)
    return decision


def _check(claim: Claim, values: dict[str, Any]) -> None:
    one_of("outcome", values["outcome"], Outcome)
    one_of("reason_code", values["reason_code"], DecisionReason)
    if values["currency"] not in CURRENCIES:
        raise InvalidInput({"currency": _("Choose the currency.")}, code="invalid_choice")
    needs_words = values["outcome"] in EXPLAINED or values["reason_code"] == DecisionReason.OTHER
    if needs_words and not values["reason"]:
        raise InvalidInput({"reason": _("Give the reason.")}, code="required")
    given = Compensation.objects.filter(claim=claim).exists()
    if given and values["no_compensation"]:
        raise InvalidInput(
            {"no_compensation": _("There is a compensation. Remove it first.")}, code="conflict"
        )
    if given and values["outcome"] == Outcome.REJECTED:
        raise InvalidInput(
            {"outcome": _("There is a compensation. Remove it before rejecting.")}, code="conflict"
        )


def _write(
    actor: Actor,
    claim: Claim,
    decision: Decision,
    values: dict[str, Any],
    lines: Sequence[Line] | None,
) -> dict[str, list[Any]]:
    """Save what changed, with its event; returns the changes, `lines` among them."""
    is_new = decision.pk is None
    changes = changes_of(decision, values)
    if is_new:
        decision.save()
        changes = {name: [None, getattr(decision, name)] for name in EDITABLE}
    moved = lines is not None and _set_lines(claim, decision, lines)
    if not changes and not moved:
        return {}
    if not is_new:
        decision.changed_at = decision.decided_at = clock.now()
        decision.decided_by = actor.user
        decision.save_changes(*EDITABLE, "changed_at", "decided_by", "decided_at")
    decision.editors.add(actor.user)
    note(
        events.DECISION_RECORDED if is_new else events.DECISION_CHANGED,
        actor,
        decision,
        claim,
        outcome=decision.outcome,
        amounts={"claimed": decision.total_claimed, "accepted": decision.total_accepted},
        currency=decision.currency,
        changes=changes,
    )
    return {**changes, "lines": []} if moved else changes


def _set_lines(claim: Claim, decision: Decision, lines: Sequence[Line]) -> bool:
    """Replace the lines; says whether anything changed."""
    rows = [_row(claim, decision, place, line) for place, line in enumerate(lines, 1)]
    fields = ("item_id", "text", "quantity_accepted", "value_claimed", "value_accepted", "reason")
    old = list(decision.lines.values_list(*fields))
    if old == [tuple(getattr(row, name) for name in fields) for row in rows]:
        return False
    decision.lines.all().delete()
    DecisionLine.objects.bulk_create(rows)
    return True


def _row(claim: Claim, decision: Decision, place: int, line: Line) -> DecisionLine:
    at = f"lines.{place - 1}"
    if line.item is not None and line.item.claim_id != claim.pk:
        raise InvalidInput({f"{at}.item": _("Choose an item of this claim.")})
    if line.item is None and not line.text.strip():
        raise InvalidInput({f"{at}.text": _("Say what this is about.")}, code="required")
    for name in ("quantity_accepted", "value_claimed", "value_accepted"):
        value = getattr(line, name)
        if value is not None and value < 0:
            raise InvalidInput({f"{at}.{name}": _("A value is not below zero.")})
    return DecisionLine(
        decision=decision,
        position=place,
        item=line.item,
        text=line.text.strip(),
        quantity_accepted=line.quantity_accepted,
        value_claimed=line.value_claimed,
        value_accepted=line.value_accepted,
        reason=line.reason.strip(),
    )


def _accept_items(actor: Actor, claim: Claim, lines: Sequence[Line]) -> None:
    """The items of the claim say what was accepted of them, for lists and figures."""
    for line in lines:
        if line.item is not None:
            accepted = {
                "quantity_accepted": line.quantity_accepted,
                "value_accepted": line.value_accepted,
            }
            save_item(actor=actor, claim=claim, item=line.item, values=accepted)

"""The registration form: everything it says about a claim at once, or nothing of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts.models import User
from claims.commands.base import locked_claim
from claims.commands.editing import (
    assign_owner,
    edit_claim,
    remove_item,
    save_item,
    set_severity,
    waive_acknowledgement,
)
from claims.models import Claim, ClaimItem
from core.actors import Actor
from core.errors import InvalidInput


@dataclass
class ItemEdit:
    """One row of the form: values to keep, the id of the item they belong to, or its removal."""

    values: dict[str, Any] = field(default_factory=dict)
    item_id: int | None = None
    remove: bool = False


@dataclass
class Judgement:
    """What only coordinators say on the form; None and "" leave things as they are."""

    severity: str = ""
    severity_reason: str = ""
    owner: User | None = None
    acknowledgement_waiver: str = ""


def save_record(
    *,
    actor: Actor,
    claim: Claim,
    version: int,
    values: dict[str, Any],
    items: Sequence[ItemEdit] = (),
    judgement: Judgement | None = None,
) -> None:
    """Save fields, items and judgement of a claim in one transaction.

    An item that somebody removed meanwhile is added again. Raises Stale, NotPermitted, InvalidInput
    (fields of items as `items.0.lot_code`).
    """
    with locked_claim(claim, version=version) as fresh:
        edit_claim(actor=actor, claim=fresh, values=values)
        known = {item.pk: item for item in fresh.items.all()}
        for row, edit in enumerate(items):
            _save_row(actor, fresh, row, edit, known.get(edit.item_id or 0))
        if judgement is not None:
            _judge(actor, fresh, judgement)


def _save_row(actor: Actor, claim: Claim, row: int, edit: ItemEdit, item: ClaimItem | None) -> None:
    if edit.remove:
        if item is not None:
            remove_item(actor=actor, claim=claim, item=item)
        return
    try:
        save_item(actor=actor, claim=claim, values=edit.values, item=item)
    except InvalidInput as error:
        fields = {f"items.{row}.{name}": texts for name, texts in error.fields.items()}
        raise InvalidInput(fields, code=error.code) from error


def _judge(actor: Actor, claim: Claim, said: Judgement) -> None:
    if said.severity:
        set_severity(actor=actor, claim=claim, severity=said.severity, reason=said.severity_reason)
    if said.owner is not None:
        assign_owner(actor=actor, claim=claim, owner=said.owner)
    if said.acknowledgement_waiver.strip() not in ("", claim.acknowledgement_waiver):
        waive_acknowledgement(actor=actor, claim=claim, reason=said.acknowledgement_waiver)

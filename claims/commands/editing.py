"""Step 3 and after: completing the record, judging it, and saying why something is not needed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Role, User
from claims import clocks, events
from claims.commands import indexing, running
from claims.commands.base import locked_claim
from claims.commands.deadlines import note_moved
from claims.commands.reporting import fill_from_lot, item_of
from claims.models import Claim, ClaimItem
from claims.policies import (
    can_coordinate_claim,
    can_edit_claim,
    can_set_severity,
    require,
)
from claims.states import (
    PRIORITIES,
    SEVERITY_RANK,
    Cause,
    ClockKind,
    DuplicateAnswer,
    derive_priority,
)
from core import clock
from core.actors import Actor
from core.errors import InvalidInput, NotPermitted
from core.models import changes_of
from events.commands import Draft, record, record_all

# What people write on the record itself; everything else has a command of its own.
EDITABLE = frozenset(
    {
        "title", "description", "requirement", "kind", "channel", "found_where", "customer",
        "contact", "reporter", "customer_claim_no", "customer_claim_date", "order_no",
        "delivery_note_no", "invoice_no", "demands", "demand_amount", "demand_currency",
        "received_at", "occurred_at", "is_safety", "is_line_down", "site",
    }
)  # fmt: skip
# What a known lot may add to an item besides the fields that were changed.
FILLED_FROM_LOT = ("lot_code", "product", "line", "produced_on", "unit")
# What was said of one lot does not hold for the next.
MADE_WITH_LOT = ("line", "produced_on")
MOVE_DEADLINES = frozenset({"customer", "received_at", "site"})
MOVE_PRIORITY = frozenset({"is_safety", "is_line_down"})


def edit_claim(
    *, actor: Actor, claim: Claim, values: dict[str, Any], version: int | None = None
) -> Claim:
    """Change fields of the record; unchanged values record nothing.

    Raises Stale, NotPermitted, InvalidInput (unknown field, empty title, receipt in the future).
    """
    unknown = set(values) - EDITABLE
    if unknown:
        raise InvalidInput({name: _("This cannot be changed here.") for name in unknown})
    with locked_claim(claim, version=version) as fresh:
        require(can_edit_claim(actor, fresh))
        _check_values(values)
        changes = changes_of(fresh, values)
        if not changes:
            return fresh
        fields = [*changes]
        if MOVE_PRIORITY & set(changes) and not fresh.priority_reason:
            changes |= changes_of(fresh, {"priority": _derived_priority(fresh)})
            fields.append("priority")
        if MOVE_DEADLINES & set(changes):
            fields += _recompute(actor, fresh)
        record(events.CHANGED, actor=actor, subject=fresh, claim_id=fresh.pk, changes=changes)
        fresh.save_changes(*fields)
        indexing.reindex_claim(fresh)
    return fresh


def _check_values(values: dict[str, Any]) -> None:
    if "title" in values and not values["title"].strip():
        raise InvalidInput({"title": _("Say in a few words what is wrong.")})
    if "received_at" in values and values["received_at"] > clock.now():
        raise InvalidInput({"received_at": _("The date of receipt lies in the future.")})


def _derived_priority(claim: Claim) -> int:
    return derive_priority(claim.severity, safety=claim.is_safety, line_down=claim.is_line_down)


def _recompute(actor: Actor, claim: Claim) -> list[str]:
    """Count the deadlines anew and record what moved; returns the claim's fields to save."""
    note_moved(actor=actor, claim=claim, moved=running.recompute(claim))
    return [*clocks.DUE_FIELDS]


def set_severity(
    *, actor: Actor, claim: Claim, severity: str, reason: str = "", version: int | None = None
) -> Claim:
    """Judge the severity; deadlines and priority follow.

    Lowering it needs a quality manager and a reason. Raises Stale, NotPermitted, InvalidInput.
    """
    if severity not in SEVERITY_RANK or not severity:
        raise InvalidInput({"severity": _("Choose the severity.")})
    with locked_claim(claim, version=version) as fresh:
        if not can_set_severity(actor, fresh, severity):
            raise NotPermitted(_("Only a quality manager may lower the severity."))
        lowered = SEVERITY_RANK[severity] < SEVERITY_RANK[fresh.severity]
        if lowered and not reason.strip():
            raise InvalidInput({"severity_reason": _("Give the reason.")}, code="required")
        changes = changes_of(fresh, {"severity": severity})
        if not changes:
            return fresh
        if not fresh.priority_reason:
            changes |= changes_of(fresh, {"priority": _derived_priority(fresh)})
        record(
            events.SEVERITY_CHANGED,
            actor=actor,
            subject=fresh,
            claim_id=fresh.pk,
            data={"reason": reason.strip()},
            changes=changes,
        )
        fresh.save_changes("severity", "priority", *_recompute(actor, fresh))
    return fresh


def set_priority(
    *,
    actor: Actor,
    claim: Claim,
    priority: int | None,
    reason: str = "",
    version: int | None = None,
) -> Claim:
    """Give a priority other than severity and urgency give; None goes back to theirs.

    Raises Stale, NotPermitted, InvalidInput (no such priority, no reason).
    """
    with locked_claim(claim, version=version) as fresh:
        require(can_coordinate_claim(actor, fresh))
        if priority is not None and priority not in PRIORITIES:
            raise InvalidInput({"priority": _("Choose the priority.")})
        if priority is not None and not reason.strip():
            raise InvalidInput({"reason": _("Give the reason.")}, code="required")
        values = {"priority": priority, "priority_reason": reason.strip()}
        if priority is None:
            values = {"priority": _derived_priority(fresh), "priority_reason": ""}
        changes = changes_of(fresh, values)
        if changes:
            record(
                events.PRIORITY_CHANGED,
                actor=actor,
                subject=fresh,
                claim_id=fresh.pk,
                changes=changes,
            )
            fresh.save_changes(*values)
    return fresh


def assign_owner(*, actor: Actor, claim: Claim, owner: User, version: int | None = None) -> Claim:
    """Name the claim's owner: a quality specialist or manager of its site.

    Raises Stale, NotPermitted, InvalidInput when the person has no such role there.
    """
    with locked_claim(claim, version=version) as fresh:
        require(can_coordinate_claim(actor, fresh))
        if not owner.has_role(Role.HANDLER, Role.QUALITY_MANAGER, site_id=fresh.site_id):
            raise InvalidInput(
                {
                    "owner": _("%(person)s is no quality specialist at this site.")
                    % {"person": owner}
                }
            )
        changes = changes_of(fresh, {"owner": owner})
        if changes:
            record(
                events.OWNER_CHANGED,
                actor=actor,
                subject=fresh,
                claim_id=fresh.pk,
                data={"owner_id": owner.pk},
                changes=changes,
            )
            fresh.save_changes("owner")
    return fresh


def save_item(
    *,
    actor: Actor,
    claim: Claim,
    values: dict[str, Any],
    item: ClaimItem | None = None,
    deliver: bool = True,
) -> ClaimItem:
    """Add an item, or change `item`; `other_defects` may be among the values.

    Without `deliver` nobody hears of it (records of the past). Raises NotPermitted, InvalidInput
    (negative quantity, lot of another product).
    """
    values = dict(values)
    other_defects = values.pop("other_defects", None)
    with locked_claim(claim) as fresh:
        require(can_edit_claim(actor, fresh))
        if item is None:
            last = fresh.items.order_by("-position").values_list("position", flat=True).first()
            item = item_of(fresh, (last or 0) + 1, values)
            _check_item(item)
            item.save()
            kind, changes = events.ITEM_ADDED, {}
        else:
            item = ClaimItem.objects.select_related("product", "lot").get(pk=item.pk, claim=fresh)
            changes = _change_item(item, values)
            _check_item(item)
            kind = events.ITEM_CHANGED
            if changes:
                item.save_changes(*changes)
        if other_defects is not None:
            item.other_defects.set(other_defects)
        if changes or kind is events.ITEM_ADDED:
            draft = Draft(kind, item, fresh.pk, changes=changes)
            record_all([draft], actor=actor, deliver=deliver)
            # Items belong to the record: who edits the claim elsewhere must notice.
            fresh.save_changes()
            indexing.reindex_claim(fresh)
    return item


def _change_item(item: ClaimItem, values: dict[str, Any]) -> dict[str, list[Any]]:
    """Set the values and what follows from the lot; returns all that changed."""
    before = {name: getattr(item, name) for name in FILLED_FROM_LOT}
    changes = changes_of(item, values)
    if item.lot is not None and "lot" in changes:
        for name in MADE_WITH_LOT:
            if name not in changes:
                setattr(item, name, None)
    fill_from_lot(item)
    followed = {
        name: [old, getattr(item, name)]
        for name, old in before.items()
        if old != getattr(item, name)
    }
    return changes | followed


def _check_item(item: ClaimItem) -> None:
    for name in ("delivered", "claimed", "returned", "confirmed", "accepted"):
        quantity = getattr(item, f"quantity_{name}")
        if quantity is not None and quantity < 0:
            raise InvalidInput({f"quantity_{name}": _("A quantity is not below zero.")})
    if item.lot and item.product and item.lot.product_id != item.product_id:
        raise InvalidInput(
            {
                "lot_code": _("Lot %(lot)s belongs to %(product)s.")
                % {"lot": item.lot, "product": item.lot.product}
            }
        )


def remove_item(*, actor: Actor, claim: Claim, item: ClaimItem) -> None:
    """Take an item off the claim; history keeps what it was. Raises NotPermitted."""
    with locked_claim(claim) as fresh:
        require(can_edit_claim(actor, fresh))
        record(
            events.ITEM_REMOVED,
            actor=actor,
            subject=item,
            claim_id=fresh.pk,
            data={"item": str(item), "quantity_claimed": item.quantity_claimed},
        )
        item.delete()
        fresh.save_changes()
        indexing.reindex_claim(fresh)


def answer_duplicates(
    *, actor: Actor, claim: Claim, answer: str, other: Claim | None = None
) -> Claim:
    """Say whether one of the similar claims is the same complaint, or the same problem again.

    Raises NotPermitted, InvalidInput when the other claim is missing or is this one.
    """
    if answer not in DuplicateAnswer.values:
        raise InvalidInput({"duplicate_answer": _("Choose one of the answers.")})
    needs_other = answer != DuplicateAnswer.NONE
    if needs_other and (other is None or other.pk == claim.pk):
        raise InvalidInput({"other_claim": _("Name the other claim.")})
    with locked_claim(claim) as fresh:
        require(can_coordinate_claim(actor, fresh))
        values = {
            "duplicate_answer": answer,
            "duplicate_of": other if answer == DuplicateAnswer.DUPLICATE else None,
            "repeat_of": other if answer == DuplicateAnswer.REPEAT else None,
        }
        changes = changes_of(fresh, values)
        if changes:
            record(
                events.DUPLICATES_ANSWERED,
                actor=actor,
                subject=fresh,
                claim_id=fresh.pk,
                changes=changes,
            )
            fresh.save_changes(*values)
    return fresh


def waive_acknowledgement(*, actor: Actor, claim: Claim, reason: str) -> Claim:
    """State why the customer gets no acknowledgement. Raises NotPermitted, InvalidInput."""
    return _waive(actor, claim, "acknowledgement_waiver", reason)


def waive_containment(*, actor: Actor, claim: Claim, reason: str) -> Claim:
    """State why nothing has to be stopped or blocked. Raises NotPermitted, InvalidInput."""
    return _waive(actor, claim, "containment_waiver", reason)


def _waive(actor: Actor, claim: Claim, field: str, reason: str) -> Claim:
    if not reason.strip():
        raise InvalidInput({"reason": _("Give the reason.")}, code="required")
    waived = {
        "acknowledgement_waiver": events.ACKNOWLEDGEMENT_WAIVED,
        "containment_waiver": events.CONTAINMENT_WAIVED,
    }
    with locked_claim(claim) as fresh:
        require(can_coordinate_claim(actor, fresh))
        setattr(fresh, field, reason.strip())
        record(
            waived[field],
            actor=actor,
            subject=fresh,
            claim_id=fresh.pk,
            data={"reason": reason.strip()},
        )
        moved: clocks.Moved = {}
        if field == "acknowledgement_waiver":
            moved = running.stop_clock(fresh, ClockKind.ACKNOWLEDGEMENT)
        note_moved(actor=actor, claim=fresh, moved=moved, cause=Cause.PAUSE)
        fresh.save_changes(field)
    return fresh

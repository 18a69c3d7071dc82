"""Editing the notification list cell by cell, and the fallback lists under it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Department, User
from accounts.selectors import list_people
from core.actors import Actor
from core.errors import InvalidInput, Stale
from events.commands import record
from masterdata.models import Site
from notifications import events
from notifications.commands.rules import RuleTargets, save_rule
from notifications.lines import Cell, Kind, Target, Treatment, conditions_of, stamp_of, targets_of
from notifications.models import ChatRoom, FallbackList, NotificationRule
from notifications.policies import can_edit_rules, require


def set_cell(
    *, actor: Actor, cell: Cell, treatment: Treatment | None, seen: str | None = None
) -> NotificationRule | None:
    """Let the recipient of a cell get `treatment`, or nothing when it is None.

    Writes one rule for the cell alone; rules that name others too lose this recipient. What tells
    nobody any more is switched off, and used again later. `seen` is the stamp of the cell that the
    person saw. Raises NotPermitted, Stale, InvalidInput.
    """
    require(can_edit_rules(actor))
    with transaction.atomic():
        holders = cell.holders(cell.line.rules().select_for_update(of=("self",)))
        if seen is not None and stamp_of(holders) != seen:
            raise Stale(cell, expected=0)
        own = _own_rule(holders)
        for each in holders:
            if each.is_active and each != own:
                _take_out(actor, each, cell.target)
        if treatment is not None:
            return _give(actor, cell, treatment, own)
        if own is not None and own.is_active:
            return save_rule(actor=actor, rule=own, values={"is_active": False})
    return None


def _own_rule(holders: list[NotificationRule]) -> NotificationRule | None:
    """The rule that names this recipient and nobody else; one in force before one switched off."""
    alone = [rule for rule in holders if len(targets_of(rule)) == 1]
    return max(alone, key=lambda rule: (rule.is_active, rule.pk), default=None)


def _give(
    actor: Actor, cell: Cell, treatment: Treatment, own: NotificationRule | None
) -> NotificationRule:
    values: dict[str, Any] = {
        "channels": list(treatment.channels),
        "needs_confirmation": treatment.needs_confirmation,
        "confirm_within": treatment.confirm_within if treatment.needs_confirmation else None,
        "whole_departments": treatment.whole and cell.target.kind == Kind.DEPARTMENT,
        "is_active": True,
    }
    if own is not None:
        return save_rule(actor=actor, rule=own, values=values)
    values |= {"occasion": cell.line.occasion, "severity": cell.line.severity}
    values |= conditions_of(cell.line.scope)
    return save_rule(
        actor=actor,
        rule=None,
        values=values | _named(cell.target),
        targets=_rows(cell.target),
    )


def _named(target: Target) -> dict[str, Any]:
    """The fields of a rule that name this recipient alone."""
    match target.kind:
        case Kind.ROLE:
            return {"roles": [target.key]}
        case Kind.HEADS:
            return {"to_heads": True}
        case Kind.ADDRESS:
            return {"addresses": [target.key]}
    return {}


def _rows(target: Target) -> RuleTargets:
    departments = Department.objects.filter(is_active=True)
    return RuleTargets(
        departments=departments.filter(pk=target.key) if target.kind == Kind.DEPARTMENT else (),
        people=list_people().filter(pk=target.key) if target.kind == Kind.PERSON else (),
        rooms=ChatRoom.objects.filter(pk=target.key) if target.kind == Kind.ROOM else (),
    )


def _take_out(actor: Actor, rule: NotificationRule, target: Target) -> None:
    """Leave the others of a rule as they are."""
    if targets_of(rule) == [target]:
        save_rule(actor=actor, rule=rule, values={"is_active": False})
        return
    values = {
        "roles": [role for role in rule.roles if target != Target(Kind.ROLE, role)],
        "to_heads": rule.to_heads and target.kind != Kind.HEADS,
        "addresses": [each for each in rule.addresses if target != Target(Kind.ADDRESS, each)],
    }
    targets = RuleTargets(
        departments=[
            each
            for each in rule.departments.all()
            if target != Target(Kind.DEPARTMENT, str(each.pk))
        ],
        people=[each for each in rule.people.all() if target != Target(Kind.PERSON, str(each.pk))],
        rooms=[each for each in rule.rooms.all() if target != Target(Kind.ROOM, str(each.pk))],
    )
    save_rule(actor=actor, rule=rule, values=values, targets=targets)


def save_fallback(
    *, actor: Actor, site: Site, people: Iterable[User], version: int | None = None
) -> FallbackList:
    """Say who is told at a site when no rule names a person; nobody means its quality managers.

    Version 0 is that of a list that nobody has written yet. Raises NotPermitted, Stale,
    InvalidInput (somebody without an active account).
    """
    require(can_edit_rules(actor))
    wanted = list(people)
    for each in wanted:
        if not each.is_active or each.is_service:
            text = _("%(person)s has no active account.") % {"person": each}
            raise InvalidInput({"people": text})
    with transaction.atomic():
        Site.objects.select_for_update(of=("self",)).get(pk=site.pk)
        stored = FallbackList.objects.filter(site=site).first()
        if version is not None and (stored.version if stored else 0) != version:
            raise Stale(stored, expected=version)
        found = stored or FallbackList.objects.create(site=site)
        before = sorted(map(str, found.people.all()))
        after = sorted(map(str, wanted))
        if before != after:
            found.people.set(wanted)
            if stored:
                found.save_changes()
            record(
                events.FALLBACK_CHANGED,
                actor=actor,
                subject=found,
                changes={"people": [before, after]},
            )
    return found

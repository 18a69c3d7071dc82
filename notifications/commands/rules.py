"""The notification list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Department, Role, User
from core.actors import Actor
from core.errors import InvalidInput, Stale
from core.models import changes_of
from events.commands import record
from notifications import events
from notifications.models import ChatRoom, NotificationRule
from notifications.policies import can_edit_rules, require
from notifications.states import PERSONAL

EMPTY: tuple[Any, ...] = ("", None, False, [])
LONGEST_HOURS = 400


@dataclass(frozen=True)
class RuleTargets:
    """The rows a rule points to; they replace what it pointed to before."""

    departments: Iterable[Department] = ()
    people: Iterable[User] = ()
    rooms: Iterable[ChatRoom] = ()


POINTS = ("departments", "people", "rooms")


def save_rule(
    *,
    actor: Actor,
    rule: NotificationRule | None,
    values: Mapping[str, Any],
    targets: RuleTargets | None = None,
    version: int | None = None,
) -> NotificationRule:
    """Create a rule, or change the fields in `values`; without `targets` those stay.

    A rule is switched off by `is_active`, never deleted. Raises NotPermitted, Stale, InvalidInput
    (nobody to tell, no channel, a bad address).
    """
    require(can_edit_rules(actor))
    with transaction.atomic():
        fresh, changes = _changed(rule, values, version)
        _check(fresh)
        if rule is None:
            fresh.save()
        changes |= _point(fresh, targets) if targets is not None else {}
        _check_somebody(fresh)
        if changes and rule is not None:
            fresh.save_changes(*(set(changes) - set(POINTS)))
        if changes or rule is None:
            record(events.RULE_CHANGED, actor=actor, subject=fresh, changes=changes)
    return fresh


def _changed(
    rule: NotificationRule | None, values: Mapping[str, Any], version: int | None
) -> tuple[NotificationRule, dict[str, list[Any]]]:
    if rule is None:
        said = {name: [None, value] for name, value in values.items() if value not in EMPTY}
        return NotificationRule(**values), said
    fresh = NotificationRule.objects.select_for_update(of=("self",)).get(pk=rule.pk)
    if version is not None and fresh.version != version:
        raise Stale(fresh, expected=version)
    return fresh, changes_of(fresh, dict(values))


def _point(rule: NotificationRule, targets: RuleTargets) -> dict[str, list[Any]]:
    """Set departments, people and rooms; returns what changed, as names."""
    changes: dict[str, list[Any]] = {}
    for name in POINTS:
        relation, wanted = getattr(rule, name), list(getattr(targets, name))
        before, after = sorted(map(str, relation.all())), sorted(map(str, wanted))
        if before != after:
            relation.set(wanted)
            changes[name] = [before, after]
    return changes


def _check(rule: NotificationRule) -> None:
    if not rule.channels or not set(rule.channels) <= set(PERSONAL):
        raise InvalidInput({"channels": _("Choose at least one channel.")})
    if not set(rule.roles) <= set(Role.values):
        raise InvalidInput({"roles": _("There is no such role.")})
    if rule.confirm_within is not None and not 1 <= rule.confirm_within <= LONGEST_HOURS:
        text = _("Between 1 and %(most)s working hours.") % {"most": LONGEST_HOURS}
        raise InvalidInput({"confirm_within": text})
    for address in rule.addresses:
        try:
            validate_email(address)
        except ValidationError as error:
            raise InvalidInput(
                {"addresses": _("“%(text)s” is no e-mail address.") % {"text": address}}
            ) from error


def _check_somebody(rule: NotificationRule) -> None:
    named = rule.roles or rule.to_heads or rule.addresses
    if not (named or any(getattr(rule, name).exists() for name in POINTS)):
        raise InvalidInput(
            {"roles": _("Say who is told: roles, departments, people, addresses or chat rooms.")},
            code="required",
        )

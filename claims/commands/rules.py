"""The rules of deadlines, which quality managers and administrators keep.

What follows for the clocks that run, `claims.handlers` does later from the event.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from claims import events
from claims.clocks import is_working
from claims.models import DeadlinePolicy, DurationUnit
from claims.policies import can_edit_deadlines, require
from claims.states import ClockKind
from core.actors import Actor
from core.errors import InvalidInput, Stale
from core.models import changes_of
from events.commands import record

LONGEST = 999
KEY = ("clock", "severity", "customer")


def save_deadline(
    *,
    actor: Actor,
    policy: DeadlinePolicy | None,
    values: dict[str, Any],
    reason: str = "",
    version: int | None = None,
) -> DeadlinePolicy:
    """Set how long a clock runs for a severity, in general or for one customer.

    `values` are amount (1 to 999) and unit, for a new rule its key too: clock, severity, customer.
    Raises NotPermitted, Stale, InvalidInput for an impossible duration or a rule that exists.
    """
    require(can_edit_deadlines(actor))
    with transaction.atomic():
        if policy is None:
            policy = _taken_out(values)
            if policy is None:
                _check(values["clock"], values)
                return _create(actor, values, reason.strip())
        fresh = _locked(policy, version)
        _check(fresh.clock, values)
        wanted = {name: values[name] for name in ("amount", "unit")} | {"is_active": True}
        _change(actor, fresh, wanted, reason.strip())
    return fresh


def remove_deadline(
    *, actor: Actor, policy: DeadlinePolicy, reason: str = "", version: int | None = None
) -> DeadlinePolicy:
    """Take a rule out: the general one holds again, or from now on there is no such deadline.

    Clocks for which no rule is left run on as they were counted. Raises NotPermitted, Stale.
    """
    require(can_edit_deadlines(actor))
    with transaction.atomic():
        fresh = _locked(policy, version)
        _change(actor, fresh, {"is_active": False}, reason.strip())
    return fresh


def _locked(policy: DeadlinePolicy, version: int | None) -> DeadlinePolicy:
    rows = DeadlinePolicy.objects.select_for_update(of=("self",)).select_related("customer")
    fresh = rows.get(pk=policy.pk)
    if version is not None and fresh.version != version:
        raise Stale(fresh, expected=version)
    return fresh


def _check(kind: str, values: dict[str, Any]) -> None:
    if not 1 <= values.get("amount", 0) <= LONGEST:
        text = _("The duration is 1 to %(longest)s.") % {"longest": LONGEST}
        raise InvalidInput({"amount": text})
    if values.get("unit") not in DurationUnit.values:
        raise InvalidInput({"unit": _("Choose what the duration counts.")})
    if kind == ClockKind.LEGAL and is_working(values["unit"]):
        text = _("The legal deadline runs in calendar time: choose hours or calendar days.")
        raise InvalidInput({"unit": text})


def _taken_out(values: dict[str, Any]) -> DeadlinePolicy | None:
    """The rule of that key that was taken out earlier, which then comes back."""
    known = DeadlinePolicy.objects.filter(**{name: values.get(name) for name in KEY}).first()
    if known is not None and known.is_active:
        raise InvalidInput(_("There is a deadline for this clock, severity and customer already."))
    return known


def _create(actor: Actor, values: dict[str, Any], reason: str) -> DeadlinePolicy:
    created = DeadlinePolicy.objects.create(**values)
    changes = {name: [None, getattr(created, name)] for name in ("amount", "unit")}
    _record(actor, created, changes, reason)
    return created


def _change(actor: Actor, fresh: DeadlinePolicy, wanted: dict[str, Any], reason: str) -> None:
    changes = changes_of(fresh, wanted)
    if changes:
        _record(actor, fresh, changes, reason)
        fresh.save_changes(*changes)


def _record(actor: Actor, policy: DeadlinePolicy, changes: dict[str, Any], reason: str) -> None:
    data: dict[str, Any] = {
        "clock": policy.clock,
        "severity": policy.severity,
        "customer": policy.customer.code if policy.customer else "",
        "amount": policy.amount,
        "unit": policy.unit,
        "reason": reason,
    }
    record(events.DEADLINE_RULE_CHANGED, actor=actor, subject=policy, data=data, changes=changes)

"""The rules of deadlines, which quality managers and administrators keep."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from claims import events
from claims.models import DeadlinePolicy
from claims.policies import can_edit_deadlines, require
from core.actors import Actor
from core.errors import InvalidInput
from core.models import changes_of
from events.commands import record

# In whatever unit. Calendars reach a hundred years; a clock beyond would refuse every report.
LONGEST = 10_000


def save_deadline(
    *, actor: Actor, policy: DeadlinePolicy | None, values: dict[str, Any]
) -> DeadlinePolicy:
    """Set how long a clock runs for a severity, in general or for one customer.

    Clocks that run already keep their due instant until something of their claim changes. Raises
    NotPermitted, InvalidInput for a duration of nothing or of generations, or a rule that exists.
    """
    require(can_edit_deadlines(actor))
    if not 1 <= values.get("amount", 1) <= LONGEST:
        raise InvalidInput({"amount": _("From 1 to %(most)s.") % {"most": LONGEST}})
    with transaction.atomic():
        if policy is None:
            return _create(actor, values)
        fresh = DeadlinePolicy.objects.select_for_update(of=("self",)).get(pk=policy.pk)
        changes = changes_of(fresh, {name: values[name] for name in ("amount", "unit")})
        if changes:
            record(events.DEADLINE_RULE_CHANGED, actor=actor, subject=fresh, changes=changes)
            fresh.save_changes(*changes)
    return fresh


def _create(actor: Actor, values: dict[str, Any]) -> DeadlinePolicy:
    key = {name: values.get(name) for name in ("clock", "severity", "customer")}
    if DeadlinePolicy.objects.filter(**key).exists():
        raise InvalidInput(_("There is a deadline for this clock, severity and customer already."))
    created = DeadlinePolicy.objects.create(**values)
    record(
        events.DEADLINE_RULE_CHANGED,
        actor=actor,
        subject=created,
        data={"amount": created.amount, "unit": created.unit},
    )
    return created

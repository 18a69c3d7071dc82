"""By when a compensation has to be settled."""

from __future__ import annotations

from datetime import datetime

from capa.commands.base import due_of
from claims.clocks import Policies
from claims.models import Claim
from claims.states import ClockKind
from masterdata.selectors import schedule_of
from responses.models import Compensation


def compensation_due(
    claim: Claim, compensation: Compensation, agreed_at: datetime | None
) -> datetime | None:
    """The end of the day that somebody chose; else what the policy counts from the agreement.

    None while nobody has agreed, or where no policy says how long it may take.
    """
    if compensation.due_on is not None:
        return due_of(compensation.due_on, claim.site)
    policy = Policies.for_customer(claim.customer_id).find(ClockKind.COMPENSATION, claim.severity)
    if agreed_at is None or policy is None:
        return None
    return schedule_of(claim.site).due(agreed_at, policy.amount, policy.unit)


def set_due(claim: Claim, agreed_at: datetime | None) -> None:
    """Count all that is not settled anew, as the response was agreed or no longer is."""
    for each in Compensation.objects.filter(claim=claim, settled_at=None):
        due_at = compensation_due(claim, each, agreed_at)
        if due_at != each.due_at:
            each.due_at = due_at
            each.save_changes("due_at")

"""Until when a notice has to be confirmed, and how long that took."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from claims.clocks import Policies
from claims.states import ClockKind
from core import clock
from masterdata.models import Site
from masterdata.selectors import schedule_of
from masterdata.worktime import DurationUnit
from notifications.cases import Case
from notifications.models import Notice
from notifications.recipients import Recipient


class ConfirmBy:
    """When confirmations asked for now are due in a case; each demand is counted once.

    Hours of a rule are working hours of the site. Without them the deadline policy of the severity
    counts, the customer's own first; where there is none, no instant is set.
    """

    def __init__(
        self, case: Case, site: Site, pauses: Iterable[tuple[datetime, datetime]] = ()
    ) -> None:
        self.case, self.pauses = case, list(pauses)
        self.asked_at, self.schedule = clock.now(), schedule_of(site)
        self.policy = Policies.for_customer(case.customer_id).find(
            ClockKind.CONFIRMATION, case.severity
        )
        self.known: dict[int | None, datetime | None] = {}

    def of(self, recipient: Recipient) -> datetime | None:
        """The earliest instant that a rule demands of them; None when nothing is asked."""
        if not recipient.needs_confirmation:
            return None
        found = [self._due(hours) for hours in recipient.within]
        return min((each for each in found if each is not None), default=None)

    def _due(self, hours: int | None) -> datetime | None:
        if hours not in self.known:
            self.known[hours] = self._count(hours)
        return self.known[hours]

    def _count(self, hours: int | None) -> datetime | None:
        if hours is not None:
            amount, unit = hours, DurationUnit.WORKING_HOURS.value
        elif self.policy is not None:
            amount, unit = self.policy.amount, self.policy.unit
        else:
            return None
        return self.schedule.due(self.asked_at, amount, unit, pauses=self.pauses)


def time_to_aware(notice: Notice, confirmed_at: datetime) -> timedelta | None:
    """The working time of the claim's site from sending to confirming; None if it was not sent."""
    if notice.sent_at is None:
        return None
    schedule = schedule_of(notice.claim.site)
    return schedule.working_time_between(notice.sent_at, confirmed_at)

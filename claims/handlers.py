"""What follows for claims when a rule, a calendar or a name changed. Names stand in deliveries."""

from __future__ import annotations

from claims.commands.recounting import recount_claims
from claims.commands.renaming import reindex_named
from claims.events import DEADLINE_RULE_CHANGED, RECOUNT_ORDERED, REINDEX_ORDERED
from claims.states import Cause
from events.models import Event
from events.registry import subscribe
from events.selectors import subject_of
from masterdata.events import CALENDAR_CHANGED, RENAMED


@subscribe(DEADLINE_RULE_CHANGED, name="claims.recount_for_rule")
def recount_for_a_rule(event: Event) -> None:
    """How long a clock runs was changed."""
    _recount(event, Cause.RULE, reason=event.data.get("reason", ""), by=event.actor_label)


@subscribe(CALENDAR_CHANGED, name="claims.recount_for_calendar")
def recount_for_a_calendar(event: Event) -> None:
    """Days or hours of work were changed, or a site took another calendar or time zone."""
    _recount(event, Cause.CALENDAR, reason=event.data.get("reason", ""), by=event.actor_label)


@subscribe(RECOUNT_ORDERED, name="claims.recount_rest")
def recount_the_rest(event: Event) -> None:
    """The next slice of a change that concerns many claims."""
    data = event.data
    _recount(event, Cause(data["cause"]), after=data["after"], **data["why"])


@subscribe(RENAMED, REINDEX_ORDERED, name="claims.reindex_renamed")
def reindex_what_was_renamed(event: Event) -> None:
    """A customer, product or defect has another name; the claims are found by it."""
    source = subject_of(event)
    if source is not None:
        reindex_named(source=source, after=event.data.get("after", 0))


def _recount(event: Event, cause: Cause, after: int = 0, **why: str) -> None:
    # The rule, calendar or site as it is now; a later change has an event of its own.
    source = subject_of(event)
    if source is not None:
        recount_claims(source=source, cause=cause, after=after, **why)

"""The clocks that run are counted anew when a rule or a calendar changed: slice by slice."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, Model, OuterRef, QuerySet

from claims import events
from claims.clocks import DUE_FIELDS, UNJUDGED
from claims.commands import running
from claims.commands.base import locked_claim
from claims.commands.deadlines import note_moved
from claims.models import Claim, Clock, DeadlinePolicy
from claims.states import FINISHED_STEPS, Cause
from core.actors import SYSTEM, Actor
from events.commands import record
from masterdata.models import Site, WorkCalendar

SLICE = 50
"""So many claims are locked at once, for some tenths of a second."""

Source = DeadlinePolicy | WorkCalendar | Site


def recount_claims(*, source: Source, cause: Cause, after: int = 0, **why: Any) -> None:
    """Count the next claims that `source` concerns, past the id `after`, and order the rest.

    A claim whose due instants moved gets an event with the old and the new ones; one that is right
    already gets none, so doing it again does nothing. The rest is ordered by an event of the
    source, which a handler takes up in a transaction of its own. Runs inside a transaction.
    """
    concerned = _concerned(source).filter(pk__gt=after).order_by("pk")[: SLICE + 1]
    claims = list(concerned)
    for claim in claims[:SLICE]:
        recount_claim(actor=SYSTEM, claim=claim, cause=cause.value, **why)
    if len(claims) > SLICE:
        _order_rest(source, {"cause": cause.value, "after": claims[SLICE - 1].pk, "why": why})


def recount_claim(*, actor: Actor, claim: Claim, **why: Any) -> None:
    """Count the running clocks of one claim anew; `why` goes into the event if any moved."""
    with locked_claim(claim) as fresh:
        before = [getattr(fresh, name) for name in DUE_FIELDS]
        moved = running.recompute(fresh)
        note_moved(actor=actor, claim=fresh, moved=moved, **why)
        if before != [getattr(fresh, name) for name in DUE_FIELDS]:
            fresh.save_changes(*DUE_FIELDS)


def _concerned(source: Source) -> QuerySet[Claim]:
    claims = Claim.objects.exclude(step__in=FINISHED_STEPS)
    if isinstance(source, WorkCalendar):
        return claims.filter(site__calendar=source)
    if isinstance(source, Site):
        return claims.filter(site=source)
    counted = Clock.objects.filter(claim=OuterRef("pk"), stopped_at=None, kind=source.clock)
    severities = [source.severity, *([""] if source.severity == UNJUDGED else [])]
    claims = claims.filter(Exists(counted), severity__in=severities)
    return claims.filter(customer=source.customer) if source.customer_id else claims


def _order_rest(source: Source, data: dict[str, Any]) -> None:
    model: type[Model] = type(source)
    locked = model._default_manager.select_for_update(of=("self",)).get(pk=source.pk)
    record(events.RECOUNT_ORDERED, actor=SYSTEM, subject=locked, data=data)

"""Reading history."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from core import clock
from core.actors import Actor
from events.models import Delivery, Event
from events.sight import visible_events


def settled_events() -> QuerySet[Event]:
    """The events that no running transaction can still slip in before.

    On SQLite writers are serialised, so all committed events are settled.
    """
    events = Event.objects.all()
    if connection.vendor == "postgresql":
        oldest = RawSQL("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint", [])
        events = events.filter(txid__lt=oldest)
    return events


def list_feed(actor: Actor, after: int = 0, limit: int = 100) -> list[Event]:
    """The public events that follow event `after`, in an order in which none can be missed.

    Only those that the actor may see. Raises Event.DoesNotExist when `after` names no event.
    """
    events = visible_events(actor, settled_events()).order_by("txid", "id")
    if after:
        txid = Event.objects.values_list("txid", flat=True).get(pk=after)
        events = events.filter(Q(txid__gt=txid) | Q(txid=txid, id__gt=after))
    return list(events[:limit])


def list_claim_events(claim_id: int) -> QuerySet[Event]:
    """The timeline of a claim, newest first."""
    return Event.objects.filter(claim_id=claim_id).select_related("actor").order_by("-id")


def subject_of(event: Event) -> Any:
    """The row that an event is about as it is now; None when it is gone."""
    return apps.get_model(event.subject_type)._default_manager.filter(pk=event.subject_id).first()


def count_events() -> int:
    """How many events there are."""
    return Event.objects.count()


def relay_lag_seconds() -> float:
    """How long the oldest due delivery has been waiting, in seconds; 0 when none waits."""
    oldest = (
        Delivery.objects.filter(done_at=None, gave_up_at=None, next_at__lte=clock.now())
        .order_by("next_at")
        .values_list("next_at", flat=True)
        .first()
    )
    return (clock.now() - oldest).total_seconds() if oldest else 0.0

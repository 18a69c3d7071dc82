"""Who may read which events. Apps above say so for their own, as history knows no claims."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import QuerySet

from core.actors import Actor
from events import registry
from events.models import Event

Sight = Callable[[Actor, QuerySet[Event]], QuerySet[Event]]

_sights: list[Sight] = []


def limits_sight(sight: Sight) -> Sight:
    """Register the decorated function: it takes out what the actor may not see."""
    _sights.append(sight)
    return sight


def visible_events(actor: Actor, events: QuerySet[Event]) -> QuerySet[Event]:
    """Those of `events` that are meant for the outside and that the actor may see."""
    public = [each.name for each in registry.list_kinds() if each.public]
    events = events.filter(kind__in=public)
    for sight in _sights:
        events = sight(actor, events)
    return events

"""Which events of claims an actor may read in the feed."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.models import Role
from claims.events import COMMENTED
from claims.policies import visible_claims
from core.actors import Actor
from events.models import Event
from events.sight import limits_sight

READERS = (Role.HANDLER, Role.QUALITY_MANAGER, Role.AUDITOR)


@limits_sight
def of_visible_claims(actor: Actor, events: QuerySet[Event]) -> QuerySet[Event]:
    """Events of claims that the actor may see; integration clients without internal comments.

    Whoever reads no history on the pages finds their own deeds here, too, and nothing else.
    """
    if actor.is_system:
        return events
    if actor.client:
        events = events.exclude(kind=COMMENTED.name)
    elif not actor.user.has_role(*READERS):
        return events.filter(actor=actor.user)
    claims = visible_claims(actor)
    if not claims.query.where:
        return events
    return events.filter(Q(claim_id=None) | Q(claim_id__in=claims.values("pk")))

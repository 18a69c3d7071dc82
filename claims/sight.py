"""Which events of claims an actor may read in the feed."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.models import Role
from claims.events import COMMENTED
from claims.models import Claim
from claims.policies import at_sites, visible_claims
from core.actors import Actor
from events.models import Event
from events.sight import limits_sight

READERS = (Role.HANDLER, Role.QUALITY_MANAGER, Role.AUDITOR)


@limits_sight
def of_visible_claims(actor: Actor, events: QuerySet[Event]) -> QuerySet[Event]:
    """Events of claims that the actor may see; integration clients without internal comments.

    Whoever reads no history on the pages finds their own deeds here, too, and nothing else: a role
    at one site opens no history of another, not even of a claim reported there.
    """
    if actor.is_system:
        return events
    if actor.client:
        claims = visible_claims(actor)
        if claims.query.where:
            events = events.filter(Q(claim_id=None) | Q(claim_id__in=claims.values("pk")))
        return events.exclude(kind=COMMENTED.name)
    read = at_sites(actor.user, READERS)
    if read is None:
        return events.filter(actor=actor.user)
    if not read:
        return events
    there = Claim.objects.filter(read).values("pk")
    return events.filter(Q(claim_id=None) | Q(claim_id__in=there) | Q(actor=actor.user))

"""Reading claims. Every read starts from what the actor may see."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Prefetch, Q, QuerySet

from claims.models import Claim, ClaimItem, Clock, Participant, Pause, StepRecord
from claims.policies import visible_claims
from claims.states import FINISHED_STEPS, ParticipantRole, Step
from core import clock
from core.actors import Actor

SIMILAR_WITHIN = timedelta(days=5 * 365)


def get_claim(actor: Actor, number: str) -> Claim:
    """The claim of that number with what its page shows, items included.

    Raises Claim.DoesNotExist when there is none or the actor may not see it: both look the same.
    """
    return (
        visible_claims(actor)
        .select_related("site__calendar", "customer", "contact", "owner", "received_by")
        .prefetch_related(Prefetch("items", list_items()))
        .get(number=number)
    )


def list_items() -> QuerySet[ClaimItem]:
    """Items with everything that is said of them."""
    return ClaimItem.objects.select_related("product", "lot", "line", "defect")


def list_similar(claim: Claim, limit: int = 5) -> list[Claim]:
    """Earlier claims about the same product with the same defect or the same lot, newest first.

    Cancelled ones do not count. Looks back five years.
    """
    items = list(claim.items.all())
    alike = Q()
    for item in items:
        if item.lot_code:
            alike |= Q(items__lot_code=item.lot_code)
        if item.product_id and item.defect_id:
            alike |= Q(items__product_id=item.product_id, items__defect_id=item.defect_id)
    if not alike:
        return []
    return list(
        Claim.objects.filter(alike, received_at__gte=clock.now() - SIMILAR_WITHIN)
        .exclude(pk=claim.pk)
        .exclude(step=Step.CANCELLED)
        .filter(
            Q(received_at__lt=claim.received_at) | Q(received_at=claim.received_at, pk__lt=claim.pk)
        )
        .select_related("customer", "owner")
        .order_by("-received_at")
        .distinct()[:limit]
    )


def list_step_records(claim: Claim) -> list[StepRecord]:
    """Every stay in a step, first to last."""
    return list(claim.step_records.select_related("by"))


def list_clocks(claim: Claim) -> list[Clock]:
    """Every clock of the claim, the earliest due first."""
    return list(claim.clocks.select_related("policy"))


def open_pause(claim: Claim) -> Pause | None:
    """What the claim waits for now, if it is paused."""
    return Pause.objects.filter(claim=claim, ended_at=None).first()


def is_watching(actor: Actor, claim: Claim) -> bool:
    """Whether the person follows the claim's news."""
    if actor.is_system:
        return False
    watchers = Participant.objects.filter(role=ParticipantRole.WATCHER)
    return watchers.filter(claim=claim, user=actor.user).exists()


def open_claims(actor: Actor) -> QuerySet[Claim]:
    """What the actor sees and nobody has finished."""
    return visible_claims(actor).exclude(step__in=FINISHED_STEPS)


def late_claims(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    """Those of `claims` whose step is past due; equality is on time."""
    return claims.exclude(step__in=FINISHED_STEPS).filter(step_due_at__lt=clock.now())

"""Reading claims. Every read starts from what the actor may see."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet, prefetch_related_objects

from accounts.models import Role, User
from accounts.selectors import list_with_role
from claims.events import REPORTED
from claims.models import (
    Attachment,
    Claim,
    ClaimItem,
    Clock,
    Comment,
    ListColumns,
    Participant,
    Pause,
    SavedView,
    StepRecord,
    Visit,
)
from claims.policies import COORDINATORS, visible_claims
from claims.states import FINISHED_STEPS, WORKING_STEPS, ParticipantRole, Step
from core import clock, lateness
from core.actors import SYSTEM, Actor
from events.models import Event
from events.selectors import list_claim_events
from masterdata.models import Site
from masterdata.selectors import default_site

RELATED = ("customer", "contact", "owner", "received_by")
# What the list of linked claims says of each.
LINK_FIELDS = (
    "number", "title", "step", "step_due_at", "step_held_at", "duplicate_of", "repeat_of",
)  # fmt: skip
# All that a row of the API's list says; a field left out costs a query a row.
ROW_FIELDS = (
    "number", "title", "step", "step_entered_at", "step_due_at", "step_soon_at", "step_held_at",
    "response_due_at", "severity", "priority", "kind", "channel", "outcome", "site__code",
    "customer__code", "customer__name", "customer_claim_no", "owner__email", "owner__first_name",
    "owner__last_name", "source_client", "source_reference", "received_at", "registered_at",
    "closed_at", "created_at", "updated_at", "version",
)  # fmt: skip
SIMILAR_WITHIN = timedelta(days=5 * 365)


def get_claim(actor: Actor, number: str) -> Claim:
    """The claim of that number with what its page shows, items included.

    Raises Claim.DoesNotExist when there is none or the actor may not see it: both look the same.
    """
    return (
        visible_claims(actor)
        .select_related("site__calendar", *RELATED)
        .prefetch_related(Prefetch("items", list_items()))
        .get(number=number)
    )


def get_bare_claim(actor: Actor, number: str) -> Claim:
    """As `get_claim`, for those who read or do one thing: without what the page shows."""
    return visible_claims(actor).select_related("site__calendar", "customer").get(number=number)


def get_claim_key(actor: Actor, number: str) -> Claim:
    """As `get_claim`, by the key alone, for commands: they read it anew under their lock."""
    return visible_claims(actor).only("pk").get(number=number)


def list_claims(actor: Actor) -> QuerySet[Claim]:
    """All that the actor sees, with what a row of the API says."""
    return visible_claims(actor).select_related("site", "customer", "owner").only(*ROW_FIELDS)


def list_numbered(actor: Actor, numbers: Collection[str]) -> QuerySet[Claim]:
    """The claims of these numbers, as far as the actor may see them."""
    return visible_claims(actor).filter(number__in=numbers)


def find_by_source(client: str, reference: str) -> Claim | None:
    """The claim that this client opened under this reference."""
    if not reference:
        return None
    return Claim.objects.filter(source_client=client, source_reference=reference).first()


def numbers_by_reference(client: str, references: Collection[str]) -> dict[str, str]:
    """Source reference → number of the claim that this client opened with it."""
    found = Claim.objects.filter(source_client=client, source_reference__in=references)
    return dict(found.values_list("source_reference", "number"))


def claim_of(event: Event) -> Claim:
    """The claim that an event concerns, as it is now. Raises Claim.DoesNotExist."""
    return Claim.objects.select_related("site").get(pk=event.claim_id or 0)


def complete(claim: Claim) -> Claim:
    """A claim that is known already, with what `get_claim` reads beside it."""
    fields = [Claim._meta.get_field(name) for name in RELATED]
    unread = [each for each in fields if not each.is_cached(claim)]  # type: ignore[union-attr]
    missing = [each.name for each in unread if getattr(claim, f"{each.name}_id") is not None]
    if len(missing) > 1:  # then one wider query costs less
        return get_claim(SYSTEM, claim.number)
    prefetch_related_objects([claim], *missing, Prefetch("items", list_items()))
    return claim


def list_items() -> QuerySet[ClaimItem]:
    """Items with everything that is said of them."""
    return ClaimItem.objects.select_related("product", "lot", "line", "defect")


def list_whole_items(claim: Claim) -> QuerySet[ClaimItem]:
    """The items of a claim, with their other defects too."""
    return list_items().filter(claim=claim).prefetch_related("other_defects")


def with_items(claim: Claim) -> Claim:
    """The claim with its items read, if they are not known, as `get_claim` gives it."""
    prefetch_related_objects([claim], Prefetch("items", list_items()))
    return claim


def list_files(claim: Claim) -> list[Attachment]:
    """Every file of the claim, the newest first; asked for once per claim as it was read."""
    rows = Attachment.objects.select_related("added_by")
    prefetch_related_objects([claim], Prefetch("attachments", queryset=rows))
    return list(claim.attachments.all())


def list_comments(claim: Claim) -> QuerySet[Comment]:
    """The internal remarks with who wrote them and whom they name, first to last."""
    return claim.comments.select_related("author").prefetch_related("mentions")


@dataclass(frozen=True)
class Likeness:
    """What an item says that makes other claims like it."""

    product_id: int | None
    defect_id: int | None
    lot_code: str


def list_similar(claim: Claim, limit: int = 5) -> list[Claim]:
    """Earlier claims about the same product with the same defect or the same lot, newest first.

    Cancelled ones do not count. Looks back five years.
    """
    items = [Likeness(each.product_id, each.defect_id, each.lot_code) for each in claim.items.all()]
    return claims_like(items, claim, limit)


def claims_like(
    items: Iterable[Likeness], claim: Claim | None = None, limit: int = 5
) -> list[Claim]:
    """What `list_similar` answers for items that need not be stored; `claim` itself left out."""
    alike = Q()
    for item in items:
        if item.lot_code:
            alike |= Q(lot_code=item.lot_code)
        if item.product_id and item.defect_id:
            alike |= Q(product_id=item.product_id, defect_id=item.defect_id)
    if not alike:
        return []
    found = Claim.objects.filter(
        pk__in=ClaimItem.objects.filter(alike).values("claim_id"),
        received_at__gte=clock.now() - SIMILAR_WITHIN,
    )
    if claim is not None:
        earlier = Q(received_at__lt=claim.received_at)
        earlier |= Q(received_at=claim.received_at, pk__lt=claim.pk)
        found = found.filter(earlier).exclude(pk=claim.pk)
    found = found.exclude(step=Step.CANCELLED).select_related("customer", "owner")
    return list(found.order_by("-received_at")[:limit])


def list_step_records(claim: Claim) -> list[StepRecord]:
    """Every stay in a step, first to last."""
    return list(claim.step_records.select_related("by"))


def list_clocks(claim: Claim) -> list[Clock]:
    """Every clock of the claim, the earliest due first; asked for once per claim as it was read."""
    rows = Clock.objects.select_related("policy__customer")
    prefetch_related_objects([claim], Prefetch("clocks", queryset=rows))
    return list(claim.clocks.all())


def open_claims_of(actor: Actor) -> QuerySet[Claim]:
    """What the person owns and is not finished."""
    return Claim.objects.filter(owner=actor.user, step__in=WORKING_STEPS)


def get_clock(claim: Claim, pk: int) -> Clock:
    """One clock of the claim, with its rule; Clock.DoesNotExist otherwise."""
    return claim.clocks.select_related("policy__customer").get(pk=pk)


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


def get_own_view(actor: Actor, pk: int) -> SavedView:
    """A view that the person saved; SavedView.DoesNotExist for one of somebody else."""
    return SavedView.objects.get(pk=pk, owner=actor.user)


def get_columns(actor: Actor) -> list[str]:
    """The names of the list columns the person chose; empty while they chose none."""
    chosen = ListColumns.objects.filter(user=actor.user).first()
    return list(chosen.columns) if chosen else []


def claims_at(claims: QuerySet[Claim], step: str) -> QuerySet[Claim]:
    """Those of `claims` that stand at a step."""
    return claims.filter(step=step)


def late_step() -> Q:
    """Of claims: the deadline of the step has passed, whether or not the claim is open."""
    return lateness.late("step_due_at", "step_held_at")


def late_claims(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    """The open ones of `claims` whose step is late."""
    return claims.exclude(step__in=FINISHED_STEPS).filter(late_step())


def claims_due_soon(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    """The open ones of `claims` whose step is due soon."""
    soon = lateness.due_soon("step_due_at", "step_soon_at", "step_held_at")
    return claims.exclude(step__in=FINISHED_STEPS).filter(soon)


def claims_not_late(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    """All that `late_claims` leaves out."""
    other = lateness.not_late("step_due_at", "step_held_at")
    return claims.filter(Q(step__in=FINISHED_STEPS) | other)


def list_reports_of(actor: Actor, limit: int = 10) -> list[Claim]:
    """What the person reported themselves, newest first."""
    mine = Participant.objects.filter(user=actor.user, role=ParticipantRole.REPORTER)
    return list(Claim.objects.filter(pk__in=mine.values("claim_id")).order_by("-pk")[:limit])


def stop_note_of(claim: Claim) -> str:
    """What the reporter asked to stop at once; "" for an ordinary report."""
    reported = list_claim_events(claim.pk).filter(kind=REPORTED.name).first()
    return str(reported.data.get("stop_note", "")) if reported is not None else ""


def sites_of(actor: Actor) -> QuerySet[Site]:
    """The sites at which the person coordinates claims."""
    roles = actor.user.roles
    held = [roles[role] for role in COORDINATORS if role in roles]
    active = Site.objects.filter(is_active=True)
    if any(sites is None for sites in held):
        return active
    return active.filter(pk__in={pk for sites in held for pk in sites or ()})


def home_site(actor: Actor) -> Site:
    """The site of a claim that the person takes down without naming one."""
    return sites_of(actor).first() or default_site()


def owners_for(claim: Claim | None) -> Any:
    """Those who may own the claim, with how many open claims each has."""
    people = list_with_role(*COORDINATORS, site_id=claim.site_id if claim else None)
    is_open = ~Q(owned_claims__step__in=FINISHED_STEPS) & Q(owned_claims__isnull=False)
    return people.annotate(open_claims=Count("owned_claims", filter=is_open, distinct=True))


def list_handlers(claim: Claim) -> list[User]:
    """Who takes care of a new claim: its owner, else the quality specialists of its site."""
    if claim.owner is not None:
        return [claim.owner]
    return list(list_with_role(Role.HANDLER, site_id=claim.site_id)[:3])


def last_visit(actor: Actor, claim: Claim) -> Visit | None:
    """When the person looked at the claim last, and what was the newest event then."""
    return Visit.objects.filter(claim=claim, user=actor.user).first()


def list_linked(actor: Actor, claim: Claim) -> list[Claim]:
    """Duplicates and repeats in both directions, as far as the reader may see them."""
    link = Q(duplicate_of=claim) | Q(repeat_of=claim)
    link |= Q(pk__in=[pk for pk in (claim.duplicate_of_id, claim.repeat_of_id) if pk])
    found = visible_claims(actor).filter(link).only(*LINK_FIELDS)
    return list(found.order_by("-received_at")[:20])

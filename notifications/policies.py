"""Who may do what in step 2. Deny by default; the queryset is the permission."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.models import Role
from accounts.policies import can_administer_people, only_watches
from accounts.selectors import absent_behind, acts_as, at_sites
from claims.models import Claim
from claims.policies import (
    COORDINATORS,
    can_coordinate_claim,
    can_see_comments,
    is_coordinator,
    is_quality_manager,
    visible_claims,
)
from core.actors import Actor
from core.errors import NotPermitted
from notifications.models import ChatRoom, ContainmentOrder, Message, Notice
from notifications.states import Channel, MessageState


def visible_notices(actor: Actor) -> QuerySet[Notice]:
    """The person's own notices in the product, and those that they confirm for the absent.

    Nothing else: nobody reads another's inbox.
    """
    if actor.is_system or actor.client or not actor.user.is_authenticated:
        return Notice.objects.none()
    mine = Q(user=actor.user) | Q(confirmed_by=actor.user)
    if absent := absent_behind(actor.user):
        mine |= Q(user__in=absent, needs_confirmation=True, confirmed_at=None, handed_over_at=None)
    return Notice.objects.filter(mine, channel=Channel.IN_APP)


def own_notices(actor: Actor) -> QuerySet[Notice]:
    """Those in the product that were meant for the person."""
    return visible_notices(actor).filter(user=actor.user)


def visible_orders(actor: Actor) -> QuerySet[ContainmentOrder]:
    """The containment orders of every claim the actor may read."""
    return ContainmentOrder.objects.filter(claim__in=visible_claims(actor))


def can_edit_rules(actor: Actor) -> bool:
    """The notification list belongs to quality managers and administrators."""
    if actor.is_system:
        return True
    if actor.client:
        return False
    roles = (Role.QUALITY_MANAGER, Role.ADMINISTRATOR)
    return bool(actor.user.is_superuser or actor.user.has_role(*roles))


def can_administer_rooms(actor: Actor) -> bool:
    """Administrators, for an address may lead anywhere; never an integration client."""
    return can_administer_people(actor)


def visible_rooms(actor: Actor) -> QuerySet[ChatRoom]:
    """All chat rooms, for those who look after them."""
    return ChatRoom.objects.all() if can_administer_rooms(actor) else ChatRoom.objects.none()


def can_see_dead_messages(actor: Actor) -> bool:
    """Who coordinates claims anywhere sees which messages of theirs could not be sent."""
    return not (actor.is_system or actor.client) and bool(actor.user.has_role(*COORDINATORS))


def visible_dead_messages(actor: Actor) -> QuerySet[Message]:
    """Messages that could not be sent and were not replaced, of claims the actor coordinates."""
    dead = Message.objects.filter(state=MessageState.DEAD, notice__handed_over_at=None)
    return dead.filter(at_sites(actor.user, COORDINATORS, "notice__claim__"))


def can_see_rules(actor: Actor) -> bool:
    """Whoever edits the notification list, managers and auditors; a client by its roles."""
    if actor.is_system:
        return True
    roles = (Role.QUALITY_MANAGER, Role.ADMINISTRATOR, Role.MANAGER, Role.AUDITOR)
    return bool(actor.user.is_superuser or actor.user.has_role(*roles))


def can_see_notices(actor: Actor, claim: Claim) -> bool:
    """Who was told and who has confirmed: whoever works on the claim or watches over it."""
    return is_coordinator(actor, claim) or can_see_comments(actor, claim)


def can_confirm(actor: Actor, notice: Notice) -> bool:
    """Only the person told, and who stands in while they are away."""
    if actor.is_system or actor.client:
        return False
    return notice.channel == Channel.IN_APP and notice.user_id in acts_as(actor.user)


def can_name_recipients(actor: Actor, claim: Claim) -> bool:
    """Name people to be told, have notices sent again, note who was told another way."""
    return can_coordinate_claim(actor, claim)


def can_order_containment(actor: Actor, claim: Claim) -> bool:
    """Coordinators, while the claim is unfinished."""
    return can_coordinate_claim(actor, claim)


def can_execute_order(actor: Actor, order: ContainmentOrder) -> bool:
    """The executor, who stands in for them, or a coordinator who notes it for them."""
    if actor.is_system or only_watches(actor.user):
        return False
    return is_coordinator(actor, order.claim) or order.executor_id in acts_as(actor.user)


def can_lift_order(actor: Actor, order: ContainmentOrder) -> bool:
    """A quality manager, whatever became of the claim."""
    return is_quality_manager(actor, order.claim)


def require(allowed: bool, message: object = "") -> None:
    """Raise NotPermitted unless `allowed`."""
    if not allowed:
        raise NotPermitted(message) if message else NotPermitted()

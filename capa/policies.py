"""Who may do what with actions. Deny by default; the queryset is the permission.

Nobody judges their own: who owns an action never verifies it, who asks never grants. Who stands
in for the owner counts as the owner in both.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Role, User
from accounts.policies import only_watches
from accounts.selectors import acts_as
from capa.models import Action, Request
from capa.states import OPEN_STATES, ActionState
from claims.models import Claim
from claims.policies import (
    authority_for,
    can_investigate,
    has_part,
    insight_into,
    is_coordinator,
)
from claims.states import FINISHED_STEPS, ParticipantRole
from core.actors import Actor
from core.errors import NotPermitted

# So often more time is granted like any other; from then on another manager has to look.
FREE_EXTENSIONS = 2


def visible_actions(actor: Actor) -> QuerySet[Action]:
    """The actions of every claim whose work the actor may read, and their own."""
    if actor.is_system:
        return Action.objects.all()
    if not actor.user.is_authenticated:
        return Action.objects.none()
    serves = Action.claims.through.objects.filter(
        action=OuterRef("pk"), claim__in=insight_into(actor)
    )
    return Action.objects.filter(Q(Exists(serves)) | Q(owner__in=acts_as(actor.user)))


def may_plan(actor: Actor, claim: Claim) -> bool:
    """Plan actions and change the plan: coordinators, and the leader of the team."""
    return is_coordinator(actor, claim) or has_part(actor, claim, ParticipantRole.LEADER)


def can_plan_actions(actor: Actor, claim: Claim) -> bool:
    """As `may_plan`, while the claim is unfinished."""
    return claim.step not in FINISHED_STEPS and may_plan(actor, claim)


def can_edit_action(actor: Actor, action: Action) -> bool:
    """Change the plan of an open action: who plans on the claim it was planned for."""
    return action.state in OPEN_STATES and can_plan_actions(actor, action.claim)


def is_owner(actor: Actor, action: Action) -> bool:
    """Whether the actor carries the action out, for themselves or in the place of the owner.

    One who became an auditor no longer does.
    """
    if actor.is_system or action.owner_id not in acts_as(actor.user):
        return False
    return not only_watches(actor.user)


def may_carry_out(actor: Actor, action: Action) -> bool:
    """Its owner; or a program with a coordinator's role, which brings what the owner did elsewhere.

    Only people own actions. Whoever reported one as done never verifies it (`may_judge`).
    """
    if actor.client:
        return is_coordinator(actor, action.claim)
    return is_owner(actor, action)


def can_carry_out(actor: Actor, action: Action) -> bool:
    """Start, report progress, complete, ask for more time: as `may_carry_out`, while it is open."""
    return action.state in OPEN_STATES and may_carry_out(actor, action)


def may_judge(actor: Actor, action: Action) -> bool:
    """Verify or return: a quality manager who neither owns it nor reported it as done."""
    return judge_of(actor, action) is not None


def judge_of(actor: Actor, action: Action) -> User | None:
    """In whose name the actor may judge; see `claims.policies.authority_for`."""
    if is_owner(actor, action):
        return None
    bound = (action.owner_id, action.done_by_id)
    return authority_for(actor, action.claim, Role.QUALITY_MANAGER, bound=bound)


def can_verify_action(actor: Actor, action: Action) -> bool:
    """As `may_judge`, when there is something to verify."""
    return action.state == ActionState.DONE and may_judge(actor, action)


def can_ask_cancellation(actor: Actor, action: Action) -> bool:
    """The owner or whoever may plan, unless it is settled."""
    if action.state in (ActionState.EFFECTIVE, ActionState.CANCELLED):
        return False
    return is_owner(actor, action) or may_plan(actor, action.claim)


def may_decide(actor: Actor, claim: Claim, request: Request, action: Action | None = None) -> bool:
    """Grant or decline: a quality manager other than who asked, and not for an action of theirs."""
    return decider_of(actor, claim, request, action) is not None


def decider_of(
    actor: Actor, claim: Claim, request: Request, action: Action | None = None
) -> User | None:
    """In whose name the actor may decide; see `claims.policies.authority_for`."""
    if action is not None and is_owner(actor, action):
        return None
    bound = (request.asked_by_id, action.owner_id if action is not None else None)
    return authority_for(actor, claim, Role.QUALITY_MANAGER, bound=bound)


def can_add_evidence(actor: Actor, action: Action) -> bool:
    """Its owner and whoever investigates the claim."""
    return is_owner(actor, action) or can_investigate(actor, action.claim)


def can_mark_documents(actor: Actor, action: Action) -> bool:
    """Tick documents as updated: the same people, while it is open."""
    return action.state in OPEN_STATES and can_add_evidence(actor, action)


def require_may(allowed: bool, message: object = "") -> None:
    """Raise NotPermitted unless `allowed`."""
    if not allowed:
        raise NotPermitted(message) if message else NotPermitted()

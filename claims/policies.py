"""Who may see and do what with claims. Deny by default; the queryset is the permission."""

from __future__ import annotations

from collections.abc import Collection
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Role, User
from accounts.policies import only_watches
from accounts.selectors import absent_behind, acting_for, acts_as
from claims.lifecycle import HANDLER, LEADER, OWNER, QUALITY_MANAGER, SYSTEM, Transition
from claims.models import Claim, Participant
from claims.states import (
    FINISHED_STEPS,
    SEVERITY_RANK,
    Outcome,
    ParticipantRole,
    Step,
)
from core.actors import Actor
from core.errors import NotPermitted

WIDE_READERS = (
    Role.HANDLER,
    Role.QUALITY_MANAGER,
    Role.MANAGER,
    Role.AUDITOR,
    Role.INTEGRATION,
)
COORDINATORS = (Role.HANDLER, Role.QUALITY_MANAGER)
UNREGISTERED = (Step.RECEIPT, Step.NOTIFICATION)
TEAM = (ParticipantRole.LEADER, ParticipantRole.MEMBER)
# Parts that people take themselves: to report or to follow a claim gives no insight into the work.
OUTSIDE = (ParticipantRole.REPORTER, ParticipantRole.WATCHER)
INSIGHT = (*WIDE_READERS, Role.LEGAL, Role.FINANCE)


def visible_claims(actor: Actor) -> QuerySet[Claim]:
    """Every claim the actor may read: by role and site, by review, or by a part in it.

    An integration client sees those of its sites; the system sees all.
    """
    return _claims_seen(actor, apart_from=(ParticipantRole.WATCHER,))


def insight_into(actor: Actor) -> QuerySet[Claim]:
    """Those of the visible claims whose work the actor may read, too: see `can_see_work`."""
    return _claims_seen(actor, apart_from=OUTSIDE)


def _claims_seen(actor: Actor, *, apart_from: tuple[ParticipantRole, ...]) -> QuerySet[Claim]:
    """By role and site, by review, or by a part in it other than these."""
    if actor.is_system:
        return Claim.objects.all()
    user = actor.user
    if not user.is_authenticated:
        return Claim.objects.none()
    wide = at_sites(user, WIDE_READERS)
    if wide is not None and not wide:
        return Claim.objects.all()
    mine = acts_as(user)
    part = Participant.objects.filter(user__in=mine).exclude(role__in=apart_from)
    few = [Q(owner__in=mine)]
    legal = at_sites(user, (Role.LEGAL,))
    if legal is not None:
        few.append(Q(in_legal_review=True) & legal)
    many = [wide] if wide is not None else []
    finance = at_sites(user, (Role.FINANCE,))
    if finance is not None:
        paid = (Outcome.ACCEPTED, Outcome.PARTLY, Outcome.GOODWILL)
        many.append(Q(outcome__in=paid) & finance)
    if many:
        own = Q(Exists(part.filter(claim=OuterRef("pk"))))
        return Claim.objects.filter(reduce(or_, [*many, *few, own]))
    # Few claims among many: their ids are looked up, where an "or" would try every claim.
    ids = [Claim.objects.filter(each).values("pk") for each in few]
    return Claim.objects.filter(pk__in=part.values("claim_id").union(*ids))


def at_sites(user: object, roles: tuple[str, ...]) -> Q | None:
    """The site condition that any of `roles` gives: None no role, empty Q every site."""
    sites: set[int] = set()
    held = False
    for role in roles:
        if role not in user.roles:  # type: ignore[attr-defined]
            continue
        at = user.roles[role]  # type: ignore[attr-defined]
        if at is None:
            return Q()
        held = True
        sites |= at
    return Q(site_id__in=sites) if held else None


def is_coordinator(actor: Actor, claim: Claim) -> bool:
    """Quality specialist or quality manager at the claim's site."""
    return not actor.is_system and actor.user.has_role(*COORDINATORS, site_id=claim.site_id)


def is_quality_manager(actor: Actor, claim: Claim) -> bool:
    """Quality manager at the claim's site."""
    return not actor.is_system and actor.user.has_role(Role.QUALITY_MANAGER, site_id=claim.site_id)


def has_part(actor: Actor, claim: Claim, *parts: ParticipantRole) -> bool:
    """Whether the actor, or who is away and has them as substitute, holds one of `parts`.

    Auditors act in none.
    """
    if actor.is_system or only_watches(actor.user):
        return False
    mine = acts_as(actor.user)
    return Participant.objects.filter(claim=claim, user__in=mine, role__in=parts).exists()


def owns_claim(actor: Actor, claim: Claim) -> bool:
    """Owner of the claim, or substitute of the absent one while that one holds a role there."""
    if actor.is_system:
        return False
    if claim.owner_id == actor.user.pk:
        return True
    absent = absent_behind(actor.user).get(claim.owner_id or 0)
    return absent is not None and absent.has_role(*COORDINATORS, site_id=claim.site_id)


def authority_for(
    actor: Actor, claim: Claim, role: str, *, bound: Collection[int | None] = ()
) -> User | None:
    """In whose name the actor decides what takes `role`: their own, or that of somebody away.

    Neither may be among the `bound`, whose own matter it is. A right to decide passes to a
    substitute who is a coordinator of the site, to nobody else; see ADR 52. None: not at all.
    """
    if actor.is_system or actor.user.pk in bound:
        return None
    site = claim.site_id
    if actor.user.has_role(role, site_id=site):
        return actor.user  # type: ignore[no-any-return]
    if actor.client or not is_coordinator(actor, claim):
        return None
    absent = absent_behind(actor.user).values()
    able = (each for each in absent if each.pk not in bound and each.has_role(role, site_id=site))
    return next(able, None)


def can_investigate(actor: Actor, claim: Claim) -> bool:
    """Write facts, causes, whys and files: coordinators, and the team of this claim."""
    return is_coordinator(actor, claim) or has_part(actor, claim, *TEAM)


def can_see_work(actor: Actor, claim: Claim) -> bool:
    """What was found and what is done about it: not for those who only reported the claim."""
    if actor.is_system or actor.user.has_role(*INSIGHT, site_id=claim.site_id):
        return True
    return _works_on(actor, claim)


def can_move_claim(actor: Actor, claim: Claim, transition: Transition) -> bool:
    """Whether the actor is one of those the lifecycle names for this transition."""
    return mover(actor, claim, transition) is not None


def mover(actor: Actor, claim: Claim, transition: Transition) -> Actor | None:
    """The actor as history names who does this transition; None for those who may not.

    An owner who no longer holds a role at the site has handed the claim's course back with it.
    """
    who, at = transition.who, claim.site_id
    if actor.is_system:
        return actor if SYSTEM in who else None
    user = actor.user
    if (HANDLER in who and user.has_role(Role.HANDLER, site_id=at)) or (
        QUALITY_MANAGER in who and user.has_role(Role.QUALITY_MANAGER, site_id=at)
    ):
        return actor
    if OWNER in who and owns_claim(actor, claim) and is_coordinator(actor, claim):
        return acting_for(actor, claim.owner)
    return _mover_as_leader(actor, claim) if LEADER in who else None


def _mover_as_leader(actor: Actor, claim: Claim) -> Actor | None:
    if only_watches(actor.user):
        return None
    leaders = Participant.objects.filter(
        claim=claim, user__in=acts_as(actor.user), role=ParticipantRole.LEADER
    )
    found = set(leaders.values_list("user_id", flat=True))
    if not found:
        return None
    if actor.user.pk in found:
        return actor
    return acting_for(actor, absent_behind(actor.user)[found.pop()])


def can_report_claim(actor: Actor) -> bool:
    """Anybody in the company; not those who only read (manager, auditor, administrator)."""
    if actor.is_system:
        return True
    user = actor.user
    only_reads = {Role.MANAGER, Role.AUDITOR, Role.ADMINISTRATOR}
    return not user.roles or not set(user.roles) <= only_reads


def can_edit_claim(actor: Actor, claim: Claim) -> bool:
    """Coordinators until the claim is finished; a reporter or ERP client until registration."""
    if claim.step in FINISHED_STEPS:
        return False
    if actor.is_system or is_coordinator(actor, claim):
        return True
    if claim.step not in UNREGISTERED:
        return False
    if actor.client:
        return claim.source_client == actor.client
    return has_part(actor, claim, ParticipantRole.REPORTER)


def can_coordinate_claim(actor: Actor, claim: Claim) -> bool:
    """Classify, name the owner, order containment, waive, pause: coordinators, claim unfinished."""
    return claim.step not in FINISHED_STEPS and is_coordinator(actor, claim)


def can_set_severity(actor: Actor, claim: Claim, severity: str) -> bool:
    """Coordinators raise it or judge it first; only a quality manager lowers it."""
    if SEVERITY_RANK[severity] < SEVERITY_RANK[claim.severity]:
        return can_coordinate_claim(actor, claim) and is_quality_manager(actor, claim)
    return can_coordinate_claim(actor, claim)


def can_comment(actor: Actor, claim: Claim) -> bool:
    """Internal comments: coordinators, legal, and whoever works on the claim."""
    if actor.client:
        return False
    if actor.is_system or is_coordinator(actor, claim):
        return True
    return actor.user.has_role(Role.LEGAL, site_id=claim.site_id) or _works_on(actor, claim)


def can_attach_file(actor: Actor, claim: Claim) -> bool:
    """Whoever may comment; reporters until registration; an ERP client on its own claims."""
    if actor.client:
        return claim.source_client == actor.client
    if can_comment(actor, claim):
        return True
    return claim.step in UNREGISTERED and has_part(actor, claim, ParticipantRole.REPORTER)


def can_edit_deadlines(actor: Actor) -> bool:
    """The rules of deadlines: quality managers, and administrators who prepare them."""
    if actor.is_system:
        return True
    user = actor.user
    held = user.is_superuser or user.has_role(Role.QUALITY_MANAGER, Role.ADMINISTRATOR)
    return held and not actor.client


def can_see_deadlines(actor: Actor) -> bool:
    """The page of the rules: who edits them, auditors, and coordinators who live by them."""
    seen_by = (Role.AUDITOR, Role.HANDLER, Role.MANAGER)
    if actor.is_system or actor.client:
        return actor.is_system
    return can_edit_deadlines(actor) or actor.user.has_role(*seen_by)


def can_see_comments(actor: Actor, claim: Claim) -> bool:
    """Comments are internal: not for the reporter alone, not for integration clients."""
    if actor.is_system:
        return True
    if actor.client:
        return False
    wide = (Role.HANDLER, Role.QUALITY_MANAGER, Role.LEGAL, Role.AUDITOR)
    return actor.user.has_role(*wide, site_id=claim.site_id) or _works_on(actor, claim)


def can_see_history(actor: Actor, claim: Claim) -> bool:
    """The whole history: coordinators, legal, auditors, owner and team; others see their own deeds.

    Integration clients have the event feed instead.
    """
    if actor.is_system:
        return True
    if actor.client:
        return False
    wide = (Role.HANDLER, Role.QUALITY_MANAGER, Role.LEGAL, Role.AUDITOR)
    if actor.user.has_role(*wide, site_id=claim.site_id) or owns_claim(actor, claim):
        return True
    return has_part(actor, claim, *TEAM)


def _works_on(actor: Actor, claim: Claim) -> bool:
    """Owner, or a part that somebody gave the person; not for auditors, who only read."""
    if only_watches(actor.user):
        return False
    mine = acts_as(actor.user)
    if claim.owner_id in mine:
        return True
    parts = Participant.objects.filter(claim=claim, user__in=mine)
    return parts.exclude(role__in=OUTSIDE).exists()


def can_export_claims(actor: Actor) -> bool:
    """Whoever works on or watches claims by role; a part in single claims is not enough."""
    roles = (Role.HANDLER, Role.QUALITY_MANAGER, Role.MANAGER, Role.LEGAL, Role.AUDITOR)
    return not actor.is_system and actor.user.has_role(*roles)


def require(allowed: bool) -> None:
    """Raise NotPermitted unless `allowed`."""
    if not allowed:
        raise NotPermitted()

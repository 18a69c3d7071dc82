"""Who investigates; being in the team gives a part in the claim, and with it sight of it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import only_watches
from claims.commands import add_participant, remove_participant
from claims.models import Claim
from claims.policies import is_coordinator
from claims.states import ParticipantRole
from core.actors import Actor
from core.errors import InvalidInput
from core.inputs import one_of
from investigations import events
from investigations.commands.base import Work, investigating
from investigations.models import TeamMember
from investigations.states import TeamRole
from masterdata.models import CustomerContact


def add_member(
    *,
    actor: Actor,
    claim: Claim,
    user: User | None = None,
    contact: CustomerContact | None = None,
    role: str = TeamRole.MEMBER,
) -> TeamMember:
    """Put a person of ours, or a contact at the customer, into the team.

    A new leader takes over; the one before stays as a member. Raises NotPermitted, InvalidInput
    (nobody named, named twice, an account that cannot sign in, a contact of another customer).
    """
    one_of("role", role, TeamRole)
    with investigating(actor, claim, may=is_coordinator) as work:
        if role == TeamRole.CONTACT:
            member = _contact(work, contact)
        else:
            member = _colleague(work, user, role)
        work.note(
            events.TEAM_MEMBER_ADDED,
            member,
            text=str(member),
            user=member.user_id,
            role=role,
        )
    return member


def _contact(work: Work, contact: CustomerContact | None) -> TeamMember:
    if contact is None:
        raise InvalidInput({"contact": _("Choose the customer contact.")}, code="required")
    if contact.customer_id != work.claim.customer_id:
        raise InvalidInput({"contact": _("Choose a contact of the claim's customer.")})
    if TeamMember.objects.filter(claim=work.claim, contact=contact).exists():
        raise InvalidInput({"contact": _("This person is in the team already.")})
    return TeamMember.objects.create(claim=work.claim, contact=contact, role=TeamRole.CONTACT)


def _colleague(work: Work, user: User | None, role: str) -> TeamMember:
    if user is None:
        raise InvalidInput({"user": _("Choose the person.")}, code="required")
    if not user.is_active or user.is_service:
        raise InvalidInput({"user": _("This account cannot take part.")})
    if only_watches(user):
        raise InvalidInput({"user": _("An auditor takes no part in a claim.")})
    if TeamMember.objects.filter(claim=work.claim, user=user).exists():
        raise InvalidInput({"user": _("This person is in the team already.")})
    if role == TeamRole.LEADER:
        _replace_leader(work)
    member = TeamMember.objects.create(
        claim=work.claim, user=user, department=user.department, role=role
    )
    add_participant(claim=work.claim, user=user, role=_part(role))
    return member


def set_member_role(
    *, actor: Actor, claim: Claim, member: TeamMember, role: str, version: int | None = None
) -> TeamMember:
    """Give a member another part; a new leader replaces the one before.

    Raises NotPermitted, Stale, InvalidInput for a customer contact, who has only that part.
    """
    one_of("role", role, TeamRole)
    with investigating(actor, claim, may=is_coordinator) as work:
        fresh = work.row(TeamMember, member.pk, version)
        if fresh.user is None or role == TeamRole.CONTACT:
            raise InvalidInput({"role": _("A customer contact takes no other part.")})
        if fresh.role != role:
            if role == TeamRole.LEADER:
                _replace_leader(work)
            _give_role(work, fresh, role)
    return fresh


def remove_member(*, actor: Actor, claim: Claim, member: TeamMember) -> None:
    """Take a person out of the team; what they wrote stays. Raises NotPermitted."""
    with investigating(actor, claim, may=is_coordinator) as work:
        fresh = work.row(TeamMember, member.pk)
        work.note(
            events.TEAM_MEMBER_REMOVED,
            fresh,
            text=str(fresh),
            user=fresh.user_id,
            role=fresh.role,
        )
        if fresh.user is not None:
            remove_participant(claim=work.claim, user=fresh.user, role=_part(fresh.role))
        fresh.delete()


def _replace_leader(work: Work) -> None:
    leader = TeamMember.objects.filter(claim=work.claim, role=TeamRole.LEADER).first()
    if leader is not None:
        _give_role(work, leader, TeamRole.MEMBER)


def _give_role(work: Work, member: TeamMember, role: str) -> None:
    assert member.user is not None
    old = member.role
    member.role = role
    member.save_changes("role")
    if _part(old) != _part(role):
        remove_participant(claim=work.claim, user=member.user, role=_part(old))
        add_participant(claim=work.claim, user=member.user, role=_part(role))
    work.note(
        events.TEAM_ROLE_CHANGED,
        member,
        text=str(member),
        user=member.user_id,
        changes={"role": [old, role]},
    )


def _part(role: str) -> ParticipantRole:
    return ParticipantRole.LEADER if role == TeamRole.LEADER else ParticipantRole.MEMBER

"""Who may read, write, agree and pay. Deny by default; the queryset is the permission.

Nobody agrees to their own words: author and editors of a response, and whoever recorded or changed
the decision in it, never sign it. Source: process description §3, trust page §3 and §4.
"""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.models import Role, User
from accounts.selectors import absent_behind
from claims.models import Claim
from claims.policies import (
    TEAM,
    authority_for,
    can_coordinate_claim,
    has_part,
    is_coordinator,
)
from claims.states import FINISHED_STEPS, ParticipantRole, Severity
from core.actors import Actor
from core.errors import NotPermitted
from investigations.models import Cause
from investigations.states import CauseStatus
from responses.models import Compensation, Decision, Letter
from responses.models.decisions import ACCEPTING
from responses.states import LetterState

APPROVE_SCOPE = "claims:approve"
DRAFT_READERS = (Role.HANDLER, Role.QUALITY_MANAGER, Role.LEGAL, Role.AUDITOR)
LETTER_READERS = (*DRAFT_READERS, Role.FINANCE, Role.MANAGER, Role.INTEGRATION)
MONEY_READERS = (*DRAFT_READERS, Role.FINANCE, Role.MANAGER)
LEGAL_READERS = (Role.QUALITY_MANAGER, Role.LEGAL, Role.AUDITOR)


def _has(actor: Actor, claim: Claim, *roles: str) -> bool:
    return actor.is_system or bool(actor.user.has_role(*roles, site_id=claim.site_id))


def can_see_drafts(actor: Actor, claim: Claim) -> bool:
    """Letters before they are sent: who writes, agrees to, or audits them."""
    return _has(actor, claim, *DRAFT_READERS)


def can_read_letters(actor: Actor, claim: Claim) -> bool:
    """What the customer was told and said: the wide roles and the team.

    Not for those who only reported, were notified or own an action.
    """
    return _has(actor, claim, *LETTER_READERS) or has_part(actor, claim, *TEAM)


def visible_letters(actor: Actor, claim: Claim) -> QuerySet[Letter]:
    """The letters of a claim that the actor may read: drafts only for those who agree on them."""
    letters = Letter.objects.filter(claim=claim)
    if can_see_drafts(actor, claim):
        return letters
    if can_read_letters(actor, claim):
        return letters.filter(state=LetterState.SENT)
    return letters.none()


def can_see_money(actor: Actor, claim: Claim) -> bool:
    """Decision, compensations and costs: not for the team, action owners or ERP clients."""
    return _has(actor, claim, *MONEY_READERS)


def can_see_legal_notes(actor: Actor, claim: Claim) -> bool:
    """Legal notes: legal reviewers, quality managers and (logged) auditors."""
    return not actor.client and _has(actor, claim, *LEGAL_READERS)


def can_see_settlements(actor: Actor, claim: Claim) -> bool:
    """The sums of legal settlements: as the notes, and managers without them."""
    return can_see_legal_notes(actor, claim) or (
        not actor.client and _has(actor, claim, Role.MANAGER)
    )


def can_write_letters(actor: Actor, claim: Claim) -> bool:
    """Draft, edit, send, note what the customer said: coordinators of an unfinished claim."""
    return can_coordinate_claim(actor, claim)


def can_decide(actor: Actor, claim: Claim) -> bool:
    """Record the decision and what the customer gets: coordinators of an unfinished claim."""
    return can_coordinate_claim(actor, claim)


def may_sign(actor: Actor, letter: Letter, role: str) -> bool:
    """Hold `role` at the claim's site, and be none of those whose own words these are.

    An integration client needs the scope for it besides.
    """
    return signer_of(actor, letter, role) is not None


def signer_of(actor: Actor, letter: Letter, role: str) -> User | None:
    """In whose name the actor may sign; see `claims.policies.authority_for`."""
    if actor.client and APPROVE_SCOPE not in actor.scopes:
        return None
    signer = authority_for(actor, letter.claim, role)
    if signer is None or is_bound(actor.user, letter):
        return None
    if signer == actor.user:
        return signer
    absent = absent_behind(actor.user)
    bound = [pk for pk, person in absent.items() if is_bound(person, letter)]
    return authority_for(actor, letter.claim, role, bound=bound)


def is_bound(user: User, letter: Letter) -> bool:
    """Whether these are the person's own words: letter, decision or, when critical, root cause."""
    if letter.author_id == user.pk or letter.editors.filter(pk=user.pk).exists():
        return True
    decided = Decision.objects.filter(claim=letter.claim_id, editors=user)
    if decided.exists():
        return True
    return letter.claim.severity == Severity.CRITICAL and signed_cause(user, letter.claim)


def signed_cause(user: User, claim: Claim) -> bool:
    """Whether the person confirmed a cause: for critical claims that is their one signature."""
    confirmed = Cause.objects.filter(claim=claim, status=CauseStatus.CONFIRMED)
    return confirmed.filter(decided_by=user).exists()


def may_review(actor: Actor, claim: Claim) -> bool:
    """Return a response to its author: whoever could sign it by role, own words or not."""
    return reviewer_of(actor, claim) is not None


def reviewer_of(actor: Actor, claim: Claim) -> User | None:
    """In whose name the actor may return a response."""
    if actor.client and APPROVE_SCOPE not in actor.scopes:
        return None
    roles = [Role.QUALITY_MANAGER, *([Role.LEGAL] if claim.in_legal_review else [])]
    found = (authority_for(actor, claim, role) for role in roles)
    return next((each for each in found if each is not None), None)


def is_accepted(claim: Claim, decision: Decision | None) -> bool:
    """The claim is accepted, and everybody who has to agree has signed."""
    return (
        claim.outcome in ACCEPTING
        and decision is not None
        and decision.accepts
        and decision.is_agreed
    )


def can_settle(actor: Actor, compensation: Compensation) -> bool:
    """Finance at the claim's site; never before acceptance, which the command checks."""
    if actor.is_system or compensation.is_settled:
        return False
    if actor.client and APPROVE_SCOPE not in actor.scopes:
        return False
    return bool(actor.user.has_role(Role.FINANCE, site_id=compensation.claim.site_id))


def can_enter_costs(actor: Actor, claim: Claim) -> bool:
    """Coordinators and finance; also after closing, as invoices come late."""
    if actor.is_system:
        return False
    return is_coordinator(actor, claim) or actor.user.has_role(Role.FINANCE, site_id=claim.site_id)


def can_write_legal_note(actor: Actor, claim: Claim) -> bool:
    """The legal reviewer, while the claim is under review or once they took part in one."""
    if actor.is_system or actor.client or claim.step in FINISHED_STEPS:
        return False
    if not actor.user.has_role(Role.LEGAL, site_id=claim.site_id):
        return False
    return claim.in_legal_review or has_part(actor, claim, ParticipantRole.APPROVER)


def can_edit_templates(actor: Actor) -> bool:
    """Letter templates and limits: quality managers."""
    return not actor.is_system and not actor.client and actor.user.has_role(Role.QUALITY_MANAGER)


def require_may(allowed: bool, message: object = "") -> None:
    """Raise NotPermitted unless `allowed`."""
    if not allowed:
        raise NotPermitted(message) if message else NotPermitted()

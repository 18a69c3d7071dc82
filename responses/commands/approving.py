"""Agreeing on the final response: send for approval, sign, return, take back."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import Role
from accounts.selectors import acting_for
from claims.commands import add_participant, note_facts
from claims.models import Claim
from claims.states import ParticipantRole, Step
from core import clock
from core.actors import Actor
from core.errors import NotPermitted, TransitionRefused
from core.inputs import said
from responses import events
from responses.agreement import (
    MEANINGS,
    digest_of,
    legal_reason,
    missing_roles,
    roles_to_sign,
    standing_approvals,
)
from responses.agreement import decision_of as read_decision
from responses.commands.base import (
    about,
    locked_letter,
    note,
    open_final,
    require_not_on_its_way,
    require_response_step,
    require_state,
    void_approvals,
)
from responses.commands.due import set_due
from responses.commands.signing import confirm_identity
from responses.models import Approval, Decision, Letter, LetterRevision, Remark
from responses.policies import (
    can_write_letters,
    is_bound,
    require_may,
    reviewer_of,
    signer_of,
)
from responses.states import LetterState
from responses.vetting import missing_of


def submit_letter(*, actor: Actor, letter: Letter, version: int | None = None) -> Letter:
    """Send the final response for approval, as its next version.

    Legal reviewers see the claim from now on if they have to sign. Raises Stale, NotPermitted,
    TransitionRefused (wrong step or state, or what the checks found, with the list).
    """
    with locked_letter(letter, version=version) as fresh:
        claim = fresh.claim
        require_may(can_write_letters(actor, claim))
        require_may(fresh.needs_approval, _("This letter goes out without approval."))
        require_response_step(claim)
        require_state(fresh, _("Send for approval"), LetterState.DRAFT)
        missing = missing_of(fresh)
        if missing:
            raise TransitionRefused(
                " ".join(each.detail for each in missing),
                current=fresh.state,
                missing=missing,
                code="letter_not_ready",
            )
        fresh.submit()
        fresh.needs_legal = bool(legal_reason(claim, read_decision(claim)))
        fresh.save_changes("state", "revision", "submitted_at", "needs_legal")
        LetterRevision.objects.create(
            letter=fresh, number=fresh.revision, texts=fresh.texts, by=actor.user
        )
        if fresh.needs_legal:
            note_facts(claim=claim, in_legal_review=True)
        roles = roles_to_sign(fresh)
        note(events.LETTER_SUBMITTED, actor, fresh, claim, **about(fresh), roles=roles)
    return fresh


def approve_letter(
    *,
    actor: Actor,
    letter: Letter,
    password: str = "",
    comment: str = "",
    version: int | None = None,
) -> Letter:
    """Sign the response with the role that is still missing and that the actor holds.

    The last signature makes the letter ready to be sent and the decision agreed. A person enters
    the password again; a client needs the scope. Raises Stale, NotPermitted (own words, role),
    InvalidInput (password), TransitionRefused.
    """
    confirm_identity(actor, password)
    with locked_letter(letter, version=version) as fresh:
        claim = fresh.claim
        require_response_step(claim)
        require_state(fresh, _("Approve"), LetterState.IN_APPROVAL)
        _drop_old_signatures(fresh)
        role, actor = _role_for(actor, fresh)
        approval = Approval.objects.create(
            letter=fresh,
            revision=fresh.revision,
            role=role,
            meaning=MEANINGS[Role(role)],
            by=actor.user,
            by_label=actor.label,
            in_place_of=str(actor.in_place_of or ""),
            via=actor.via.value,
            comment=comment.strip(),
            digest=digest_of(fresh),
            at=clock.now(),
        )
        # The reviewer keeps sight of what they signed after the review is over.
        add_participant(claim=claim, user=actor.user, role=ParticipantRole.APPROVER)
        left = missing_roles(fresh)
        note(
            events.LETTER_SIGNED,
            actor,
            fresh,
            claim,
            **about(fresh),
            role=role,
            meaning=approval.meaning,
            digest=approval.digest,
            left=left,
        )
        fresh.save_changes()
        if not left:
            _complete(actor, fresh)
    return fresh


def _drop_old_signatures(letter: Letter) -> None:
    """Those of an earlier stay in the step, if nobody has made them void yet."""
    standing = [each.pk for each in standing_approvals(letter)]
    old = Approval.objects.filter(letter=letter, voided_at=None).exclude(pk__in=standing)
    old.update(voided_at=clock.now(), voided_reason="claim_returned")


def _role_for(actor: Actor, letter: Letter) -> tuple[str, Actor]:
    """The missing role that the actor may sign for, and the actor as they sign: for whom."""
    if not actor.is_system and is_bound(actor.user, letter):
        raise NotPermitted(
            _("Nobody approves their own words: you wrote or changed this response, its decision "
              "or its root cause."),
            code="own_words",
        )  # fmt: skip
    signed = {approval.by_id for approval in standing_approvals(letter)}
    if not actor.is_system and actor.user.pk in signed:
        raise NotPermitted(_("You have signed already; another person signs for the other role."))
    for role in missing_roles(letter):
        signer = signer_of(actor, letter, role)
        if signer is not None and signer.pk not in signed:
            return role, acting_for(actor, signer)
    raise NotPermitted(_("Your role does not approve this response now."))


def _complete(actor: Actor, letter: Letter) -> None:
    letter.approve()
    letter.save_changes("state", "approved_at")
    claim = letter.claim
    Decision.objects.filter(claim=claim).update(approved_at=letter.approved_at)
    set_due(claim, letter.approved_at)
    if claim.in_legal_review:
        note_facts(claim=claim, in_legal_review=False)
    note(
        events.LETTER_APPROVED,
        actor,
        letter,
        claim,
        **about(letter),
        author=letter.author_id,
        outcome=claim.outcome,
    )


def return_letter(
    *, actor: Actor, letter: Letter, comment: str, version: int | None = None
) -> Letter:
    """Give the response back to its author with a comment; signatures given so far are void.

    Raises Stale, NotPermitted, InvalidInput (no comment), TransitionRefused.
    """
    comment = said("comment", comment, _("Say what has to change."))
    with locked_letter(letter, version=version) as fresh:
        reviewer = reviewer_of(actor, fresh.claim)
        require_may(reviewer is not None)
        actor = acting_for(actor, reviewer)
        require_state(fresh, _("Return"), LetterState.IN_APPROVAL, LetterState.APPROVED)
        void_approvals(actor, fresh, "returned")
        Remark.objects.create(
            letter=fresh,
            revision=fresh.revision,
            text=comment,
            by=actor.user,
            by_label=actor.label,
            at=clock.now(),
        )
        add_participant(claim=fresh.claim, user=actor.user, role=ParticipantRole.APPROVER)
        note(
            events.LETTER_RETURNED,
            actor,
            fresh,
            fresh.claim,
            **about(fresh),
            author=fresh.author_id,
            note=comment,
        )
    return fresh


def take_back_letter(*, actor: Actor, letter: Letter, version: int | None = None) -> Letter:
    """Make a letter a draft again to change it; signatures given so far are void.

    Raises Stale, NotPermitted, TransitionRefused (sent, or on its way).
    """
    with locked_letter(letter, version=version) as fresh:
        require_may(can_write_letters(actor, fresh.claim))
        require_state(fresh, _("Take back"), LetterState.IN_APPROVAL, LetterState.APPROVED)
        require_not_on_its_way(fresh)
        void_approvals(actor, fresh, "taken_back")
        note(events.LETTER_TAKEN_BACK, actor, fresh, fresh.claim, **about(fresh))
    return fresh


def withdraw_response(*, actor: Actor, claim: Claim) -> None:
    """The claim left the step for response: what was in approval or approved is a draft again.

    If the claim is back already, signatures of its earlier stay do not count: a response in
    approval may wait for new ones, one approved without any is taken back. The caller holds the
    claim's lock and passes the locked claim.
    """
    letter = open_final(claim)
    if letter is None or letter.state == LetterState.DRAFT:
        return
    if claim.step == Step.RESPONSE and not (
        letter.state == LetterState.APPROVED and missing_roles(letter)
    ):
        return
    void_approvals(actor, letter, "claim_returned")
    note(events.LETTER_TAKEN_BACK, actor, letter, claim, **about(letter))

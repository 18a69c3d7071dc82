"""What all commands of responses share: the lock, the event, the refusals."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from claims.commands import locked_claim, note_facts
from claims.models import Claim
from claims.states import Step
from core import clock
from core.actors import Actor
from core.errors import Stale, TransitionRefused
from events.commands import record
from events.models import Event
from events.registry import EventKind
from responses import events
from responses.commands.due import set_due
from responses.models import Approval, Decision, Letter, OutgoingMail
from responses.states import OPEN_MAIL, LetterKind, LetterState


@contextmanager
def locked_letter(letter: Letter, *, version: int | None = None) -> Iterator[Letter]:
    """The letter as it is now, under the lock of its claim. Raises Stale."""
    with locked_claim(letter.claim) as claim:
        fresh = Letter.objects.select_related("contact", "author").get(pk=letter.pk)
        fresh.claim = claim
        if version is not None and fresh.version != version:
            raise Stale(fresh, expected=version)
        yield fresh


def note(
    kind: EventKind, actor: Actor, subject: models.Model, claim: Claim, /, **content: Any
) -> Event:
    """Record an event on the claim's chain; `changes` apart, all content is its data."""
    changes = content.pop("changes", None)
    return record(
        kind, actor=actor, subject=subject, claim_id=claim.pk, data=content, changes=changes
    )


def about(letter: Letter) -> dict[str, Any]:
    """What every event of a letter says of it."""
    return {"letter": letter.pk, "letter_kind": letter.kind, "version": letter.revision}


def refuse(letter: Letter, move: Any) -> TransitionRefused:
    """The letter is in a state from which `move` is not possible."""
    return TransitionRefused(
        _("“%(move)s” is not possible: the letter is in the state “%(state)s”.")
        % {"move": move, "state": letter.get_state_display()},
        current=letter.state,
        code="wrong_state",
    )


def require_state(letter: Letter, move: Any, *states: str) -> None:
    """Raise TransitionRefused unless the letter is in one of `states`."""
    if letter.state not in states:
        raise refuse(letter, move)


def require_response_step(claim: Claim) -> None:
    """Agreeing on and sending the final response belongs to step 7."""
    if claim.step != Step.RESPONSE:
        raise TransitionRefused(
            _("This is done in the step “%(step)s”.") % {"step": Step.RESPONSE.label},
            current=claim.step,
            code="wrong_step",
        )


def require_not_on_its_way(letter: Letter) -> None:
    """Nothing changes while the mail has the letter."""
    if OutgoingMail.objects.filter(letter=letter, state__in=OPEN_MAIL).exists():
        raise TransitionRefused(
            _("The letter is on its way to the customer."),
            current=letter.state,
            code="on_its_way",
        )


def open_final(claim: Claim) -> Letter | None:
    """The final response that is being written or agreed, with the locked claim on it."""
    letter = Letter.objects.filter(claim=claim, kind=LetterKind.FINAL).exclude(
        state=LetterState.SENT
    )
    found = letter.select_related("contact", "author").first()
    if found is not None:
        found.claim = claim
    return found


def void_approvals(actor: Actor, letter: Letter, reason: str) -> None:
    """Back to a draft: a signed thing changed, so every signature under it is void, at once.

    The caller holds the claim's lock. `reason` is a code that history keeps.
    """
    require_not_on_its_way(letter)
    held = Approval.objects.filter(letter=letter, voided_at=None)
    voided = held.update(voided_at=clock.now(), voided_reason=reason)
    letter.give_back()
    letter.needs_legal = False
    letter.save_changes("state", "submitted_at", "approved_at", "needs_legal")
    leave_review(letter.claim)
    if voided:
        note(
            events.APPROVALS_VOIDED,
            actor,
            letter,
            letter.claim,
            **about(letter),
            cause=reason,
            author=letter.author_id,
        )


def content_changed(actor: Actor, claim: Claim, reason: str) -> None:
    """The decision or a compensation changed: what was signed or sent before says other words."""
    letter = open_final(claim)
    if letter is not None and letter.state != LetterState.DRAFT:
        void_approvals(actor, letter, reason)
    else:
        leave_review(claim)


def leave_review(claim: Claim) -> None:
    """Neither under legal review nor agreed any more."""
    if claim.in_legal_review:
        note_facts(claim=claim, in_legal_review=False)
    agreed = Decision.objects.filter(claim=claim).exclude(approved_at=None)
    if agreed.update(approved_at=None):
        set_due(claim, None)

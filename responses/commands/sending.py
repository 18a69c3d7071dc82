"""Letters leave the house: by e-mail through the outbox, or by other means that a person notes."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import make_msgid

from django.conf import settings
from django.utils.translation import gettext as _

from claims.commands import reach_milestone
from core import clock
from core.actors import Actor, Via
from core.errors import InvalidInput, TransitionRefused
from core.inputs import said
from responses import events
from responses.agreement import digest_of, missing_roles, standing_approvals
from responses.commands.base import (
    about,
    locked_letter,
    note,
    require_not_on_its_way,
    require_response_step,
    require_state,
)
from responses.models import Letter, OutgoingMail
from responses.models.letters import digest_of_copy
from responses.paper import render_html, render_text
from responses.policies import can_write_letters, require_may
from responses.selectors import role_names
from responses.states import OTHER_CHANNELS, LetterKind, LetterState, MailState, SendChannel
from responses.vetting import missing_of

# A person's watch may go a little ahead of ours.
CLOCK_SKEW = timedelta(minutes=5)
MILESTONES: dict[str, tuple[str, ...]] = {
    LetterKind.ACKNOWLEDGEMENT: ("acknowledged_at",),
    LetterKind.INTERIM: ("first_response_at",),
    LetterKind.FINAL: ("first_response_at", "final_response_at"),
}


def send_letter(*, actor: Actor, letter: Letter, version: int | None = None) -> Letter:
    """Give a letter to the mail. It counts as sent once the mail server has taken it.

    Raises Stale, NotPermitted, InvalidInput (no address), TransitionRefused (not approved, already
    on its way, or what the checks found).
    """
    with locked_letter(letter, version=version) as fresh:
        _prepare(actor, fresh)
        if not fresh.recipient_email:
            raise InvalidInput(
                {"recipient_email": _("Enter the address, or note how else it was sent.")},
                code="required",
            )
        _freeze(fresh)
        fresh.save_changes("state", *FROZEN)
        mail = OutgoingMail.objects.create(
            letter=fresh,
            message_id=make_msgid(f"letter-{fresh.pk}", _domain()),
            to_name=fresh.recipient_name,
            to_email=fresh.recipient_email,
            requested_by=actor.user,
            next_at=clock.now(),
        )
        note(
            events.LETTER_QUEUED,
            actor,
            fresh,
            fresh.claim,
            **about(fresh),
            to=mail.to_email,
            sha256=fresh.frozen_sha256,
        )
    return fresh


def mark_sent(
    *,
    actor: Actor,
    letter: Letter,
    channel: str,
    sent_at: datetime | None = None,
    remark: str = "",
    version: int | None = None,
) -> Letter:
    """Note that a letter reached the customer by other means than the product's own mail.

    `sent_at` is when (now if not said), `remark` how: whom one spoke to, the number of the
    registered letter. The deadline counts when it is noted. Raises Stale, NotPermitted,
    InvalidInput (channel, a moment in the future or before receipt, no remark),
    TransitionRefused as `send_letter`.
    """
    if channel not in OTHER_CHANNELS:
        raise InvalidInput({"channel": _("Choose how it was sent.")}, code="invalid_choice")
    remark = said("remark", remark, _("Say to whom, or under which number it was sent."))
    now = clock.now()
    sent_at = sent_at or now
    if sent_at > now + CLOCK_SKEW:
        raise InvalidInput({"sent_at": _("The moment lies in the future.")})
    with locked_letter(letter, version=version) as fresh:
        if sent_at < fresh.claim.received_at:
            raise InvalidInput({"sent_at": _("This is before the claim was received.")})
        _prepare(actor, fresh)
        _freeze(fresh)
        fresh.send_note = remark
        _mark(actor, fresh, SendChannel(channel), sent_at)
    return fresh


def _prepare(actor: Actor, letter: Letter) -> None:
    """The letter may leave now: right, state, signatures, checks. Afterwards it is approved."""
    require_may(can_write_letters(actor, letter.claim))
    require_not_on_its_way(letter)
    if letter.needs_approval:
        require_response_step(letter.claim)
        require_state(letter, _("Send"), LetterState.APPROVED)
        _require_signatures(letter)
    else:
        require_state(letter, _("Send"), LetterState.DRAFT, LetterState.APPROVED)
    missing = missing_of(letter)
    if missing:
        raise TransitionRefused(
            " ".join(each.detail for each in missing),
            current=letter.state,
            missing=missing,
            code="letter_not_ready",
        )
    if letter.state == LetterState.DRAFT:
        letter.release()


def _require_signatures(letter: Letter) -> None:
    """Every role has signed, and exactly this."""
    left = missing_roles(letter)
    if left:
        text = _("The final response waits for approval: %(roles)s.")
        raise TransitionRefused(
            text % {"roles": ", ".join(role_names(left))},
            current=letter.state,
            code="not_approved",
        )
    now = digest_of(letter)
    if any(approval.digest != now for approval in standing_approvals(letter)):
        raise TransitionRefused(
            _("What was signed is not what stands here now. Take the response back."),
            current=letter.state,
            code="not_approved",
        )


FROZEN = ("frozen_at", "frozen_text", "frozen_html", "frozen_enclosures", "frozen_sha256")


def _freeze(letter: Letter) -> None:
    """Keep what the customer gets, word for word."""
    letter.frozen_at = clock.now()
    letter.frozen_text = render_text(letter)
    letter.frozen_html = render_html(letter)
    letter.frozen_enclosures = [
        {"name": each.name, "size": each.size, "sha256": each.sha256}
        for each in letter.enclosures.order_by("pk")
    ]
    letter.frozen_sha256 = digest_of_copy(letter)


def _mark(actor: Actor, letter: Letter, channel: SendChannel, sent_at: datetime | None) -> None:
    """The customer has it: state, milestones and event, all at one instant."""
    with clock.moved_to(clock.now()):
        letter.send()
        letter.sent_at, letter.sent_by = sent_at or clock.now(), actor.user
        letter.channel = channel
        letter.save_changes("state", "sent_at", "sent_by", "channel", "send_note", *FROZEN)
        for milestone in MILESTONES[letter.kind]:
            reach_milestone(actor=actor, claim=letter.claim, milestone=milestone)
        note(
            events.LETTER_SENT,
            actor,
            letter,
            letter.claim,
            **about(letter),
            channel=channel,
            sent_at=letter.sent_at,
            remark=letter.send_note,
            sha256=letter.frozen_sha256,
        )


def _domain() -> str:
    """The part of a Message-ID that is ours."""
    return settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"


def note_handed_over(*, mail: OutgoingMail) -> None:
    """The mail server has taken a letter: from now on it counts as sent.

    Once only, whoever reports it.
    """
    with locked_letter(mail.letter) as letter:
        fresh = OutgoingMail.objects.select_related("requested_by").get(pk=mail.pk)
        if fresh.state == MailState.SENT:
            return
        _finish(fresh, MailState.SENT, "")
        if letter.state == LetterState.APPROVED:
            actor = Actor(user=fresh.requested_by, via=Via.MAIL)
            _mark(actor, letter, SendChannel.EMAIL, None)


def note_not_delivered(*, mail: OutgoingMail, error: str) -> None:
    """The mail server refused the letter for good: its author has to find another way."""
    with locked_letter(mail.letter) as letter:
        fresh = OutgoingMail.objects.select_related("requested_by").get(pk=mail.pk)
        if not fresh.is_open:
            return
        _finish(fresh, MailState.FAILED, error)
        actor = Actor(user=fresh.requested_by, via=Via.MAIL)
        note(
            events.LETTER_FAILED,
            actor,
            letter,
            letter.claim,
            **about(letter),
            to=fresh.to_email,
            error=error[:500],
            author=letter.author_id,
        )


def note_returned(*, mail: OutgoingMail, error: str) -> None:
    """A mail server reported later that the letter did not arrive.

    It stays sent, with the date that proves it; whoever sent it has to find another way.
    """
    with locked_letter(mail.letter) as letter:
        fresh = OutgoingMail.objects.select_related("requested_by").get(pk=mail.pk)
        if fresh.state == MailState.RETURNED:
            return
        _finish(fresh, MailState.RETURNED, error)
        note(
            events.LETTER_CAME_BACK,
            Actor(via=Via.MAIL),
            letter,
            letter.claim,
            **about(letter),
            to=fresh.to_email,
            error=error[:500],
            author=letter.author_id,
        )


def _finish(mail: OutgoingMail, state: MailState, error: str) -> None:
    mail.state, mail.error = state, error[:2000]
    mail.finished_at = mail.updated_at = clock.now()
    mail.save(update_fields=["state", "error", "finished_at", "updated_at"])

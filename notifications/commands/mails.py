"""Sending e-mails: claim a row, commit, send, mark. Never inside a transaction.

A mail server that cannot be reached is not the fault of any e-mail: no attempt is counted and all
of them wait.
"""

from __future__ import annotations

import logging
import smtplib
import time
from datetime import timedelta

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import models, transaction
from django.db.models import Q

from claims.commands import locked_claim
from core import clock, mail_server
from core.actors import SYSTEM, Actor
from events.commands import record
from notifications import events
from notifications.mails import email_of
from notifications.models import Message, Notice
from notifications.policies import can_name_recipients, require
from notifications.selectors import dead_messages
from notifications.states import MessageState

log = logging.getLogger(__name__)

# Short at first, so that a server that refused for half a minute delays nothing by more than two.
FIRST_DELAY = timedelta(seconds=20)
LONGEST_DELAY = timedelta(hours=1)
# With the delays above: about seven hours.
MOST_ATTEMPTS = 14
# A row claimed so long ago lost its worker, or the server answers each command slowly: then the
# e-mail goes out twice, and is marked as sent by whoever is through first.
CLAIM_EXPIRES = timedelta(seconds=45)
RUN_SECONDS = 60
PERMANENT = 500


def send_due_messages() -> int:
    """Send every e-mail that is due, until none is left or a minute has passed; returns how many.

    Safe to run in any number of processes at once.
    """
    if not _due().exists() or mail_server.is_away():
        return 0
    connection = get_connection()
    ends = time.monotonic() + RUN_SECONDS
    tried = 0
    try:
        while time.monotonic() < ends and mail_server.reaches(connection):
            message = _take_next()
            if message is None:
                break
            _send(message, connection)
            tried += 1
    finally:
        connection.close()
    return tried


def _due() -> models.QuerySet[Message]:
    """What is to be sent now, and what was claimed by a worker that died."""
    now = clock.now()
    waiting = Q(state__in=[MessageState.QUEUED, MessageState.FAILED], next_at__lte=now)
    lost = Q(state=MessageState.SENDING, claimed_at__lte=now - CLAIM_EXPIRES)
    return Message.objects.filter(waiting | lost)


def _take_next() -> Message | None:
    """Claim the next due row; committed before anything is sent."""
    now = clock.now()
    with transaction.atomic():
        message = (
            _due()
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("notice__claim", "notice__user")
            .order_by("next_at", "id")
            .first()
        )
        if message is None:
            return None
        message.state, message.claimed_at = MessageState.SENDING, now
        message.attempts += 1
        message.save(update_fields=["state", "claimed_at", "attempts"])
    return message


def _send(message: Message, connection: BaseEmailBackend) -> None:
    try:
        email_of(message, connection).send()
    except Exception as error:  # noqa: BLE001 - whatever a mail server does, the row must say so
        log.warning("e-mail %s was not sent: %s", message.message_id, error)
        connection.close()
        _mark_failed(message, error)
    else:
        _mark_sent(message)


def _mark_sent(message: Message) -> None:
    """The server took it: true even when another worker has taken the row over since."""
    now = clock.now()
    with transaction.atomic():
        first = (
            Message.objects.filter(pk=message.pk)
            .exclude(state=MessageState.SENT)
            .update(state=MessageState.SENT, sent_at=now, error="", updated_at=now)
        )
        if first and message.notice.sent_at is None:
            message.notice.sent_at = now
            message.notice.save_changes("sent_at")


def _mark_failed(message: Message, error: Exception) -> None:
    dead = is_permanent(error) or message.attempts >= MOST_ATTEMPTS
    delay = min(FIRST_DELAY * 2 ** (message.attempts - 1), LONGEST_DELAY)
    now = clock.now()
    with locked_claim(message.notice.claim) as claim:
        ours = _ours(message).update(
            state=MessageState.DEAD if dead else MessageState.FAILED,
            next_at=now + delay,
            error=f"{type(error).__name__}: {error}"[:2000],
            updated_at=now,
        )
        if ours and dead:
            record(
                events.NOT_SENT,
                actor=SYSTEM,
                subject=message.notice,
                claim_id=claim.pk,
                data={"recipient": message.notice.recipient, "error": str(error)[:500]},
            )


def _ours(message: Message) -> models.QuerySet[Message]:
    """The row, unless another worker took it over because this one was too slow."""
    return Message.objects.filter(
        pk=message.pk, state=MessageState.SENDING, attempts=message.attempts
    )


def is_permanent(error: Exception) -> bool:
    """Whether the server refuses this recipient or this mail for good (5xx)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= PERMANENT for code, _text in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= PERMANENT


def try_all_again(*, actor: Actor) -> int:
    """Queue every dead e-mail of the claims that the actor coordinates; returns how many."""
    messages = list(dead_messages(actor))
    for message in messages:
        try_again(actor=actor, message=message)
    return len(messages)


def note_returned(*, message: Message, error: str) -> None:
    """A mail server reported that an e-mail did not arrive: its recipient does not know yet."""
    with locked_claim(message.notice.claim) as claim:
        notice = Notice.objects.select_related("user").get(pk=message.notice_id)
        came_back = Message.objects.filter(pk=message.pk).exclude(state=MessageState.DEAD)
        if not came_back.update(
            state=MessageState.DEAD, error=error[:2000], updated_at=clock.now()
        ):
            return
        notice.sent_at = None
        notice.save_changes("sent_at")
        record(
            events.NOT_SENT,
            actor=SYSTEM,
            subject=notice,
            claim_id=claim.pk,
            data={"recipient": notice.recipient, "error": error[:500]},
        )


def try_again(*, actor: Actor, message: Message) -> None:
    """Queue a dead e-mail again, after its cause is gone. Raises NotPermitted."""
    with locked_claim(message.notice.claim) as claim:
        require(can_name_recipients(actor, claim))
        revived = Message.objects.filter(pk=message.pk, state=MessageState.DEAD).update(
            state=MessageState.QUEUED, attempts=0, next_at=clock.now(), error=""
        )
        if revived:
            record(
                events.TRIED_AGAIN,
                actor=actor,
                subject=message.notice,
                claim_id=claim.pk,
                data={"recipient": message.notice.recipient},
            )

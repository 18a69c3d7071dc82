"""Making and sending daily summaries: one a person and day, whatever runs at the same time."""

from __future__ import annotations

import logging
import time
from contextlib import closing
from datetime import timedelta

from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, models, transaction

from core import clock, mail_server
from notifications.commands.sending import (
    CLAIM_EXPIRES,
    FIRST_DELAY,
    LONGEST_DELAY,
    MOST_ATTEMPTS,
)
from notifications.quiet import mail_at
from notifications.senders import is_permanent
from notifications.states import MessageState
from worklist.digest import Turn, whose_turn, write
from worklist.models import Digest

log = logging.getLogger(__name__)

RUN_SECONDS = 60
# Yesterday's summary is of no use: what could not be sent by then is given up.
USEFUL_FOR = timedelta(hours=16)


def send_digests() -> int:
    """Make the summaries whose time has come and send what waits; returns how many were made."""
    made = make_digests()
    send_waiting_digests()
    return made


def make_digests() -> int:
    """Make the summary of everybody whose morning has come; for at most a minute."""
    ends = time.monotonic() + RUN_SECONDS
    made = 0
    for turn in whose_turn():
        made += _make(turn)
        if time.monotonic() > ends:
            break
    return made


def _make(turn: Turn) -> int:
    """Write and keep the summary; 0 when another worker was quicker or it could not be written."""
    if Digest.objects.filter(user=turn.user, day=turn.day).exists():
        return 0
    try:
        digest = write(turn)
    except Exception:
        log.exception("the summary of %s could not be written", turn.user.pk)
        return 0
    now = clock.now()
    digest.next_at = mail_at(turn.user, now)
    if not digest.text:
        digest.state, digest.sent_at = MessageState.SENT, now
    try:
        with transaction.atomic():
            digest.save()
    except IntegrityError:
        return 0
    return 1


def send_waiting_digests() -> int:
    """Send what waits, for at most a minute; returns how many were tried."""
    _give_up_old()
    if not _due().exists() or mail_server.is_away():
        return 0
    tried = 0
    with closing(mail_server.reached(RUN_SECONDS)) as connections:
        for connection in connections:
            digest = _take_next()
            if digest is None:
                break
            _send(digest, connection)
            tried += 1
    return tried


def _take_next() -> Digest | None:
    """Claim the next due row: until `next_at` nobody else takes it, committed before sending."""
    now = clock.now()
    with transaction.atomic():
        digest = (
            _due()
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("user")
            .order_by("next_at", "id")
            .first()
        )
        if digest is None:
            return None
        digest.state, digest.next_at = MessageState.SENDING, now + CLAIM_EXPIRES
        digest.attempts += 1
        digest.save(update_fields=["state", "next_at", "attempts"])
    return digest


_OPEN = (MessageState.QUEUED, MessageState.SENDING, MessageState.FAILED)


def _due() -> models.QuerySet[Digest]:
    """What is to be sent now, and what was claimed by a worker that died."""
    return Digest.objects.filter(state__in=_OPEN, next_at__lte=clock.now())


def _give_up_old() -> None:
    """Whatever kept them: after a day without a mail server people get one summary, not two."""
    Digest.objects.filter(state__in=_OPEN, created_at__lt=clock.now() - USEFUL_FOR).update(
        state=MessageState.DEAD
    )


def _send(digest: Digest, connection: BaseEmailBackend) -> None:
    try:
        _email_of(digest, connection).send()
    except Exception as error:  # noqa: BLE001 - whatever a mail server does, the row must say so
        log.warning("summary %s was not sent: %s", digest.message_id, error)
        connection.close()
        _mark_failed(digest, error)
    else:
        # The server took it: true even when another worker has taken the row over since.
        Digest.objects.filter(pk=digest.pk).exclude(state=MessageState.SENT).update(
            state=MessageState.SENT, sent_at=clock.now(), error=""
        )


def _mark_failed(digest: Digest, error: Exception) -> None:
    now = clock.now()
    dead = is_permanent(error) or digest.attempts >= MOST_ATTEMPTS
    delay = min(FIRST_DELAY * 2 ** (digest.attempts - 1), LONGEST_DELAY)
    _ours(digest).update(
        state=MessageState.DEAD if dead else MessageState.FAILED,
        next_at=now + delay,
        error=f"{type(error).__name__}: {error}"[:2000],
    )


def _ours(digest: Digest) -> models.QuerySet[Digest]:
    """The row, unless another worker took it over because this one was too slow."""
    return Digest.objects.filter(pk=digest.pk, state=MessageState.SENDING, attempts=digest.attempts)


def _email_of(digest: Digest, connection: BaseEmailBackend) -> EmailMultiAlternatives:
    email = EmailMultiAlternatives(
        subject=digest.subject,
        body=digest.text,
        to=[digest.user.email],
        connection=connection,
        headers={
            "Message-ID": digest.message_id,
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        },
    )
    email.attach_alternative(digest.html, "text/html")
    return email

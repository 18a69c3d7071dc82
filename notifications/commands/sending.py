"""Sending messages: claim a row, commit, send, mark. Never inside a transaction.

A mail server that cannot be reached is not the fault of any e-mail: no attempt is counted and all
of them wait.
"""

from __future__ import annotations

import logging
import time
from datetime import timedelta

from django.db import models, transaction
from django.db.models import Q

from claims.commands import locked_claim
from core import clock
from core.actors import SYSTEM, Actor
from events.commands import record
from notifications import events
from notifications.models import Message, Notice
from notifications.policies import can_name_recipients, require
from notifications.selectors import dead_messages
from notifications.senders import SENDERS, Sender
from notifications.states import Channel, MessageState

log = logging.getLogger(__name__)

# Short at first, so that a server that refused for half a minute delays nothing by more than two.
FIRST_DELAY = timedelta(seconds=20)
LONGEST_DELAY = timedelta(hours=1)
# With the delays above: about seven hours.
MOST_ATTEMPTS = 14
# A row claimed so long ago lost its worker, or the server answers each command slowly: then the
# message goes out twice, and is marked as sent by whoever is through first.
CLAIM_EXPIRES = timedelta(seconds=45)
RUN_SECONDS = 60


def send_due_messages(channel: Channel = Channel.EMAIL) -> int:
    """Send what is due by one channel, until none is left or a minute has passed; returns how many.

    Each channel runs by itself, so that one that hangs holds up no other. Safe to run in any number
    of processes at once.
    """
    if not _due(channel).exists() or SENDERS[channel].is_away():
        return 0
    sender = SENDERS[channel]()
    ends = time.monotonic() + RUN_SECONDS
    tried = 0
    try:
        while time.monotonic() < ends and sender.is_ready():
            message = _take_next(channel)
            if message is None:
                break
            _send(message, sender)
            tried += 1
    finally:
        sender.close()
    return tried


def _due(channel: Channel) -> models.QuerySet[Message]:
    """What is to be sent now, and what was claimed by a worker that died."""
    now = clock.now()
    waiting = Q(state__in=[MessageState.QUEUED, MessageState.FAILED], next_at__lte=now)
    lost = Q(state=MessageState.SENDING, claimed_at__lte=now - CLAIM_EXPIRES)
    return Message.objects.filter(waiting | lost, notice__channel=channel)


def _take_next(channel: Channel = Channel.EMAIL) -> Message | None:
    """Claim the next due row; committed before anything is sent."""
    now = clock.now()
    with transaction.atomic():
        message = (
            _due(channel)
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("notice__claim", "notice__user", "notice__room")
            .order_by("next_at", "id")
            .first()
        )
        if message is None:
            return None
        message.state, message.claimed_at = MessageState.SENDING, now
        message.attempts += 1
        message.save(update_fields=["state", "claimed_at", "attempts"])
    return message


def _send(message: Message, sender: Sender) -> None:
    try:
        sender.send(message)
    except Exception as error:  # noqa: BLE001 - whatever a server does, the row must say so
        words = sender.words(error, message)
        log.warning("message %s was not sent: %s", message.message_id, words)
        sender.close()
        _mark_failed(message, words, permanent=sender.is_permanent(error))
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


def _mark_failed(message: Message, words: str, *, permanent: bool) -> None:
    dead = permanent or message.attempts >= MOST_ATTEMPTS
    delay = min(FIRST_DELAY * 2 ** (message.attempts - 1), LONGEST_DELAY)
    now = clock.now()
    with locked_claim(message.notice.claim) as claim:
        ours = _ours(message).update(
            state=MessageState.DEAD if dead else MessageState.FAILED,
            next_at=now + delay,
            error=words[:2000],
            updated_at=now,
        )
        if ours and dead:
            record(
                events.NOT_SENT,
                actor=SYSTEM,
                subject=message.notice,
                claim_id=claim.pk,
                data={"recipient": message.notice.recipient, "error": words[:500]},
            )


def _ours(message: Message) -> models.QuerySet[Message]:
    """The row, unless another worker took it over because this one was too slow."""
    return Message.objects.filter(
        pk=message.pk, state=MessageState.SENDING, attempts=message.attempts
    )


def try_all_again(*, actor: Actor) -> int:
    """Queue every dead message of the claims that the actor coordinates; returns how many."""
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
    """Queue a dead message again, after its cause is gone. Raises NotPermitted."""
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

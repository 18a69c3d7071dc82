"""Carries letters to the mail server: claim a row, commit, send, mark the result.

No network call sits inside a transaction. A worker that dies between sending and marking makes the
letter go out once more, with the same Message-ID. Letters are tried for about a day; while the mail
server cannot be reached they wait and no attempt is counted.
"""

from __future__ import annotations

import logging
from contextlib import closing
from datetime import timedelta
from email.utils import formataddr
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import QuerySet

from core import clock, mail_server
from responses.commands.sending import note_handed_over, note_not_delivered
from responses.models import Letter, OutgoingMail
from responses.states import OPEN_MAIL, MailState

log = logging.getLogger(__name__)

# Short at first, as for notices: a server that refused for half a minute delays little.
FIRST_DELAY = timedelta(seconds=20)
LONGEST_DELAY = timedelta(hours=2)
GIVE_UP_AFTER = 18
# After that long a claimed letter belongs to a dead worker (tasks end after 150 seconds): a letter
# with large enclosures may take its time, and the customer should not get it twice.
CLAIM_LASTS = timedelta(seconds=160)
RUN_SECONDS = 60


def send_due() -> int:
    """Send every letter that is due, for at most a minute; returns how many were tried.

    Any number may run at once.
    """
    if not _due().exists() or mail_server.is_away():
        return 0
    tried = 0
    with closing(mail_server.reached(RUN_SECONDS)) as connections:
        for connection in connections:
            mail = _claim_next()
            if mail is None:
                break
            _deliver(mail, connection)
            tried += 1
    return tried


def _due() -> QuerySet[OutgoingMail]:
    """What is to be sent now, and what was claimed by a worker that died."""
    return OutgoingMail.objects.filter(state__in=OPEN_MAIL, next_at__lte=clock.now())


def _claim_next() -> OutgoingMail | None:
    """Take a due letter for this worker; until `next_at` nobody else does."""
    now = clock.now()
    with transaction.atomic():
        mail = (
            _due()
            .select_for_update(skip_locked=True, of=("self",))
            .order_by("next_at", "id")
            .first()
        )
        if mail is None:
            return None
        mail.state = MailState.SENDING
        mail.attempts += 1
        mail.next_at, mail.updated_at = now + CLAIM_LASTS, now
        mail.save(update_fields=["state", "attempts", "next_at", "updated_at"])
    return mail


def _deliver(mail: OutgoingMail, connection: BaseEmailBackend) -> None:
    letter = Letter.objects.select_related("claim").get(pk=mail.letter_id)
    try:
        message = message_of(mail, letter)
        message.connection = connection
        message.send()
    except Exception as error:  # noqa: BLE001 - one bad letter must not hold up those behind it
        log.warning("letter %s could not be sent: %s", letter.pk, error)
        connection.close()
        if is_final(error) or mail.attempts >= GIVE_UP_AFTER:
            note_not_delivered(mail=mail, error=_words_of(error))
        else:
            _put_off(mail, error)
    else:
        note_handed_over(mail=mail)


def message_of(mail: OutgoingMail, letter: Letter) -> EmailMultiAlternatives:
    """The e-mail, made of the frozen copy and of nothing that could have changed since."""
    number = letter.claim.number
    subject = letter.subject if number in letter.subject else f"{letter.subject} [{number}]"
    message = EmailMultiAlternatives(
        subject=subject,
        body=letter.frozen_text,
        to=[formataddr((mail.to_name, mail.to_email))],
        headers={"Message-ID": mail.message_id},
    )
    message.attach_alternative(letter.frozen_html, "text/html")
    frozen = {each["sha256"] for each in letter.frozen_enclosures}
    for enclosure in letter.enclosures.filter(sha256__in=frozen).order_by("pk"):
        with enclosure.file.open("rb") as content:
            message.attach(enclosure.name, content.read(), enclosure.media_type)
    return message


def is_final(error: Exception) -> bool:
    """Whether trying again is of no use: the server says 5xx of address or content."""
    if isinstance(error, SMTPRecipientsRefused):
        codes = [code for code, _text in error.recipients.values()]
        return bool(codes) and all(500 <= code < 600 for code in codes)
    return isinstance(error, SMTPResponseException) and 550 <= error.smtp_code < 560


def _words_of(error: Exception) -> str:
    if isinstance(error, SMTPRecipientsRefused):
        parts = [f"{to}: {code} {_text(text)}" for to, (code, text) in error.recipients.items()]
        return "; ".join(parts)
    if isinstance(error, SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return str(error)


def _text(reply: bytes | str) -> str:
    return reply.decode(errors="replace") if isinstance(reply, bytes) else reply


def _put_off(mail: OutgoingMail, error: Exception) -> None:
    delay = min(FIRST_DELAY * 2 ** (mail.attempts - 1), LONGEST_DELAY)
    now = clock.now()
    # Unless another worker took the letter over because this one was too slow.
    ours = OutgoingMail.objects.filter(pk=mail.pk, state=MailState.SENDING, attempts=mail.attempts)
    ours.update(
        state=MailState.QUEUED, next_at=now + delay, updated_at=now, error=_words_of(error)[:2000]
    )

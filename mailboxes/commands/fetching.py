"""Reading mailboxes: lease one, commit, fetch, store each mail, and only then tell the server.

A mail is marked on the server after its row is committed. Whatever dies in between, the mail is
fetched again and known again by its key, or its mark is made up for by `to_mark`.
"""

from __future__ import annotations

import hashlib
import logging
import time
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import Q

from core import clock
from mailboxes import imap
from mailboxes.imap import Letterbox, MailboxFailed
from mailboxes.models import InboundMail, Mailbox
from mailboxes.parsing import header, ids_in, parse_headers, sender_of
from mailboxes.states import MailState, Reason, Trouble

log = logging.getLogger(__name__)

POLL_EVERY = timedelta(minutes=1)
LONGEST_DELAY = timedelta(hours=1)
# Longer than a round and the server's slowest answer; a lease so old lost its worker.
LEASE_LASTS = timedelta(minutes=5)
RUN_SECONDS = 60
MAX_MAIL_BYTES = 64 * 1024 * 1024
# What says who wrote what and when, whichever way the mail came.
WRITTEN = ("From", "Date", "Subject", "Content-Type")


class LeaseLost(Exception):
    """This worker was so slow that another one reads the mailbox now."""


def fetch_due_mailboxes(*, name: str = "", even_if_not_due: bool = False) -> int:
    """Read every mailbox that is due; returns how many mails are new.

    Any number may run at once: a mailbox is read by one worker at a time. `name` restricts to one.
    """
    fetched = 0
    tried: set[int] = set()
    while (mailbox := _lease_next(tried, name, even_if_not_due)) is not None:
        tried.add(mailbox.pk)
        fetched += _read(mailbox)
    return fetched


def _lease_next(tried: set[int], name: str, even_if_not_due: bool) -> Mailbox | None:
    now = clock.now()
    due = Mailbox.objects.filter(is_active=True, paused_at=None).exclude(pk__in=tried)
    due = due.filter(Q(leased_until=None) | Q(leased_until__lte=now))
    if name:
        due = due.filter(name=name)
    if not even_if_not_due:
        due = due.filter(next_poll_at__lte=now)
    with transaction.atomic():
        mailbox = due.select_for_update(skip_locked=True).order_by("next_poll_at", "id").first()
        if mailbox is None:
            return None
        mailbox.lease, mailbox.leased_until = uuid.uuid4(), now + LEASE_LASTS
        mailbox.save(update_fields=["lease", "leased_until"])
    return mailbox


def _read(mailbox: Mailbox) -> int:
    """One round of a mailbox; how it ended stands on its row."""
    fetched = 0
    trouble: MailboxFailed | None = None
    try:
        with imap.opened(mailbox) as box:
            _make_up_for_marks(mailbox, box)
            for new in _fetched(mailbox, box):
                fetched += new
    except MailboxFailed as error:
        log.warning("mailbox %s could not be read: %s", mailbox.name, error)
        trouble = error
    except LeaseLost:
        log.warning("mailbox %s is read by another worker now", mailbox.name)
        return fetched
    _release(mailbox, trouble)
    return fetched


def _fetched(mailbox: Mailbox, box: Letterbox) -> Iterator[bool]:
    """Store and mark what came since the last time; for each mail whether it is new."""
    last = mailbox.last_uid if mailbox.uid_validity == box.uid_validity else 0
    ends = time.monotonic() + RUN_SECONDS
    for uid in box.uids_after(last, mailbox.starts_on):
        if time.monotonic() > ends:
            break
        yield _take(mailbox, box, uid)


def _take(mailbox: Mailbox, box: Letterbox, uid: int) -> bool:
    facts = box.size_and_arrival(uid)
    if facts is None:
        return False
    size, arrived = facts
    too_large = size > MAX_MAIL_BYTES
    raw = box.raw(uid, headers_only=too_large)
    mail = _mail_of(mailbox, box.uid_validity, uid, raw, arrived)
    if too_large:
        mail.state, mail.reason = MailState.DEAD, Reason.TOO_LARGE
        mail.size, mail.to_mark = size, False
    is_new = store_mail(mail=mail, raw=raw)
    if not too_large:
        box.mark(uid, mailbox.move_to)
        InboundMail.objects.filter(
            mailbox=mailbox, uid_validity=box.uid_validity, uid=uid, to_mark=True
        ).update(to_mark=False)
    return is_new


def _make_up_for_marks(mailbox: Mailbox, box: Letterbox) -> None:
    """Mark what a worker stored and died over."""
    for mail in InboundMail.objects.filter(mailbox=mailbox, to_mark=True).order_by("id"):
        # Under another validity the number belongs to another mail.
        if mail.uid_validity == box.uid_validity:
            box.mark(mail.uid, mailbox.move_to)
        InboundMail.objects.filter(pk=mail.pk).update(to_mark=False)


def _mail_of(
    mailbox: Mailbox, uid_validity: int, uid: int, raw: bytes, arrived: datetime
) -> InboundMail:
    """The unsaved row of a mail; what its headers say is read as far as that goes."""
    content = content_digest(raw)
    mail = InboundMail(
        mailbox=mailbox,
        uid_validity=uid_validity,
        uid=uid,
        key=content,
        content_sha256=content,
        size=len(raw),
        received_at=min(arrived, clock.now()),
    )
    try:
        head = parse_headers(raw)
        sender = sender_of(head)
        mail.sender_name, mail.sender_email = sender.name, sender.email
        mail.subject = header(head, "Subject")[:250]
        mail.message_id = next(iter(ids_in(head, "Message-ID")), "")[:250]
    except Exception:
        log.exception("the headers of a mail in %s could not be read", mailbox.name)
    if mail.message_id:
        mail.key = hashlib.sha256(mail.message_id.encode("utf-8", "replace")).hexdigest()
    return mail


def content_digest(raw: bytes) -> str:
    """SHA-256 of what the sender wrote: the headers of the way, which differ, are left out."""
    separator = b"\r\n\r\n" if b"\r\n\r\n" in raw else b"\n\n"
    _head, _separator, body = raw.partition(separator)
    digest = hashlib.sha256(body)
    try:
        head = parse_headers(raw)
        for name in WRITTEN:
            digest.update(f"{name}: {header(head, name)}\n".encode("utf-8", "replace"))
    except Exception:
        log.exception("the headers of a mail could not be read")
        digest.update(_head)
    return digest.hexdigest()


def store_mail(*, mail: InboundMail, raw: bytes) -> bool:
    """Keep a mail under this worker's lease; False when it is known already.

    The same Message-ID with another content is kept as a mail of its own: processing leaves it
    alone, but it is there. Raises LeaseLost, MailboxFailed when it cannot be stored.
    """
    box = mail.mailbox
    known = InboundMail.objects.filter(mailbox=box, key=mail.key).first()
    if known is not None and known.content_sha256 != mail.content_sha256:
        both = f"{mail.key}{mail.content_sha256}".encode()
        mail.key = hashlib.sha256(both).hexdigest()
        known = InboundMail.objects.filter(mailbox=box, key=mail.key).first()
    try:
        with transaction.atomic():
            _advance(mail)
            if known is not None:
                return False
            mail.raw = ContentFile(raw, name="raw")
            mail.save()
    except IntegrityError:
        # A worker that lost its lease stored it at the same moment.
        return False
    except OSError as error:
        raise MailboxFailed(Trouble.STORAGE, error) from error
    return True


def _advance(mail: InboundMail) -> None:
    """Note how far the mailbox is read, and prolong the lease."""
    ours = Mailbox.objects.filter(pk=mail.mailbox_id, lease=mail.mailbox.lease)
    until = clock.now() + LEASE_LASTS
    if not ours.update(uid_validity=mail.uid_validity, last_uid=mail.uid, leased_until=until):
        raise LeaseLost


def _release(mailbox: Mailbox, trouble: MailboxFailed | None) -> None:
    now = clock.now()
    failures = mailbox.failures + 1 if trouble else 0
    delay = min(POLL_EVERY * 2 ** min(failures, 10), LONGEST_DELAY) if trouble else POLL_EVERY
    Mailbox.objects.filter(pk=mailbox.pk, lease=mailbox.lease).update(
        lease=None,
        leased_until=None,
        last_polled_at=now,
        # A little early, so that the next minute's bell finds it due.
        next_poll_at=now + delay - timedelta(seconds=5),
        failures=failures,
        trouble=trouble.trouble if trouble else "",
        trouble_detail=trouble.detail if trouble else "",
    )

"""Which mails are left alone: automatic ones, our own, repetitions and floods."""

from __future__ import annotations

from datetime import timedelta
from email.utils import parseaddr

from django.conf import settings

from mailboxes.models import InboundMail
from mailboxes.parsing import ParsedMail, header
from mailboxes.places import Author
from mailboxes.states import Reason
from notifications.models import Message
from responses.models import OutgoingMail

# Not "list", and no List-Id: a mailbox behind a group address gets every mail with them.
BULK = ("bulk", "junk", "auto_reply")
AUTO_REPLY_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply")
HOUR = timedelta(hours=1)


def why_leave(mail: InboundMail, parsed: ParsedMail, author: Author) -> Reason | None:
    """The reason not to process a mail; None when it is to be processed."""
    if is_own(mail, parsed):
        return Reason.OWN
    if is_auto_reply(parsed):
        return Reason.AUTO_REPLY
    known = author.user is not None or bool(author.contacts)
    if is_automatic(parsed) and not known:
        return Reason.AUTOMATIC
    if is_repetition(mail):
        return Reason.DUPLICATE
    if is_flood(mail):
        return Reason.TOO_MANY
    return None


def is_own(mail: InboundMail, parsed: ParsedMail) -> bool:
    """A mail that we sent came back, or somebody writes under our own address."""
    ours = {parseaddr(settings.DEFAULT_FROM_EMAIL)[1].lower(), mail.mailbox.username.lower()}
    if parsed.sender.email and parsed.sender.email in ours:
        return True
    sent = parsed.message_id
    return bool(sent) and (
        Message.objects.filter(message_id=sent).exists()
        or OutgoingMail.objects.filter(message_id=sent).exists()
    )


def is_auto_reply(parsed: ParsedMail) -> bool:
    """A machine answers a mail: an absence, a receipt, a confirmation of reading.

    Machines also report on their own, an ERP its complaints for one: see `is_automatic`.
    """
    root = parsed.root
    if _automatic(parsed).startswith("auto-replied"):
        return True
    if root.get_content_type() == "multipart/report":
        return True
    if any(header(root, name) for name in AUTO_REPLY_HEADERS):
        return True
    return bool(parsed.references) and is_automatic(parsed)


def is_automatic(parsed: ParsedMail) -> bool:
    """No person sent this mail, or many got it."""
    root = parsed.root
    return (
        _automatic(parsed) not in ("", "no")
        or header(root, "Precedence").lower() in BULK
        or bool(header(root, "X-Auto-Response-Suppress"))
        or header(root, "Return-Path") == "<>"
    )


def _automatic(parsed: ParsedMail) -> str:
    return header(parsed.root, "Auto-Submitted").lower().partition(";")[0].strip()


def is_repetition(mail: InboundMail) -> bool:
    """A mail of the same identifier came before: into another mailbox, or this one is forged."""
    if not mail.message_id:
        return False
    return InboundMail.objects.filter(message_id=mail.message_id, pk__lt=mail.pk).exists()


def is_flood(mail: InboundMail) -> bool:
    """More mails of one sender within an hour than the mailbox allows."""
    recent = InboundMail.objects.filter(
        sender_email=mail.sender_email,
        created_at__gt=mail.created_at - HOUR,
        created_at__lte=mail.created_at,
        pk__lte=mail.pk,
    )
    return recent.count() > mail.mailbox.hourly_limit

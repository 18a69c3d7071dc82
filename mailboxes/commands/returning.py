"""Mails of ours that came back."""

from __future__ import annotations

from django.utils.translation import gettext as _

from claims.commands import add_comment
from claims.models import Claim
from core.actors import Actor, Via
from mailboxes.bounces import Report
from notifications import commands as notices
from notifications.models import Message
from responses import commands as letters
from responses.models import OutgoingMail

MAIL = Actor(via=Via.MAIL)


def note_returned(report: Report) -> Claim | None:
    """Mark the notice or letter that came back; its claim, or None when it was none of ours."""
    mail = (
        OutgoingMail.objects.filter(message_id__in=report.message_ids)
        .select_related("letter__claim", "letter__author", "requested_by")
        .first()
    )
    if mail is not None:
        letters.note_returned(mail=mail, error=report.cause)
        claim = mail.letter.claim
        text = _("The letter “%(subject)s” to %(to)s came back: %(cause)s") % {
            "subject": mail.letter.subject,
            "to": mail.to_email,
            "cause": report.cause,
        }
        # Whoever sent it hears of it: mentioned people get a notice.
        add_comment(actor=MAIL, claim=claim, text=text, mentions=[mail.requested_by])
        return claim
    message = (
        Message.objects.filter(message_id__in=report.message_ids)
        .select_related("notice__claim", "notice__user")
        .first()
    )
    if message is None:
        return None
    notices.note_returned(message=message, error=report.cause)
    return message.notice.claim

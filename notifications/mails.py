"""A notice as an e-mail: rendered once, in the recipient's language, with its fixed headers."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import zone_of
from claims.models import ClaimItem
from notifications.links import confirm_path
from notifications.models import Message, Notice
from notifications.reminders import reminded, url_of
from notifications.states import Channel, Occasion
from notifications.wording import headline

SUBJECT_LENGTH = 200
BLANK_LINES = re.compile(r"\n\s*\n\s*\n*")


def messages_of(notices: Sequence[Notice]) -> list[Message]:
    """The unsaved e-mails of one telling: for each notice by e-mail one. Nothing is sent.

    `notices` are saved, of one claim, and those in the product among them: the mail leads there.
    """
    inside = {each.user_id: each for each in notices if each.channel == Channel.IN_APP}
    mails = [each for each in notices if each.channel == Channel.EMAIL]
    items = list(mails[0].claim.items.select_related("product")) if mails else []
    return [_message(each, inside.get(each.user_id), items) for each in mails]


def _message(notice: Notice, inside: Notice | None, items: Sequence[ClaimItem]) -> Message:
    user = notice.user
    language = user.language if user is not None else notice.claim.site.language
    zone = zone_of((user.time_zone if user is not None else "") or notice.claim.site.time_zone)
    with translation.override(language), timezone.override(zone):
        context = _context(notice, inside) | {"items": items, "LANGUAGE_CODE": language}
        return Message(
            notice=notice,
            message_id=f"<notice-{uuid.uuid4().hex}@{_domain()}>",
            to=user.email if user is not None else notice.address,
            language=language,
            subject=_subject(notice, context["headline"]),
            text=_tidy(render_to_string(f"notifications/mail/{context['template']}.txt", context)),
            html=render_to_string(f"notifications/mail/{context['template']}.html", context),
        )


def _context(notice: Notice, inside: Notice | None) -> dict[str, Any]:
    claim = notice.claim
    asks = inside is not None and inside.needs_confirmation
    if notice.occasion == Occasion.REMINDER:
        return _reminder_context(notice)
    return {
        "template": "notice",
        "claim": claim,
        "order": notice.order,
        "headline": headline(notice),
        "stop_note": notice.event.data.get("stop_note", ""),
        "comment": notice.event.data.get("text", "") if _is_mention(notice) else "",
        "stands_in_for": notice.stands_in_for,
        "company": settings.COMPANY_NAME,
        "is_person": notice.user is not None,
        "url": settings.SITE_URL + reverse("claims:detail", args=[claim.number]),
        "confirm_url": settings.SITE_URL + confirm_path(inside) if inside and asks else "",
        "confirm_by": inside.due_at if inside is not None else None,
    }


def _reminder_context(notice: Notice) -> dict[str, Any]:
    claim, data = notice.claim, notice.event.data
    return {
        "template": "reminder",
        "claim": claim,
        "headline": headline(notice),
        "reminded": reminded(data),
        "stands_in_for": notice.stands_in_for,
        "company": settings.COMPANY_NAME,
        "url": settings.SITE_URL + url_of(data, claim.number, notice.user_id),
    }


def _tidy(text: str) -> str:
    """No blank lines at the ends, at most one between paragraphs."""
    return BLANK_LINES.sub("\n\n", text).strip() + "\n"


def _is_mention(notice: Notice) -> bool:
    return notice.occasion == Occasion.MENTIONED


def _subject(notice: Notice, text: str) -> str:
    """Number first, so that a mail client's list reads as one; never more than one line."""
    whole = f"[{notice.claim.number}] {text}: {notice.claim.title}"
    line = " ".join(whole.split())
    return line if len(line) <= SUBJECT_LENGTH else line[: SUBJECT_LENGTH - 1] + "…"


def email_of(message: Message, connection: BaseEmailBackend) -> EmailMultiAlternatives:
    """What goes to the mail server; all mails of one claim form one thread."""
    root = f"<claim-{message.notice.claim.number}@{_domain()}>"
    email = EmailMultiAlternatives(
        subject=message.subject,
        body=message.text,
        to=[message.to],
        connection=connection,
        headers={
            "Message-ID": message.message_id,
            "References": root,
            "In-Reply-To": root,
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        },
    )
    email.attach_alternative(message.html, "text/html")
    return email


def _domain() -> str:
    """The domain of the sender, which makes our identifiers ours."""
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return address.rpartition("@")[2] or "localhost"

"""A notice as a message to a chat room: a few lines in the room's language, rendered once."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from claims.states import Severity
from notifications.models import Message, Notice
from notifications.states import Channel
from notifications.wording import headline

TITLE_LENGTH = 160
# What chat services read as a call to everybody, or as a link with a text of its own.
DISARMED = str.maketrans({"@": "@\u200b", "<": "‹", ">": "›", "[": "(", "]": ")", "`": "'"})


def messages_of(notices: Sequence[Notice]) -> list[Message]:
    """The unsaved chat messages of one telling: for each notice to a room one. Nothing is sent."""
    return [_message(each) for each in notices if each.channel == Channel.CHAT]


def _message(notice: Notice) -> Message:
    room = notice.room
    assert room is not None, "who is told by chat is a room"
    with translation.override(room.language):
        subject = f"{notice.claim.number}: {headline(notice)}"
        return Message(
            notice=notice,
            message_id=f"chat-{uuid.uuid4().hex}",
            to=room.name,
            language=room.language,
            subject=subject[:250],
            text=_text(notice, subject),
        )


def _text(notice: Notice, subject: str) -> str:
    """Number and event, the title as the reporter wrote it, severity, link."""
    claim = notice.claim
    lines = [subject.translate(DISARMED), _title(claim.title)]
    if notice.severity:
        severity = str(Severity(notice.severity).label)
        lines.append(_("Severity: %(severity)s") % {"severity": severity})
    lines.append(settings.SITE_URL + reverse("claims:detail", args=[claim.number]))
    return "\n".join(line for line in lines if line)


def _title(text: str) -> str:
    line = " ".join(text.split())
    line = line if len(line) <= TITLE_LENGTH else line[: TITLE_LENGTH - 1] + "…"
    return line.translate(DISARMED)

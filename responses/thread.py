"""The correspondence of a claim in order: what came in, what went out, what was noted inside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from claims.models import Attachment, Claim, Clock, Comment
from claims.policies import can_see_comments
from claims.states import Channel, ClockKind
from core.actors import Actor
from core.ui.due import span, standing
from core.ui.wording import short_day
from responses.models import IncomingMessage, Letter
from responses.selectors import (
    last_mail,
    list_comments,
    list_incoming,
    list_letters,
    open_mail,
)
from responses.states import LetterKind, LetterState, MailState, SendChannel

IN, OUT, NOTE = "in", "out", "note"


@dataclass(frozen=True)
class Entry:
    """One message; `kind` is in, out or note. `state` is (look, words) of what is not sent yet."""

    kind: str
    at: datetime
    who: str
    role: str
    text: str
    subject: str = ""
    files: list[Attachment] = field(default_factory=list)
    remark: str = ""
    state: tuple[str, str] | None = None
    letter: Letter | None = None
    language: str = ""


def list_thread(actor: Actor, claim: Claim) -> list[Entry]:
    """Everything said with the customer that the actor may read, the newest first."""
    entries = [_of_letter(claim, each) for each in list_letters(actor, claim)]
    entries += [_of_message(claim, each) for each in list_incoming(claim)]
    entries += _beginning(claim)
    if can_see_comments(actor, claim):
        entries += [_of_comment(each) for each in list_comments(claim)]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _of_letter(claim: Claim, letter: Letter) -> Entry:
    return Entry(
        kind=OUT,
        at=letter.sent_at or letter.created_at,
        who=(letter.sent_by or letter.author).get_full_name(),
        role=str(letter.get_kind_display()),
        subject=letter.subject,
        text=letter.body if letter.kind != LetterKind.FINAL else letter.settlement or letter.body,
        files=list(letter.enclosures.all()),
        remark=_how_sent(claim, letter),
        state=state_of(letter),
        letter=letter,
        language=letter.language,
    )


def state_of(letter: Letter) -> tuple[str, str] | None:
    """Look and words of a letter that the customer does not have."""
    mail = last_mail(letter)
    if letter.state == LetterState.SENT:
        came_back = mail is not None and mail.state == MailState.RETURNED
        return ("late", _("came back")) if came_back else None
    if open_mail(letter) is not None:
        return "work", _("on its way")
    if mail is not None and mail.state == MailState.FAILED:
        return "late", _("could not be sent")
    looks = {LetterState.IN_APPROVAL: "wait", LetterState.APPROVED: "done"}
    look = looks.get(LetterState(letter.state), "work")
    return look, str(letter.get_state_display())


def _how_sent(claim: Claim, letter: Letter) -> str:
    """How the customer got it, and for an acknowledgement how fast."""
    if letter.sent_at is None:
        return ""
    parts = []
    if letter.channel != SendChannel.EMAIL:
        parts.append(str(letter.get_channel_display()))
        parts.append(letter.send_note)
    if letter.kind == LetterKind.ACKNOWLEDGEMENT:
        parts.append(_("after %(span)s") % {"span": span(letter.sent_at - claim.received_at)})
    signers = ", ".join(each.by.get_short_name() for each in letter.approvals.all())
    if signers:
        parts.append(_("approved by %(people)s") % {"people": signers})
    return " · ".join(part for part in parts if part)


def _of_message(claim: Claim, message: IncomingMessage) -> Entry:
    return Entry(
        kind=IN,
        at=message.received_at,
        who=message.sender_name or message.sender_email or str(claim.customer or _("customer")),
        role=_role_of(claim, message.channel),
        subject=message.subject,
        text=message.text,
        files=list(message.attachments.all()),
    )


def _role_of(claim: Claim, channel: str) -> str:
    words = [str(claim.customer)] if claim.customer else []
    if channel != Channel.EMAIL:
        words.append(str(Channel(channel).label))
    return ", ".join(words)


def _beginning(claim: Claim) -> Iterator[Entry]:
    """The claim itself is the customer's first message, unless one of ours reported it."""
    if claim.channel == Channel.SHOP_FLOOR or not claim.description:
        return
    yield Entry(
        kind=IN,
        at=claim.received_at,
        who=str(claim.contact or claim.reporter or claim.customer or _("customer")),
        role=_role_of(claim, claim.channel),
        subject=claim.title,
        text=claim.description,
    )


def _of_comment(comment: Comment) -> Entry:
    author = comment.author.get_full_name() if comment.author else comment.author_label
    return Entry(
        kind=NOTE, at=comment.created_at, who=author, role=_("internal note"), text=comment.text
    )


@dataclass(frozen=True)
class Stage:
    """One of the words to the customer: `kind` is d done, n now, f ahead, l late.

    `url` leads to why it is due when it is.
    """

    kind: str
    icon: str
    name: str
    words: str
    url: str = ""


def list_stages(claim: Claim, letter: Letter | None, clocks: Sequence[Clock]) -> list[Stage]:
    """Acknowledgement, interim reply, final response: done, being done, ahead."""
    by_kind = {each.kind: each for each in clocks if each.stopped_at or claim.is_open}
    stages = [_acknowledged(claim, by_kind.get(ClockKind.ACKNOWLEDGEMENT))]
    first_only = claim.first_response_at and claim.first_response_at != claim.final_response_at
    if first_only or claim.final_response_at is None:
        first_due = by_kind.get(ClockKind.INITIAL_INVESTIGATION)
        stages.append(_reached(claim, _("Interim reply"), claim.first_response_at, first_due))
    return [*stages, _final(claim, letter, by_kind.get(ClockKind.FINAL_RESPONSE))]


def _acknowledged(claim: Claim, clock: Clock | None) -> Stage:
    if claim.acknowledgement_waiver and claim.acknowledged_at is None:
        return Stage("d", "mail-off", _("Acknowledgement"), _("waived"))
    return _reached(claim, _("Acknowledgement"), claim.acknowledged_at, clock)


def _reached(claim: Claim, name: str, at: datetime | None, clock: Clock | None) -> Stage:
    if clock is None:
        return Stage("d", "check", name, short_day(at)) if at else _not_sent(name)
    seen = standing(clock.due_at, done_at=at, soon_at=clock.soon_at, held_at=clock.held_at)
    url = reverse("claims:deadline", args=[claim.number, clock.pk])
    if at is None:
        return Stage("l" if seen.is_late else "f", seen.icon, name, seen.words, url)
    return Stage("d", "check", name, f"{short_day(at)}, {seen.words}", url)


def _not_sent(name: str) -> Stage:
    return Stage("f", "clock", name, _("not sent"))


def _final(claim: Claim, letter: Letter | None, clock: Clock | None) -> Stage:
    name = _("Final response")
    if letter is None or letter.state == LetterState.SENT:
        return _reached(claim, name, claim.final_response_at, clock)
    state = state_of(letter)
    words = [state[1] if state else ""]
    if letter.revision:
        words.append(_("version %(n)s") % {"n": letter.revision})
    return Stage("n", "pencil", name, ", ".join(filter(None, words)))

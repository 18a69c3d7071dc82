"""What a mail writes into a claim: the claim itself, files, and the words of its sender.

Everything goes through the commands of the apps that own it. The sender of a mail can be forged, so
a person's mail does nothing that person could not do; what they may not write themselves, the
system writes down in their name and says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from claims.commands import add_comment, attach_file, report_claim
from claims.models import Attachment, Claim
from claims.policies import can_attach_file, can_comment, can_report_claim
from core import clock
from core.actors import Actor, Via
from core.errors import InvalidInput
from mailboxes.models import InboundMail
from mailboxes.parsing import MailFile, ParsedMail
from mailboxes.places import Author, Place
from mailboxes.quoting import bare_subject, is_forward, new_words
from mailboxes.states import Result
from responses.commands import receive_message

MAIL = Actor(via=Via.MAIL)
MOST_FILES = 50
LONGEST_TEXT = 50_000
# A file refused for one of these is not refused for good.
PASSING = ("scanner_unavailable",)


@dataclass(frozen=True)
class Post:
    """A mail on its way into a claim."""

    mail: InboundMail
    parsed: ParsedMail
    author: Author
    place: Place

    @property
    def person(self) -> Actor | None:
        """The sender as an actor, when they are of the house."""
        user = self.author.user
        return Actor(user=user, via=Via.MAIL) if user is not None else None

    @property
    def received_at(self) -> Any:
        """When the server got it; never later than now."""
        return min(self.mail.received_at, clock.now())

    def words(self) -> str:
        """What the sender newly says; never empty."""
        text = self.parsed.text
        if not is_forward(self.parsed.subject):
            text = new_words(text)
        return _cut(text) or _("(The mail has no text.)")


@dataclass
class Filed:
    """The files of a mail: those on the claim, and why others are not."""

    kept: list[Attachment] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def open_claim(post: Post) -> Claim:
    """A new claim in receipt, with the whole text. Called in a transaction."""
    parsed, box = post.parsed, post.mail.mailbox
    contact = post.author.contact
    sender = str(parsed.sender) or _("unknown sender")
    title = bare_subject(parsed.subject) or (_("E-mail from %(sender)s") % {"sender": sender})
    fields: dict[str, Any] = {
        "title": title[:250],
        "description": _cut(parsed.text),
        "channel": box.channel,
        "site": box.site,
        "received_at": post.received_at,
        "reporter": sender[:200],
    }
    if contact is not None:
        fields |= {"customer": contact.customer, "contact": contact}
    person = post.person
    actor = person if person is not None and can_report_claim(person) else MAIL
    return report_claim(actor=actor, fields=fields)


def attach_files(post: Post, claim: Claim) -> Filed:
    """The files of the mail on the claim; done again, the same ones. Not in a transaction.

    Raises InvalidInput when a file cannot be judged now.
    """
    filed = Filed()
    person = post.person
    actor = person if person is not None and can_attach_file(person, claim) else MAIL
    for file in post.parsed.files[:MOST_FILES]:
        try:
            filed.kept.append(_attach(actor, claim, file))
        except InvalidInput as refusal:
            if refusal.code in PASSING:
                raise
            filed.refused.append(f"{file.name[:200]}: {refusal}")
    left = len(post.parsed.files) - MOST_FILES
    if left > 0:
        text = ngettext("%(n)s more file was left out.", "%(n)s more files were left out.", left)
        filed.refused.append(text % {"n": left})
    return filed


def _attach(actor: Actor, claim: Claim, file: MailFile) -> Attachment:
    upload = SimpleUploadedFile(file.name or "file", file.content, file.media_type)
    upload.name = file.name
    return attach_file(actor=actor, claim=claim, upload=upload)


def add_to_claim(post: Post, claim: Claim, files: Filed, *, is_new: bool) -> Result:
    """The words of the mail, and notes about what should be known. Called in a transaction."""
    notes = _notes(post, files)
    if is_new:
        _note(claim, notes)
        return Result.CLAIM
    if post.person is not None:
        _comment(post, claim, post.person, notes)
        return Result.COMMENT
    if post.place.inside and not _is_customer(post, claim):
        _comment(post, claim, None, notes)
        return Result.COMMENT
    receive_message(
        actor=MAIL,
        claim=claim,
        text=post.words(),
        subject=post.parsed.subject,
        sender_name=post.parsed.sender.name,
        sender_email=post.parsed.sender.email,
        received_at=post.received_at,
        message_id=post.mail.message_id,
        attachments=files.kept,
    )
    _note(claim, notes)
    return Result.MESSAGE


def _is_customer(post: Post, claim: Claim) -> bool:
    return any(each.customer_id == claim.customer_id for each in post.author.contacts)


def _comment(post: Post, claim: Claim, person: Actor | None, notes: Sequence[str]) -> None:
    """As the person when they may; else the system's, naming the sender."""
    words = post.words()
    if person is not None and can_comment(person, claim):
        add_comment(actor=person, claim=claim, text=words)
    else:
        sender = str(post.parsed.sender) or _("unknown sender")
        head = _("E-mail from %(sender)s:") % {"sender": sender}
        add_comment(actor=MAIL, claim=claim, text=f"{head}\n\n{words}")
    _note(claim, notes)


def _note(claim: Claim, notes: Sequence[str]) -> None:
    if notes:
        add_comment(actor=MAIL, claim=claim, text="\n\n".join(notes))


def _notes(post: Post, files: Filed) -> list[str]:
    notes = []
    if post.place.doubted is not None:
        notes.append(
            _(
                "The subject names claim %(number)s, but its sender is not known there. "
                "If the mail belongs to it, cancel this claim as a duplicate."
            )
            % {"number": post.place.doubted.number}
        )
    if len(post.author.contacts) > 1 and post.author.contact is None:
        names = ", ".join(str(each.customer) for each in post.author.contacts)
        notes.append(
            _("The sender is a contact of several customers: %(names)s.") % {"names": names}
        )
    if files.refused:
        head = _("Files of the mail that were not taken; the mail itself is kept as it came:")
        notes.append("\n".join([head, *(f"– {each}" for each in files.refused)]))
    return notes


def _cut(text: str) -> str:
    """A text of bearable length; the raw mail has all of it."""
    if len(text) <= LONGEST_TEXT:
        return text.strip()
    return (
        text[:LONGEST_TEXT].rstrip() + "\n\n" + _("… (The mail goes on; its whole text is kept.)")
    )

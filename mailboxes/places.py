"""Where a mail belongs: who wrote it, and which claim it is about.

Anybody can write any sender and any claim number. What only those can know who got a mail of this
claim decides alone: the Message-ID of one of its mails, or its tracking code. A number, or the
thread name made of it, counts only from people of the house and from those whom the claim has dealt
with.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from accounts.models import User
from claims.models import Claim
from mailboxes.models import InboundMail
from mailboxes.parsing import ParsedMail
from masterdata.models import CustomerContact
from notifications.models import Message
from responses.models import OutgoingMail

NUMBER = re.compile(r"(?<![\d-])\d{2}-\d{4,13}(?![\d-])")
THREAD = re.compile(r"^<claim-(\d{2}-\d{4,13})@", re.IGNORECASE)
TRACKING_CODE = re.compile(r"(?<![\w-])[\w-]{22}(?![\w-])", re.ASCII)
MOST_REFERENCES = 50


@dataclass(frozen=True)
class Author:
    """The sender as far as they are known: a person of the house, or a customer's contact."""

    user: User | None
    contacts: list[CustomerContact]

    @property
    def contact(self) -> CustomerContact | None:
        """The contact, when the address belongs to one customer only."""
        customers = {each.customer_id for each in self.contacts}
        return self.contacts[0] if len(customers) == 1 else None


@dataclass(frozen=True)
class Place:
    """The claim of a mail; `doubted` is one that it names without being known there.

    `inside` says that it answers a notice, which is not a letter to the customer.
    """

    claim: Claim | None = None
    inside: bool = False
    doubted: Claim | None = None


def author_of(mail: ParsedMail) -> Author:
    """Look the sender's address up."""
    email = mail.sender.email
    if not email:
        return Author(None, [])
    user = User.objects.filter(email=email, is_active=True, is_service=False).first()
    contacts = CustomerContact.objects.filter(email__iexact=email).select_related("customer")
    return Author(user, list(contacts.order_by("-id")))


def place_of(mail: ParsedMail, author: Author) -> Place:
    """The claim that this mail belongs to, by thread, tracking code or number."""
    references = mail.references[:MOST_REFERENCES]
    if (found := _of_letters(references) or _of_inbound(references)) is not None:
        return Place(found)
    if (found := _of_notices(references)) is not None:
        return Place(found, inside=True)
    if (found := _by_tracking_code(mail.subject)) is not None:
        return Place(found)
    named = _by_number(mail.subject, references)
    if named is None:
        return Place()
    return Place(named) if is_known_at(named, mail, author) else Place(doubted=named)


def is_known_at(claim: Claim, mail: ParsedMail, author: Author) -> bool:
    """A person of the house, or somebody the claim has dealt with."""
    if author.user is not None:
        return True
    if not mail.sender.email:
        return False
    if any(each.customer_id == claim.customer_id for each in author.contacts):
        return True
    email = mail.sender.email
    wrote = InboundMail.objects.filter(claim=claim, sender_email=email)
    was_written_to = OutgoingMail.objects.filter(letter__claim=claim, to_email__iexact=email)
    return wrote.exists() or was_written_to.exists()


def _of_letters(references: list[str]) -> Claim | None:
    found = OutgoingMail.objects.filter(message_id__in=references).order_by("-id")
    mail = found.select_related("letter__claim").first()
    return mail.letter.claim if mail is not None else None


def _of_inbound(references: list[str]) -> Claim | None:
    """An earlier mail that came in: the customer goes on in their own thread."""
    found = InboundMail.objects.filter(message_id__in=references).exclude(claim=None)
    mail = found.select_related("claim").order_by("-id").first()
    return mail.claim if mail is not None else None


def _of_notices(references: list[str]) -> Claim | None:
    found = Message.objects.filter(message_id__in=references).order_by("-id")
    message = found.select_related("notice__claim").first()
    return message.notice.claim if message is not None else None


def _by_tracking_code(subject: str) -> Claim | None:
    return Claim.objects.filter(tracking_code__in=TRACKING_CODE.findall(subject)).first()


def _by_number(subject: str, references: list[str]) -> Claim | None:
    threads = [found[1] for each in references if (found := THREAD.match(each))]
    for number in [*NUMBER.findall(subject), *threads]:
        if (claim := Claim.objects.filter(number=number).first()) is not None:
            return claim
    return None

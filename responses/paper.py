"""A letter as the customer sees it: for the preview, the e-mail and the frozen copy."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts.models import Role, User
from claims.models import Claim
from core import clock
from core.ui.wording import bare_number
from responses.filling import in_language, long_day
from responses.models import Letter
from responses.models.letters import label_of
from responses.states import LetterKind, LetterState

# The texts that stand under a heading of their own.
HEADED = ("findings", "done", "planned", "settlement")


@dataclass(frozen=True)
class Part:
    """A piece of text; `name` is its field, `heading` may be empty."""

    name: str
    heading: str
    text: str


@dataclass(frozen=True)
class Paper:
    """Everything that stands on the page, in the letter's language."""

    language: str
    company: str
    address: list[str]
    date: str
    references: list[str]
    subject: str
    parts: list[Part]
    regards: str
    signer: str
    signer_position: str
    awaits_signature: bool
    enclosed: str
    enclosures: list[str] = field(default_factory=list)


def paper_of(letter: Letter, *, empty_parts: bool = False) -> Paper:
    """The page of a letter as it stands; `empty_parts` keeps a place for unwritten texts."""
    with in_language(letter.language, letter.claim):
        return _paper(letter, empty_parts=empty_parts)


def _paper(letter: Letter, *, empty_parts: bool) -> Paper:
    claim = letter.claim
    signer = signer_of(letter)
    return Paper(
        language=letter.language,
        company=str(settings.COMPANY_NAME),
        address=_address(letter),
        date=long_day(_moment(letter)),
        references=_references(claim),
        subject=letter.subject,
        parts=[
            Part(name, _heading(name), getattr(letter, name))
            for name in letter.text_fields
            if empty_parts or getattr(letter, name).strip()
        ],
        regards=_("Yours sincerely,"),
        signer=signer.get_full_name() if signer else "",
        signer_position=signer.position if signer else "",
        awaits_signature=letter.needs_approval and signer is None,
        enclosed=_("Enclosed"),
        enclosures=[each.name for each in letter.enclosures.all()],
    )


def _moment(letter: Letter) -> datetime:
    return letter.frozen_at or clock.now()


def _address(letter: Letter) -> list[str]:
    claim, contact = letter.claim, letter.contact
    position = contact.position if contact is not None else ""
    person = ", ".join(part for part in (letter.recipient_name, position) if part)
    customer = claim.customer
    city = customer.city if customer is not None else ""
    return [line for line in (str(customer or ""), person, city) if line]


def _references(claim: Claim) -> list[str]:
    lines = [_("Our ref. %(number)s") % {"number": claim.number}]
    if claim.customer_claim_no:
        lines.append(_("Your ref. %(number)s") % {"number": bare_number(claim.customer_claim_no)})
    return lines


def _heading(name: str) -> str:
    return label_of(name) if name in HEADED else ""


def signer_of(letter: Letter) -> User | None:
    """Whose name stands under the letter: who released it, else its author.

    None while a final response waits for its signature.
    """
    if letter.kind != LetterKind.FINAL:
        return letter.author
    if letter.state not in (LetterState.APPROVED, LetterState.SENT):
        return None
    held = letter.approvals.filter(voided_at=None, role=Role.QUALITY_MANAGER)
    approval = held.select_related("by").first()
    return approval.by if approval is not None else None


def render_text(letter: Letter) -> str:
    """The letter as plain text."""
    paper = paper_of(letter)
    lines = [*paper.address, "", paper.date, *paper.references, "", paper.subject, ""]
    for part in paper.parts:
        lines += [*([part.heading] if part.heading else []), part.text.strip(), ""]
    lines += [paper.regards, paper.signer]
    lines += [line for line in (paper.signer_position, paper.company) if line]
    if paper.enclosures:
        lines += ["", f"{paper.enclosed}: {', '.join(paper.enclosures)}"]
    return "\n".join(lines).replace("\r\n", "\n").strip() + "\n"


def render_html(letter: Letter) -> str:
    """The letter as a page that needs nothing else: for the e-mail and the frozen copy."""
    with in_language(letter.language, letter.claim):
        return render_to_string("responses/letter_mail.html", {"paper": paper_of(letter)})

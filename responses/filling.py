"""What a template's placeholders stand for, in the language of the letter.

`goods`, `follow` and the like are whole phrases or nothing, so that a sentence reads well whatever
is known of the claim.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from claims.models import Claim
from core.ui.wording import is_russian
from responses.models import LetterTemplate
from responses.states import TEXTS
from responses.suggestions import (
    suggest_done,
    suggest_findings,
    suggest_planned,
    suggest_settlement,
)

PLACEHOLDER = re.compile(r"\{(\w+)\}")
# What an empty placeholder leaves between paragraphs.
GAP = re.compile(r"\n{3,}")


@contextmanager
def in_language(language: str, claim: Claim) -> Iterator[None]:
    """Inside, words are the customer's and the clock is the plant's."""
    with translation.override(language), timezone.override(ZoneInfo(claim.site.time_zone)):
        yield


def long_day(value: date | datetime | None) -> str:
    """26 June 2026, as letters write it; Russian 26 июня 2026 г."""
    if value is None:
        return ""
    seen = timezone.localtime(value) if isinstance(value, datetime) else value
    text = formats.date_format(seen, "j E Y" if is_russian() else "j F Y")
    return f"{text}\N{NO-BREAK SPACE}г." if is_russian() else text


def _goods(claim: Claim) -> str:
    """ " (RK-12 Connector housing, lot L-2291)", or nothing."""
    item = claim.items.select_related("product").first()
    if item is None or item.product is None:
        return ""
    lot = _("lot %(code)s") % {"code": item.lot_code} if item.lot_code else ""
    return f" ({', '.join(part for part in (str(item.product), lot) if part)})"


def _answer_by(claim: Claim) -> str:
    if claim.response_due_at is None or claim.final_response_at is not None:
        return _("as soon as it is finished")
    return _("by %(day)s") % {"day": long_day(claim.response_due_at)}


def _greeting(claim: Claim) -> str:
    if is_russian() or claim.contact is None:
        return _("Dear Sir or Madam,")
    return _("Dear %(name)s,") % {"name": claim.contact.name}


VALUES: dict[str, Callable[[Claim], str]] = {
    "number": lambda claim: claim.number,
    "their_number": lambda claim: claim.customer_claim_no or claim.number,
    "received": lambda claim: long_day(claim.customer_claim_date or claim.received_at),
    "goods": _goods,
    "customer": lambda claim: str(claim.customer or ""),
    "greeting": _greeting,
    "tracking_code": lambda claim: claim.tracking_code,
    "answer_by": _answer_by,
    "company": lambda claim: str(settings.COMPANY_NAME),
    "findings": suggest_findings,
    "done": suggest_done,
    "planned": suggest_planned,
    "settlement": suggest_settlement,
}


def fill(text: str, claim: Claim) -> str:
    """The text with its placeholders filled; unknown ones stay, to be seen and filled by hand."""

    def value(match: re.Match[str]) -> str:
        known = VALUES.get(match[1])
        return known(claim) if known else match[0]

    return GAP.sub("\n\n", PLACEHOLDER.sub(value, text)).strip()


def filled_texts(template: LetterTemplate, claim: Claim) -> dict[str, str]:
    """Subject and texts of a letter to be, from a template."""
    with in_language(template.language, claim):
        names = ("subject", *TEXTS[template.kind])
        texts = {name: fill(getattr(template, name), claim) for name in names}
    texts["subject"] = " ".join(texts["subject"].split())[:250]
    texts["greeting"] = texts["greeting"][:200]
    return texts

"""Letters: written from the templates, given to the mail, which here takes everything."""

from __future__ import annotations

from typing import Any

from demo.teller import Teller
from responses.commands import draft_letter, send_letter
from responses.filling import filled_texts
from responses.models import Letter
from responses.selectors import default_template
from responses.states import LetterKind


def write(teller: Teller, kind: LetterKind, **texts: str) -> Letter:
    """A draft by the claim's owner in the customer's language; `texts` go before the template."""
    claim = teller.claim
    template = default_template(kind, teller.plan.language)
    values: dict[str, Any] = dict(texts)
    if template is not None and teller.plan.language == "en":
        values = {**_in_english(teller, filled_texts(template, claim)), **values}
    return teller.as_(teller.handler, draft_letter, claim=claim, kind=kind, values=values)


def _in_english(teller: Teller, texts: dict[str, str]) -> dict[str, str]:
    """The ERP has one name for a product; a letter abroad uses the word of the trade."""
    russian, english = teller.product.name_ru, teller.product.name_en
    return {name: text.replace(russian, english) for name, text in texts.items()}


def send(teller: Teller, letter: Letter) -> None:
    """Out by e-mail."""
    teller.as_(teller.handler, send_letter, letter=letter)
    teller.relay()
    teller.post()

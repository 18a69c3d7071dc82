"""The canary: words of the house that must not stand in a letter to a customer.

Names of people who do not speak to customers, numbers of actions, facts, raw-material lots and
other claims, names of other customers, and placeholders that nobody filled.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from django.db.models import F, TextField, Value
from django.db.models.functions import Greatest, Length, StrIndex, Substr

from accounts.models import Role, User
from claims.models import Claim, ClaimItem
from investigations.models import Fact
from masterdata.models import Customer
from responses.models import Letter

# Who speaks to customers may be named to them.
SPEAKERS = (Role.HANDLER, Role.QUALITY_MANAGER, Role.LEGAL, Role.FINANCE, Role.MANAGER)
SHORTEST_NAME = 4
# Cyrillic letters that look the same get typed into codes, too.
ACTION_NUMBER = re.compile(r"(?<![\w-])[AАaа][-–‑]\d{3,}(?![\w-])")
FACT_NUMBER = re.compile(r"(?<![\w-])[FФfф](\d{1,4})(?![\w-])")
CLAIM_NUMBER = re.compile(r"(?<![\w-])\d{2}-\d{4,13}(?![\w-])")
PLACEHOLDER = re.compile(r"\{[^{}]*\}")
# How Russian surnames change with the case; English ones take 's.
ENDINGS = r"(?:а|у|ым|е|ой|ую|ого|ому|ом|ы|ью|и|ем|я|ю|ов|ову|ова|'s|’s)?"


def full_text(letter: Letter) -> str:
    """Everything of a letter that the customer reads."""
    return "\n".join(text for text in letter.texts.values() if text)


def internal_words(letter: Letter) -> list[str]:
    """What must not stand in this letter, as it stands there, each once."""
    text = full_text(letter)
    if not text:
        return []
    items = list(letter.claim.items.select_related("product", "lot"))
    known = _known_codes(letter.claim, items)
    found = [
        *_people(text, letter),
        *_numbers(text, letter.claim, known),
        *_raw_lots(text, items, known),
        *_other_customers(text, letter.claim),
    ]
    return list(dict.fromkeys(found))


def unfilled(letter: Letter) -> list[str]:
    """Placeholders that were left in the text."""
    return list(dict.fromkeys(PLACEHOLDER.findall(full_text(letter))))


def _people(text: str, letter: Letter) -> Iterator[str]:
    """Surnames of people of the house, in any case of Russian grammar, unless they are speakers."""
    speakers = User.objects.filter(memberships__role__in=SPEAKERS).values("pk")
    stem = Substr("last_name", 1, Greatest(Length("last_name") - 1, Value(SHORTEST_NAME - 1)))
    people = (
        User.objects.filter(is_service=False)
        .exclude(pk__in=speakers)
        .exclude(pk__in=[letter.author_id, letter.claim.owner_id])
        .exclude(last_name="")
        .alias(place=StrIndex(Value(text, TextField()), stem))
        .filter(place__gt=0)
        .values_list("last_name", flat=True)
    )
    for name in sorted(set(people)):
        if len(name) < SHORTEST_NAME or _is_of_customer(name, letter):
            continue
        yield from re.findall(rf"(?<!\w){_declined(name)}(?!\w)", text)


def _declined(name: str) -> str:
    base = re.sub(r"(?:ая|ой|ий|ый|а|я|ь|й)$", "", name)
    tail = re.escape(name[len(base) :])
    return f"{re.escape(base)}(?:{tail})?{ENDINGS}"


def _is_of_customer(name: str, letter: Letter) -> bool:
    """The recipient may happen to be called the same."""
    return name in letter.recipient_name


def _known_codes(claim: Claim, items: Iterable[ClaimItem]) -> set[str]:
    """Codes that the customer knows from their own papers; they may look like ours."""
    codes = {
        claim.number,
        claim.customer_claim_no,
        claim.order_no,
        claim.delivery_note_no,
        claim.invoice_no,
    }
    for item in items:
        codes |= {item.lot_code, item.serial_no, item.product.code if item.product else ""}
    return {code.lower() for code in codes if code}


def _numbers(text: str, claim: Claim, known: set[str]) -> Iterator[str]:
    yield from _unknown((m[0] for m in ACTION_NUMBER.finditer(text)), known)
    stated = {m[0]: int(m[1]) for m in FACT_NUMBER.finditer(text)}
    if stated:
        facts = set(
            Fact.objects.filter(claim=claim, number__in=stated.values()).values_list(
                "number", flat=True
            )
        )
        yield from _unknown((word for word, n in stated.items() if n in facts), known)
    numbers = set(CLAIM_NUMBER.findall(text)) - {claim.number}
    if numbers:
        others = Claim.objects.filter(number__in=numbers)
        if claim.customer_id:
            others = others.exclude(customer=claim.customer_id)
        yield from _unknown(sorted(others.values_list("number", flat=True)), known)


def _unknown(words: Iterable[str], known: set[str]) -> Iterator[str]:
    return (word for word in words if word.lower() not in known)


def _raw_lots(text: str, items: Iterable[ClaimItem], known: set[str]) -> Iterator[str]:
    """Lots of raw material that went into the claimed lots."""
    for item in items:
        for code in item.lot.raw_lots if item.lot else ():
            if str(code).lower() not in known and _stands_in(str(code), text):
                yield str(code)


def _other_customers(text: str, claim: Claim) -> Iterator[str]:
    """Who else bought from us is nobody's business."""
    others = (
        Customer.objects.exclude(pk=claim.customer_id or 0)
        .alias(place=StrIndex(Value(text, TextField()), F("name")))
        .filter(place__gt=0)
        .values_list("name", flat=True)
    )
    own = claim.customer.name if claim.customer else ""
    for name in sorted(set(others)):
        if len(name) >= SHORTEST_NAME and name not in own and _stands_in(name, text):
            yield name


def _stands_in(word: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None

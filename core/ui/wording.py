"""Numbers, money and dates as people of the active language write them.

Russian: 1 234,5 · 312 400 ₽ · 17.06.2026. English (British): 1,234.5 · ₽ 312,400 · 17 Jun 2026.
Spaces inside a number or between number and unit are no-break spaces.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from babel import Locale
from django.utils import formats, timezone
from django.utils.translation import get_language, pgettext_lazy

NBSP = "\N{NO-BREAK SPACE}"
SIGNS = {"RUB": "₽", "EUR": "€", "USD": "$", "GBP": "£", "BYN": "Br", "KZT": "₸", "CNY": "¥"}
UNITS = {
    "pcs": pgettext_lazy("unit", "pcs"),
    "set": pgettext_lazy("unit", "set"),
    "pack": pgettext_lazy("unit", "pack"),
    "kg": pgettext_lazy("unit", "kg"),
    "g": pgettext_lazy("unit", "g"),
    "t": pgettext_lazy("unit", "t"),
    "m": pgettext_lazy("unit", "m"),
    "m2": pgettext_lazy("unit", "m²"),
    "l": pgettext_lazy("unit", "l"),
}
NUMBER_SIGN = re.compile(r"^\s*(?:№|#|n[o°º]\.?(?=\W))\s*", re.IGNORECASE)
CODE = re.compile(r"(?<![\w-])(?:[A-ZА-ЯЁ]{1,3}|\d\d)-\d{2,6}(?![\w-])")
SHORT_WORD = re.compile(r"(?<![\w-])([а-яё]{1,2}) (?=\S)", re.IGNORECASE)


FEMALE_SURNAME = re.compile(r"(?:[оеё]ва|[иы]на|ая)$")
MALE_SURNAME = re.compile(r"(?:[оеё]в|[иы]н|[иоы]й)$")
MALE_IN_A = frozenset(
    {"илья", "никита", "кузьма", "фома", "лука", "савва", "данила", "саша", "женя"}
)


def gender_ending(name: str) -> str | None:
    """What a Russian verb of the past ends in after this name: "", "а", or None if it is not told.

    Surnames tell it if they are Russian ones; else first names do, which stand first.
    """
    words = re.sub(r"\(.*\)", "", name).casefold().split()
    if not words or not all(re.fullmatch(r"[а-яё.-]+", word) for word in words):
        return None
    if FEMALE_SURNAME.search(words[-1]):
        return "а"
    if MALE_SURNAME.search(words[-1]):
        return ""
    first = words[0]
    if first.endswith(".") or first in MALE_IN_A:
        return None
    return "а" if first[-1] in "ая" else ""


def is_russian() -> bool:
    """Whether the active language writes the Russian way."""
    return (get_language() or "").startswith("ru")


def quantity(value: Any, places: int | None = None) -> str:
    """A number with its thousands apart; without `places` no needless zeros behind the point."""
    if value is None or value == "":
        return ""
    number = value if isinstance(value, Decimal) else Decimal(str(value))
    if places is not None:
        text = f"{number:,.{places}f}"
    else:
        text = f"{number:,f}"
        if "." in text:
            text = text.rstrip("0").rstrip(".")
    if text.startswith("-"):
        text = "\N{MINUS SIGN}" + text[1:]
    if is_russian():
        return text.replace(",", NBSP).replace(".", ",")
    return text


def unit(code: str) -> str:
    """A unit as people of the active language write it; one that is not known as it is."""
    return str(UNITS.get(code, code))


def unit_code(text: str) -> str:
    """The stored code of a unit typed in the active language."""
    typed = text.strip()
    known = {str(words).casefold().rstrip("."): code for code, words in UNITS.items()}
    return known.get(typed.casefold().rstrip("."), typed)


def country(code: str) -> str:
    """A country's name for its ISO code, or the code where the world does not know it."""
    return str(Locale.parse(get_language() or "en", sep="-").territories.get(code, code))


def money(amount: Any, currency: str = "RUB") -> str:
    """An amount with its currency; kopecks only where there are any."""
    if amount is None or amount == "":
        return ""
    value = amount if isinstance(amount, Decimal) else Decimal(str(amount))
    text = quantity(value, 0 if value == value.to_integral_value() else 2)
    sign = SIGNS.get(currency, currency)
    return f"{text}{NBSP}{sign}" if is_russian() else f"{sign}{NBSP}{text}"


def percent(value: Any, places: int = 1) -> str:
    """A share already counted in per cent."""
    if value is None or value == "":
        return ""
    number = Decimal(str(value)).quantize(Decimal(1).scaleb(-places))
    return f"{quantity(number)}{NBSP}%"


def local(value: date | datetime) -> date | datetime:
    """An aware instant in the reader's time zone; anything else as it is."""
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def day(value: date | datetime | None) -> str:
    """17 Jun 2026 or 17.06.2026."""
    if value is None or value == "":
        return ""
    return _spaced(formats.date_format(local(value), "d.m.Y" if is_russian() else "j M Y"))


def short_day(value: date | datetime | None) -> str:
    """17 Jun or 17.06, for dense rows; the year only when it is not the current one."""
    if value is None or value == "":
        return ""
    seen = local(value)
    if seen.year != timezone.localdate().year:
        return day(value)
    return _spaced(formats.date_format(seen, "d.m" if is_russian() else "j M"))


def clock_time(value: datetime) -> str:
    """18:00 in the reader's time zone."""
    return formats.date_format(local(value), "H:i")


def moment(value: datetime | None) -> str:
    """17 Jun 2026, 10:24."""
    return f"{day(value)}, {clock_time(value)}" if value else ""


def short_moment(value: datetime | None) -> str:
    """17 Jun, 10:24."""
    return f"{short_day(value)}, {clock_time(value)}" if value else ""


def deadline(value: datetime | None) -> str:
    """17 Jun, 18:00; the day alone where it is counted in whole days and so falls on midnight."""
    return short_day(value) if value and clock_time(value) == "00:00" else short_moment(value)


def bind_short_words(text: str) -> str:
    """Russian typography: no line break after words of one or two letters."""
    return SHORT_WORD.sub(rf"\1{NBSP}", text) if is_russian() else text


def bare_number(text: Any) -> str:
    """A number without the "№" or "No." typed before it, for where one stands already."""
    return NUMBER_SIGN.sub("", str(text))


def agree(sentence: Any, name: str) -> str:
    """A sentence on what somebody did, its Russian verb in the gender of the name.

    "изменил(а)" becomes "изменила" after Анна Кравцова; names that do not tell keep both.
    """
    text = str(sentence)
    if "(а)" not in text:
        return text
    ending = gender_ending(name)
    return text if ending is None else text.replace("(а)", ending)


def _spaced(text: str) -> str:
    return text.replace(" ", NBSP)

"""Dates and numbers as people type them into tables, read without guessing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

from core.refusals import RefusedTable

MAX_TEXT = 80
FIRST_YEAR, LAST_YEAR = 1900, 2100
"""Other years are slips of the keyboard (`0016-03-01`) and count as no date."""
PIVOT_YEAR = 69
"""A year of two digits below it is in this century, as in POSIX."""
ENOUGH = 0.9
"""The share of a column's values that a format must read; the rest is dirt, refused row by row."""

EVIDENCE = 10
"""How often more values must tell for one order of day and month than against it."""


class DateFormat(StrEnum):
    """How a column writes its dates. Days and months may lack a leading zero.

    Where the year comes last it may have two digits; a time of day may follow and is not read.
    """

    ISO = "YYYY-MM-DD"
    YEAR_FIRST = "YYYY/MM/DD"
    COMPACT = "YYYYMMDD"
    DOTTED = "DD.MM.YYYY"
    DAY_FIRST = "DD/MM/YYYY"
    MONTH_FIRST = "MM/DD/YYYY"


_TIME = r"(?:[T ]\s*\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:[AP]M)?\s*(?:Z|[+-]\d{2}:?\d{2})?)?"
_DAY, _MONTH, _YEAR4 = r"(?P<d>\d{1,2})", r"(?P<m>\d{1,2})", r"(?P<y>\d{4})"
_YEAR = r"(?P<y>\d{4}|\d{2})"
_SHAPES = {
    form: re.compile(shape + _TIME, re.ASCII | re.IGNORECASE)
    for form, shape in {
        DateFormat.ISO: f"{_YEAR4}-{_MONTH}-{_DAY}",
        DateFormat.YEAR_FIRST: f"{_YEAR4}/{_MONTH}/{_DAY}",
        DateFormat.COMPACT: r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})",
        DateFormat.DOTTED: rf"{_DAY}\.{_MONTH}\.{_YEAR}",
        DateFormat.DAY_FIRST: f"{_DAY}/{_MONTH}/{_YEAR}",
        DateFormat.MONTH_FIRST: f"{_MONTH}/{_DAY}/{_YEAR}",
    }.items()
}
_RIVALS = {
    DateFormat.DAY_FIRST: DateFormat.MONTH_FIRST,
    DateFormat.MONTH_FIRST: DateFormat.DAY_FIRST,
}


def parse_date(text: str | date, formats: DateFormat | Iterable[DateFormat]) -> date:
    """The date that `text` writes in the first of `formats` which fits.

    ISO dates are read whatever the formats, because spreadsheets hand over real dates so. Raises
    RefusedTable (`not_a_date`) for anything else.
    """
    if isinstance(text, date):
        return text.date() if isinstance(text, datetime) else text
    wanted = (formats,) if isinstance(formats, DateFormat) else tuple(formats)
    for form in (*wanted, DateFormat.ISO):
        if (found := _read(text.strip(), form)) is not None:
            return found
    raise RefusedTable(
        "not_a_date",
        _("“%(text)s” is no date. Write it as %(format)s.")
        % {"text": text.strip()[:MAX_TEXT], "format": (*wanted, DateFormat.ISO)[0]},
    )


def detect_date_format(samples: Iterable[str]) -> DateFormat | None:
    """The format in which a whole column writes its dates; None when the column is empty.

    A few values may be no dates at all. Raises RefusedTable when too many are (`not_dates`), and
    when day and month cannot be told apart (`ambiguous_dates`): then a person has to name it.
    """
    fits = dict.fromkeys(DateFormat, 0)
    filled = 0
    doubtful: list[str] = []
    for sample in samples:
        text = sample.strip()
        if not text:
            continue
        filled += 1
        reads = [form for form in DateFormat if _read(text, form) is not None]
        for form in reads:
            fits[form] += 1
        if len(reads) > 1:
            doubtful.append(text)
    if not filled:
        return None
    if fits[DateFormat.ISO] >= ENOUGH * filled:
        return DateFormat.ISO
    best = max((form for form in DateFormat if form != DateFormat.ISO), key=fits.__getitem__)
    if fits[best] + fits[DateFormat.ISO] < ENOUGH * filled:
        raise RefusedTable(
            "not_dates",
            _("The column holds no dates, or writes them in several ways. Name its format."),
        )
    rival = _RIVALS.get(best)
    # A value that fits one order only is evidence for it; a few slips must not outvote a column.
    if rival and EVIDENCE * (fits[rival] - len(doubtful)) >= fits[best] - len(doubtful):
        raise RefusedTable(
            "ambiguous_dates",
            _(
                "The dates can be read with the day or with the month first, as in %(example)s. "
                "Name the format of the column."
            )
            % {"example": doubtful[0][:MAX_TEXT] if doubtful else ""},
        )
    return best


@lru_cache(maxsize=1 << 14)
def _read(text: str, form: DateFormat) -> date | None:
    match = _SHAPES[form].fullmatch(text)
    if match is None:
        return None
    year = int(match["y"])
    if len(match["y"]) == 2:
        year += 2000 if year < PIVOT_YEAR else 1900
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return date(year, int(match["m"]), int(match["d"]))
    except ValueError:
        return None


# --- Numbers ----------------------------------------------------------------------------------

_SPACES = re.compile("[ \u00a0\u2009\u202f'’]")
_PLAIN = re.compile(r"[+-]?\d+(?:[.,]\d+)?|[+-]?[.,]\d+", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:([ .,])\d{3})(?:\1\d{3})*(?:([.,])\d+)?", re.ASCII)
_ONE_GROUP = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", re.ASCII)


def parse_decimal(text: str, decimal_mark: str = "") -> Decimal:
    """The number that `text` writes: `1 234,5`, `1,234.5`, `1.234,5`, `1234.5`, `−5`.

    `1,234` may be a thousand or a fraction; it needs `decimal_mark` (`.` or `,`). Raises
    RefusedTable (`ambiguous_number`, `not_a_number`).
    """
    shown = text.strip()[:MAX_TEXT]
    number = _SPACES.sub(" ", text.strip()).replace("−", "-")
    if not decimal_mark and _ONE_GROUP.fullmatch(number):
        raise RefusedTable(
            "ambiguous_number",
            _(
                "“%(text)s” may be a thousand or a fraction. Write it without separator, or name "
                "the decimal mark of the column."
            )
            % {"text": shown},
        )
    if _PLAIN.fullmatch(number) and not (decimal_mark and _marks(number) - {decimal_mark}):
        return Decimal(number.replace(",", "."))
    grouped = _GROUPED.fullmatch(number)
    separator, mark = (grouped[1], grouped[2] or "") if grouped else ("", "")
    if (
        grouped is None
        or separator in {mark, decimal_mark}
        or (mark and mark != (decimal_mark or mark))
    ):
        raise RefusedTable(
            "not_a_number", _("“%(text)s” is no number. Write it as 1234.5.") % {"text": shown}
        )
    return Decimal(number.replace(separator, "").replace(",", "."))


def _marks(number: str) -> set[str]:
    return set(number) & {".", ","}

"""Dates as letters write them: 26.06.2026, 26 June 2026, 26 June, 26 июня 2026 г."""

from __future__ import annotations

import re
from datetime import date

from core import clock

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan января", "february feb февраля", "march mar марта", "april apr апреля",
            "may мая", "june jun июня", "july jul июля", "august aug августа",
            "september sep sept сентября", "october oct октября", "november nov ноября",
            "december dec декабря",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
NAMES = "|".join(sorted(MONTHS, key=len, reverse=True))
NUMERIC = re.compile(r"(?<!\d)(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})(?!\d)")
WORDY = re.compile(rf"(?<!\d)(\d{{1,2}})\s+({NAMES})\b\.?(?:\s+(\d{{4}}))?", re.IGNORECASE)


def dates_in(text: str) -> list[date]:
    """The dates a text names, in order; one without a year is the nearest such day."""
    found = [(m.start(), _day(int(m[3]) % 100 + 2000, m[2], m[1])) for m in NUMERIC.finditer(text)]
    for match in WORDY.finditer(text):
        month = MONTHS[match[2].lower()]
        found.append((match.start(), _near(match[3], month, match[1])))
    return [day for _start, day in sorted(found, key=lambda each: each[0]) if day is not None]


def _near(year: str | None, month: int, day: str) -> date | None:
    if year:
        return _day(int(year), month, day)
    today = clock.today()
    days = [_day(today.year + shift, month, day) for shift in (-1, 0, 1)]
    return min((d for d in days if d), key=lambda d: abs(d - today), default=None)


def _day(year: int, month: int | str, day: int | str) -> date | None:
    try:
        return date(year, int(month), int(day))
    except ValueError:
        return None

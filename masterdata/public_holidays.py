"""The public-holiday calendar of a country, by year: days off, moved working days, short days.

The facts come from the `holidays` package. For Russia the Labour Code adds what a plain list of
days off does not say: the eve of a public holiday is an hour shorter (art. 95), a working Saturday
takes the hours of the day off it was swapped for, and a holiday on a weekend moves to the next
working day when nothing else is decreed (art. 112), which also serves years not published yet.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

import holidays

ONE_DAY = timedelta(days=1)
SATURDAY = 5
EVE_SHORTER_BY = 60
"""Minutes by which the eve of a Russian public holiday is shorter."""

_MOVED_FROM = re.compile(r"Выходной \(перенесено с (\d\d\.\d\d\.\d{4})\)")
# The library's English names write the day that was moved month first; here it would mislead.
_AMERICAN_DATE = re.compile(r"\b(\d\d)/(\d\d)/(\d{4})\b")
_OBSERVED = " (выходной)"

# The nation-wide voting day was a day off by decree 354 of 2020-06-01. The other days of 2020 and
# 2021 that presidential decrees called "non-working" kept contracts and deadlines running, so they
# stay working days here; a site that stood still enters them as exceptions of its calendar.
_RU_DECREED_OFF = {date(2020, 7, 1): "Общероссийское голосование"}
# 2014-02-24 was swapped for 2014-11-03, the eve of a holiday, and so was an hour shorter.
_RU_SHORT_BY_SWAP = frozenset({date(2014, 2, 24)})


@dataclass(frozen=True)
class CountryYear:
    """What the public calendar says about one year; days it does not name follow the week."""

    days_off: Mapping[date, str]
    """Day off and the name of its holiday."""
    extra_working_days: Mapping[date, date | None]
    """Weekend day that is worked, and the day whose hours it takes when that is known."""
    shortened: Mapping[date, int]
    """Day and the minutes by which it is shorter, in case it is worked at all."""


def check_country(code: str) -> None:
    """Raise ValueError unless `code` (ISO 3166, `DE` or `DE-BY`) has a calendar."""
    _calendar(code, 2024)


@lru_cache(maxsize=512)
def country_year(code: str, year: int) -> CountryYear:
    """The public calendar of a country for one year, with names in the country's language."""
    calendar = _calendar(code, year)
    off = {day: name for day, name in calendar.items() if day.year == year}
    extra: dict[date, date | None] = {
        day: None for day in calendar.weekend_workdays if day.year == year
    }
    if code != "RU":
        return CountryYear(off, extra, {})
    _add_moved_holidays(off)
    extra |= {moved: day for moved, day in _russian_swaps(off).items() if moved in extra}
    shortened = _russian_short_days(year, off, extra)
    off |= {day: name for day, name in _RU_DECREED_OFF.items() if day.year == year}
    return CountryYear(off, extra, shortened)


def holiday_name(code: str, day: date, language: str) -> str:
    """Why a day is off by the public calendar, in `language` when there is a translation.

    "" when the day is not off; a name nobody translated comes in the country's own language.
    """
    own = country_year(code, day.year).days_off.get(day, "")
    name: str = _calendar(code, day.year, language).get(day, own) if own else ""
    return _AMERICAN_DATE.sub(r"\3-\1-\2", name)


@lru_cache(maxsize=512)
def _calendar(code: str, year: int, language: str = "") -> holidays.HolidayBase:
    """The library's calendar around one year, by default in the country's own language.

    The language is named because the library would otherwise take it from the environment. The
    years beside it are there because a day may be moved from one year into another.
    """
    country, _, subdivision = code.partition("-")
    try:
        bare = holidays.country_holidays(country)
        translated = [known for known in bare.supported_languages if known[:2] == language[:2]]
        return holidays.country_holidays(
            country,
            subdiv=subdivision or None,
            years=(year - 1, year, year + 1),
            expand=False,
            language=translated[0] if language and translated else bare.default_language,
        )
    except NotImplementedError as error:
        raise ValueError(f"There is no public-holiday calendar for {code!r}.") from error


def _russian_swaps(off: Mapping[date, str]) -> dict[date, date]:
    """Weekend day that was moved, and the day off it became, as the names tell."""
    swaps = {}
    for day, name in off.items():
        for moved in _MOVED_FROM.findall(name):
            swaps[datetime.strptime(moved, "%d.%m.%Y").date()] = day  # noqa: DTZ007
    return swaps


def _is_statutory(name: str | None) -> bool:
    """Whether the day is the public holiday itself, not a weekend moved to it."""
    return name is not None and not _MOVED_FROM.search(name) and not name.endswith(_OBSERVED)


def _add_moved_holidays(off: dict[date, str]) -> None:
    """Add the day after a holiday on a weekend where the library names no substitute for it.

    The New Year holidays are left out: the government alone decides where their weekends go.
    """
    swaps = _russian_swaps(off)
    for day, name in sorted(off.items()):
        moves = day.month != 1 and day.weekday() >= SATURDAY and _is_statutory(name)
        if not moves or day in swaps or name + _OBSERVED in off.values():
            continue
        substitute = day + ONE_DAY
        while substitute in off or substitute.weekday() >= SATURDAY:
            substitute += ONE_DAY
        off[substitute] = name + _OBSERVED


def _russian_short_days(
    year: int, off: Mapping[date, str], extra: Mapping[date, date | None]
) -> dict[date, int]:
    """Eves of public holidays, and working Saturdays that took the hours of such an eve."""
    new_year = date(year + 1, 1, 1)
    eves = {day - ONE_DAY for day, name in off.items() if _is_statutory(name)}
    eves.add(new_year - ONE_DAY)
    short = {day for day in eves if day.year == year and day not in off}
    short |= {worked for worked, swapped in extra.items() if swapped in eves}
    short |= {day for day in _RU_SHORT_BY_SWAP if day.year == year}
    return dict.fromkeys(short, EVE_SHORTER_BY)

"""Reading master data."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model, Prefetch, QuerySet
from django.utils.translation import get_language, gettext

from events.models import Event
from masterdata.events import CALENDAR_CHANGED
from masterdata.models import (
    CalendarException,
    Customer,
    Lot,
    Product,
    ProductionLine,
    Site,
    WorkCalendar,
)
from masterdata.workdays import DayNote, week_of
from masterdata.worktime import DayException, DayKind, WorkSchedule


def default_site() -> Site:
    """The site of a report that names none: the first active one.

    Raises ImproperlyConfigured while no site exists (setting up creates one).
    """
    site = list_sites().filter(is_active=True).order_by("id").first()
    if site is None:
        raise ImproperlyConfigured("create a site before the first claim is reported")
    return site


def records_by_code(model: type[Model], codes: Collection[str], *joined: str) -> dict[str, Any]:
    """Code → record, for those of `codes` that exist."""
    found = model._default_manager.filter(code__in=codes).select_related(*joined)
    return {record.code: record for record in found}  # type: ignore[attr-defined]


def schedule_of(site: Site) -> WorkSchedule:
    """The working time of a site; computed once per version of its calendar."""
    return schedule_by(site.calendar, site.time_zone)


def schedule_by(calendar: WorkCalendar, time_zone: str = "UTC") -> WorkSchedule:
    """The working time of a calendar in a time zone."""
    return _schedule(calendar.pk, calendar.version, calendar.updated_at, time_zone)


@lru_cache(maxsize=256)
def _schedule(calendar_id: int, version: int, updated_at: datetime, time_zone: str) -> WorkSchedule:
    calendar = WorkCalendar.objects.prefetch_related("exceptions").get(pk=calendar_id)
    exceptions = {
        each.day: DayException(DayKind(each.kind), each.shortened_by, each.name)
        for each in calendar.exceptions.all()
    }
    country = calendar.country or None
    if not calendar.week:
        return WorkSchedule(time_zone, country, exceptions=exceptions)
    return WorkSchedule(time_zone, country, week_of(calendar.week), exceptions)


def list_customers() -> QuerySet[Customer]:
    """Every customer, with the contacts."""
    return Customer.objects.prefetch_related("contacts")


def list_products() -> QuerySet[Product]:
    """Every product, with its family and what customers call it."""
    products = Product.objects.select_related("family")
    return products.prefetch_related("part_numbers__customer")


def list_lots() -> QuerySet[Lot]:
    """Every lot, with product and line."""
    return Lot.objects.select_related("product", "line")


def list_lines() -> QuerySet[ProductionLine]:
    """Every production line, with its site."""
    return ProductionLine.objects.select_related("site")


def list_sites() -> QuerySet[Site]:
    """Every site, with its calendar."""
    return Site.objects.select_related("calendar")


def list_calendars() -> QuerySet[WorkCalendar]:
    """Every calendar, with the sites that work by it."""
    return WorkCalendar.objects.prefetch_related(Prefetch("sites", Site.objects.order_by("name")))


@dataclass(frozen=True)
class SpecialDay:
    """A day that is not what its weekday says. `own` is the calendar's own word, if it has one.

    `name` is why it is off, `note` why it is worked or shorter.
    """

    day: date
    is_worked: bool
    name: str
    note: DayNote | None
    own: CalendarException | None


@dataclass(frozen=True)
class CalendarYear:
    """What a calendar says about one year."""

    year: int
    working_days: int
    short_days: int
    hours: int
    days: list[SpecialDay]


def calendar_year(calendar: WorkCalendar, year: int) -> CalendarYear:
    """Working days and hours of a year, and every day that differs from its weekday."""
    schedule = schedule_by(calendar)
    own = {each.day: each for each in calendar.exceptions.filter(day__year=year)}
    language = (get_language() or "")[:2]
    special, worked, short, time = [], 0, 0, timedelta()
    for day in _days_of(year):
        spans = schedule.working_intervals(day)
        note = schedule.note_of(day, language) if spans else None
        worked += bool(spans)
        short += bool(note and note.minutes)
        time += sum((end - start for start, end in spans), timedelta())
        name = "" if spans else schedule.day_off_name(day, language)
        on_weekday = bool(schedule.week[day.weekday()])
        if day in own or note or (not spans and on_weekday):
            special.append(SpecialDay(day, bool(spans), name, note, own.get(day)))
    return CalendarYear(year, worked, short, int(time.total_seconds()) // 3600, special)


def _days_of(year: int) -> Iterator[date]:
    first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    return (date.fromordinal(number) for number in range(first, last + 1))


def week_words(calendar: WorkCalendar) -> list[tuple[int, str]]:
    """Weekday (0 Monday) and its hours, "9:00–13:00, 14:00–18:00"; "" for a free day."""
    week = schedule_by(calendar).week
    return [
        (number, ", ".join(f"{start:%H:%M}–{end:%H:%M}" for start, end in day))
        for number, day in enumerate(week)
    ]


@dataclass(frozen=True)
class CalendarChange:
    """One change of a calendar: day or name of a field, from what to what; "" is nothing."""

    event: Event
    parts: list[tuple[date | str, str, str]]


def list_calendar_changes(calendar: WorkCalendar, limit: int = 20) -> list[CalendarChange]:
    """The newest changes of a calendar."""
    label = WorkCalendar._meta.label_lower
    rows = Event.objects.filter(
        subject_type=label, subject_id=str(calendar.pk), kind=CALENDAR_CHANGED.name
    )
    return [
        CalendarChange(each, [_part(*change) for change in each.data.get("changes", {}).items()])
        for each in rows.order_by("-pk")[:limit]
    ]


def _part(name: str, pair: list[str | None]) -> tuple[date | str, str, str]:
    old, new = pair
    if not name[0].isdigit():
        field = str(WorkCalendar._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        return field, str(old or ""), str(new or "")
    return date.fromisoformat(name), _day_words(old), _day_words(new)


def _day_words(said: str | None) -> str:
    """What history keeps of a day ("shortened 60 anniversary") in the reader's language."""
    if not said:
        return ""
    kind, _, rest = said.partition(" ")
    words = [str(CalendarException.Kind(kind).label)]
    if kind == CalendarException.Kind.SHORTENED:
        minutes, _, rest = rest.partition(" ")
        words.append(gettext("%(minutes)d min") % {"minutes": int(minutes)})
    return ", ".join([*words, *([rest] if rest else [])])

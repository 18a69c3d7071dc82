"""Working time: the week of a calendar, and the days on which a site differs from the rule.

Clocks that run are counted anew later, from the event.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from core.actors import Actor
from core.errors import Stale
from core.models import changes_of
from events.commands import record
from masterdata import events
from masterdata.commands.records import validate
from masterdata.models import CalendarException, WorkCalendar
from masterdata.policies import can_edit_calendar, require

FIELDS = ("day", "kind", "shortened_by", "name")


def save_calendar(
    *,
    actor: Actor,
    calendar: WorkCalendar | None,
    values: Mapping[str, Any],
    exceptions: Sequence[CalendarException],
) -> WorkCalendar:
    """Create or change a work calendar; `exceptions` replaces all of its own days.

    The raised version makes every process count with the new days. Raises NotPermitted,
    InvalidInput.
    """
    require(can_edit_calendar(actor))
    for each in exceptions:
        validate(each, exclude=("calendar",))
    with transaction.atomic():
        if calendar is None:
            calendar = WorkCalendar(**values)
            validate(calendar)
            calendar.save()
            _replace_days(calendar, exceptions)
            data = {"days": [str(each) for each in exceptions]}
            record(events.CREATED, actor=actor, subject=calendar, data=data)
            return calendar
        calendar = _locked(calendar)
        changes = changes_of(calendar, dict(values))
        validate(calendar)
        _write(actor, calendar, changes, exceptions)
    return calendar


def save_day(
    *,
    actor: Actor,
    calendar: WorkCalendar,
    day: date,
    kind: str,
    shortened_by: int = 0,
    name: str = "",
    instead_of: date | None = None,
    version: int | None = None,
) -> WorkCalendar:
    """Say how one day differs from the rule; a day said before is said anew.

    `instead_of` is a day said before that was meant to be this one, and is taken back.

    `shortened_by` are the minutes by which a shortened day ends earlier; `name` is the reason that
    deadlines show. Raises NotPermitted, Stale, InvalidInput.
    """
    require(can_edit_calendar(actor))
    new = CalendarException(day=day, kind=kind, shortened_by=shortened_by, name=name.strip())
    validate(new, exclude=("calendar",))
    with transaction.atomic():
        fresh = _locked(calendar, version)
        others = fresh.exceptions.exclude(day__in=[day, instead_of or day])
        _write(actor, fresh, {}, sorted([*others, new], key=lambda each: each.day))
    return fresh


def remove_day(
    *, actor: Actor, calendar: WorkCalendar, day: date, version: int | None = None
) -> WorkCalendar:
    """Let the rule hold again on that day. Raises NotPermitted, Stale."""
    require(can_edit_calendar(actor))
    with transaction.atomic():
        fresh = _locked(calendar, version)
        _write(actor, fresh, {}, list(fresh.exceptions.exclude(day=day)))
    return fresh


def _locked(calendar: WorkCalendar, version: int | None = None) -> WorkCalendar:
    fresh = WorkCalendar.objects.select_for_update().get(pk=calendar.pk)
    if version is not None and fresh.version != version:
        raise Stale(fresh, expected=version)
    return fresh


def _write(
    actor: Actor,
    calendar: WorkCalendar,
    changes: dict[str, list[Any]],
    exceptions: Iterable[CalendarException],
) -> None:
    """Save what differs and record it; nothing is written when nothing does."""
    exceptions = list(exceptions)
    before, after = _days(calendar.exceptions.all()), _days(exceptions)
    if not changes and before == after:
        return
    for day in sorted({*before, *after}):
        if before.get(day) != after.get(day):
            changes[day.isoformat()] = [_text(before.get(day)), _text(after.get(day))]
    _replace_days(calendar, exceptions)
    calendar.save_changes(*(name for name in changes if not name[0].isdigit()))
    data = {"days": [str(each) for each in exceptions]}
    record(events.CALENDAR_CHANGED, actor=actor, subject=calendar, data=data, changes=changes)


def _replace_days(calendar: WorkCalendar, exceptions: Iterable[CalendarException]) -> None:
    calendar.exceptions.all().delete()
    CalendarException.objects.bulk_create(
        CalendarException(calendar=calendar, **{name: getattr(each, name) for name in FIELDS})
        for each in exceptions
    )


Said = tuple[str, int, str]


def _days(exceptions: Iterable[CalendarException]) -> dict[date, Said]:
    return {each.day: (each.kind, each.shortened_by, each.name) for each in exceptions}


def _text(said: Said | None) -> str | None:
    """A day as history keeps it: "shortened 60 eve of the anniversary"."""
    return " ".join(str(each) for each in said if each) if said else None

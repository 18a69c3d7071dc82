"""Reading master data."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from django.core.exceptions import ImproperlyConfigured

from masterdata.models import Site, WorkCalendar
from masterdata.workdays import week_of
from masterdata.worktime import DayException, DayKind, WorkSchedule


def default_site() -> Site:
    """The site of a report that names none: the first active one.

    Raises ImproperlyConfigured while no site exists (setting up creates one).
    """
    site = Site.objects.select_related("calendar").filter(is_active=True).order_by("id").first()
    if site is None:
        raise ImproperlyConfigured("create a site before the first claim is reported")
    return site


def schedule_of(site: Site) -> WorkSchedule:
    """The working time of a site; computed once per version of its calendar."""
    calendar = site.calendar
    return _schedule(calendar.pk, calendar.version, calendar.updated_at, site.time_zone)


@lru_cache(maxsize=256)
def _schedule(calendar_id: int, version: int, updated_at: datetime, time_zone: str) -> WorkSchedule:
    calendar = WorkCalendar.objects.prefetch_related("exceptions").get(pk=calendar_id)
    exceptions = {
        each.day: DayException(DayKind(each.kind), minutes=each.shortened_by)
        for each in calendar.exceptions.all()
    }
    country = calendar.country or None
    if not calendar.week:
        return WorkSchedule(time_zone, country, exceptions=exceptions)
    return WorkSchedule(time_zone, country, week_of(calendar.week), exceptions)

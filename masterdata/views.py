"""Work calendars: what a year says, and the days on which a site differs from it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import pages
from core.actors import Actor
from masterdata import selectors
from masterdata.commands import remove_day, save_day
from masterdata.forms import DayForm
from masterdata.policies import can_edit_calendar, can_see_calendars, require

FIRST_YEAR, LAST_YEAR = 2013, 2100


@login_required
@require_GET
def calendars(request: HttpRequest) -> HttpResponse:
    """Every calendar with the sites that work by it."""
    require(can_see_calendars(Actor.of_request(request)))
    return render(request, "masterdata/calendars.html", {"calendars": selectors.list_calendars()})


@login_required
@require_GET
def calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """One year of a calendar: days off, moved and shortened days, those of the site's own."""
    actor = Actor.of_request(request)
    require(can_see_calendars(actor))
    found, year = selectors.list_calendars().get(pk=pk), _year(request)
    context = {
        "calendar": found,
        "sites": found.sites.all(),
        "week": selectors.week_words(found),
        "year": selectors.calendar_year(found, year),
        "years": [each for each in (year - 1, year, year + 1) if FIRST_YEAR <= each <= LAST_YEAR],
        "changes": selectors.list_calendar_changes(found),
        "may_edit": can_edit_calendar(actor),
    }
    return render(request, "masterdata/calendar.html", context)


def _year(request: HttpRequest) -> int:
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and len(asked) == 4 else timezone.localdate().year
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    return year


@login_required
def day(request: HttpRequest, pk: int, day: date | None = None) -> HttpResponse:
    """Say how a day differs, or change what was said."""
    actor = Actor.of_request(request)
    require(can_edit_calendar(actor))
    found = selectors.list_calendars().get(pk=pk)
    known = found.exceptions.get(day=day) if day else None
    initial: dict[str, Any] = {"version": found.version}
    if known is not None:
        initial |= {name: getattr(known, name) for name in ("day", "kind", "shortened_by", "name")}
    form = DayForm(request.POST or None, initial=initial)
    status, refusal = 200, ""
    if request.method == "POST":
        instead_of = known.day if known else None
        status, refusal = pages.attempt(
            form,
            lambda data: save_day(actor=actor, calendar=found, instead_of=instead_of, **data),
        )
        if status == 200:
            chosen = form.cleaned_data["day"]
            url = f"{reverse('calendars:calendar', args=[pk])}?year={chosen.year}"
            return pages.done(request, url, _("Day saved, running deadlines follow"))
    context = {"calendar": found, "form": form, "refusal": refusal, "known": known}
    context["action"] = request.path
    response = pages.form_page(
        request, "masterdata/day.html", context, fragment="masterdata/day_body.html"
    )
    response.status_code = status
    return response


@login_required
@require_POST
def remove(request: HttpRequest, pk: int, day: date) -> HttpResponse:
    """Let the rule hold again on a day."""
    actor = Actor.of_request(request)
    found = selectors.list_calendars().get(pk=pk)
    remove_day(actor=actor, calendar=found, day=day)
    url = f"{reverse('calendars:calendar', args=[pk])}?year={day.year}"
    return pages.done(request, url, _("Day removed, running deadlines follow"))

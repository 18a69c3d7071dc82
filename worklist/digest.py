"""The daily summary: for whom it is time, and what it says."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User, zone_of
from accounts.selectors import absences_at, list_people, substitute_in
from core import clock
from core.actors import Actor
from masterdata.models import Site
from masterdata.selectors import default_site, schedule_of
from worklist.models import Digest
from worklist.selectors import Work, get_work

# The morning begins here by each person's own clock; what was missed is sent later that day.
MORNING = time(8)
SLICE = 100


@dataclass(frozen=True)
class Turn:
    """A person whose summary of `day` is to be made."""

    user: User
    day: date


def whose_turn() -> Iterator[Turn]:
    """Active people who want a summary, whose morning has come and who have none of today.

    One query for each time zone in which people live. Left out are those who do not work today, or
    are away while somebody stands in, who reads of their tasks.
    """
    now = clock.now()
    away = absences_at(now)
    zones = _readers().order_by().values_list("time_zone", flat=True).distinct()
    for zone in list(zones):
        local = now.astimezone(zone_of(zone))
        if local.time() >= MORNING:
            found = _in_zone(zone, local.date())
            yield from (turn for turn in found if substitute_in(away, turn.user) is None)


def _readers() -> QuerySet[User]:
    return list_people().filter(digest_enabled=True).exclude(email="")


def _in_zone(zone: str, day: date) -> Iterator[Turn]:
    made = Digest.objects.filter(user=OuterRef("pk"), day=day)
    people = _readers().filter(~Exists(made), time_zone=zone).order_by("pk")
    last = 0
    while rows := list(
        people.filter(pk__gt=last).select_related("department__site__calendar")[:SLICE]
    ):
        last = rows[-1].pk
        yield from (Turn(user, day) for user in rows if works_on(user, day))


def works_on(user: User, day: date) -> bool:
    """Whether the person's site (the first one, for people without department) works that day."""
    return schedule_of(_site_of(user)).is_working_day(day)


def _site_of(user: User) -> Site:
    return user.department.site if user.department is not None else default_site()


def write(turn: Turn) -> Digest:
    """The unsaved summary in the person's language and time; without text when nothing waits."""
    user = turn.user
    with translation.override(user.language), timezone.override(user.zone):
        work = get_work(Actor(user=user))
        digest = Digest(user=user, day=turn.day, message_id=_message_id())
        if work.totals.all:
            context = _context(user, work)
            digest.subject = _subject(work)
            digest.text = render_to_string("worklist/mail/digest.txt", context)
            digest.html = render_to_string("worklist/mail/digest.html", context)
    return digest


def _context(user: User, work: Work) -> dict[str, Any]:
    return {
        "work": work,
        "site_url": settings.SITE_URL,
        "url": settings.SITE_URL + reverse("worklist:home"),
        "profile_url": settings.SITE_URL + reverse("accounts:profile"),
        "company": settings.COMPANY_NAME,
        "today": clock.now(),
        "LANGUAGE_CODE": user.language,
    }


def _subject(work: Work) -> str:
    waits = ngettext(
        "%(count)d thing waits for you", "%(count)d things wait for you", work.totals.all
    ) % {"count": work.totals.all}
    if not work.totals.late:
        return waits
    late = ngettext("%(count)d is late", "%(count)d are late", work.totals.late)
    return _("%(waits)s, %(late)s") % {"waits": waits, "late": late % {"count": work.totals.late}}


def _message_id() -> str:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<digest-{uuid.uuid4().hex}@{domain}>"

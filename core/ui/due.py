"""Deadlines in words: "3 days late", "today by 18:00", "in 2 days".

What is late and what is due soon, `core.lateness` says.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext, ngettext

from core import clock
from core.lateness import Standing, standing_of
from core.ui.wording import clock_time, short_day

MINUTE, HOUR, DAY = 60, 3600, 86400


@dataclass(frozen=True)
class Due:
    """How a deadline stands now, in words.

    `kind` is what the words speak of: late, today, soon (tomorrow), ok (later), done or pause;
    `css` colours it. Where the interval is known, amber means due soon and nothing else.
    """

    kind: str
    icon: str
    words: str
    short: str
    at: datetime
    standing: Standing = Standing.ON_TIME
    css: str = ""

    @property
    def is_late(self) -> bool:
        return self.kind == "late"

    @property
    def is_soon(self) -> bool:
        return self.standing == Standing.DUE_SOON


def standing(
    due_at: datetime,
    *,
    done_at: datetime | None = None,
    soon_at: datetime | None = None,
    held_at: datetime | None = None,
    now: datetime | None = None,
) -> Due:
    """The standing of a deadline: finished, paused, late, due today or still ahead."""
    now = now or clock.now()
    found = standing_of(due_at, soon_at=soon_at, held_at=held_at, done_at=done_at, now=now)
    if done_at is not None:
        seen = _finished(due_at, done_at)
    elif found == Standing.LATE:
        words, short = _late(now - due_at, _days_between(due_at, now))
        seen = Due("late", "clock-exclamation", words, short, due_at)
    elif found == Standing.PAUSED:
        seen = Due("pause", "player-pause", gettext("paused"), gettext("paused"), due_at)
    else:
        seen = _ahead(due_at, now)
    return replace(seen, standing=found, css=_css(seen.kind, found, soon_at))


def _css(kind: str, found: Standing, soon_at: datetime | None) -> str:
    if found == Standing.DUE_SOON:
        return "risk"
    return "ok" if kind == "today" and soon_at is not None else kind


def span(length: timedelta) -> str:
    """A length of time in the two largest units: "2 h 10 min", "3 days"."""
    seconds = int(length.total_seconds())
    if seconds >= DAY:
        days = seconds // DAY
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    hours, minutes = seconds // HOUR, seconds % HOUR // MINUTE
    if hours and minutes:
        return gettext("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}
    if hours:
        return gettext("%(hours)d h") % {"hours": hours}
    return gettext("%(minutes)d min") % {"minutes": max(minutes, 1)}


def _finished(due_at: datetime, done_at: datetime) -> Due:
    if done_at <= due_at:
        return Due("done", "check", gettext("on time"), gettext("on time"), due_at)
    words, _short = _late(done_at - due_at, _days_between(due_at, done_at))
    text = gettext("done %(late)s") % {"late": words}
    return Due("done", "check", text, words, due_at)


def _late(behind: timedelta, days: int) -> tuple[str, str]:
    """Hours while it is less than a day, calendar days afterwards."""
    seconds = behind.total_seconds()
    if seconds >= DAY:
        words = ngettext("%(count)d day late", "%(count)d days late", days) % {"count": days}
        return words, gettext("−%(count)d d") % {"count": days}
    if seconds >= HOUR:
        hours = int(seconds // HOUR)
        return (
            gettext("%(count)d h late") % {"count": hours},
            gettext("−%(count)d h") % {"count": hours},
        )
    minutes = max(int(seconds // MINUTE), 1)
    return (
        gettext("%(count)d min late") % {"count": minutes},
        gettext("−%(count)d min") % {"count": minutes},
    )


def _ahead(due_at: datetime, now: datetime) -> Due:
    days = _days_between(now, due_at)
    time = clock_time(due_at)
    if days == 0:
        words = gettext("today by %(time)s") % {"time": time}
        return Due("today", "clock", words, time, due_at)
    if days == 1:
        words = gettext("tomorrow by %(time)s") % {"time": time}
        return Due("soon", "clock", words, gettext("tomorrow"), due_at)
    words = ngettext("in %(count)d day", "in %(count)d days", days) % {"count": days}
    return Due("ok", "clock", words, gettext("%(count)d d") % {"count": days}, due_at)


def _days_between(start: datetime, end: datetime) -> int:
    """Midnights between two instants in the reader's time zone."""
    return (timezone.localdate(end) - timezone.localdate(start)).days


def date_words(due: Due) -> str:
    """The date of a deadline as dense rows show it."""
    return short_day(due.at)

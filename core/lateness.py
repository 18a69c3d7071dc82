"""Late, due soon, paused or on time: the one definition, for objects in Python and rows in SQL.

A deadline is judged at one instant: when the thing was done, else when a pause began to hold the
clock, else now. Late is judged after the due instant; equality is on time. Due soon is not late,
neither done nor held, and three quarters of the interval have passed: from that instant on.

A held clock is shown as paused, for its due instant moves on while the pause lasts; what was late
before the pause began stays late.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from django.db.models import F, Q

from core import clock

SOON_AFTER = Fraction(3, 4)
"""The share of the interval after which an open deadline is due soon."""


class Standing(StrEnum):
    """How a deadline stands."""

    ON_TIME = "on_time"
    DUE_SOON = "due_soon"
    PAUSED = "paused"
    LATE = "late"


def standing_of(
    due_at: datetime,
    *,
    soon_at: datetime | None = None,
    held_at: datetime | None = None,
    done_at: datetime | None = None,
    now: datetime | None = None,
) -> Standing:
    """The standing of one deadline. `soon_at` None: its interval is not known, so never due soon.

    `held_at` is when a running pause began to hold the clock, `done_at` when the thing was done.
    """
    now = now or clock.now()
    if (done_at or (min(held_at, now) if held_at else now)) > due_at:
        return Standing.LATE
    if done_at is not None:
        return Standing.ON_TIME
    if held_at is not None:
        return Standing.PAUSED
    return Standing.DUE_SOON if soon_at is not None and now >= soon_at else Standing.ON_TIME


def is_late(
    due_at: datetime | None,
    *,
    held_at: datetime | None = None,
    done_at: datetime | None = None,
) -> bool:
    """Whether it is late; nothing is late that is due at no time."""
    if due_at is None:
        return False
    return standing_of(due_at, held_at=held_at, done_at=done_at) == Standing.LATE


# The same of rows that are not done; the arguments name their fields. `held` is "" where no pause
# holds the clock.


def late(due: str, held: str = "") -> Q:
    """Rows that are late now."""
    past = Q(**{f"{due}__lt": clock.now()})
    if not held:
        return past
    return past & (Q(**{f"{held}__isnull": True}) | Q(**{f"{due}__lt": F(held)}))


def not_late(due: str, held: str = "") -> Q:
    """All other rows, those that are due at no time included."""
    ahead = Q(**{f"{due}__isnull": True}) | Q(**{f"{due}__gte": clock.now()})
    return ahead | Q(**{f"{due}__gte": F(held)}) if held else ahead


def due_soon(due: str, soon: str, held: str) -> Q:
    """Rows that are due soon now."""
    now = clock.now()
    return Q(**{f"{soon}__lte": now, f"{due}__gte": now, f"{held}__isnull": True})

"""Late, due soon, paused, on time: Python and SQL say the same at the very instants."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.lateness import Standing, standing_of

MOSCOW = ZoneInfo("Europe/Moscow")
SOON, DUE = (datetime(2026, 9, 7, hour, tzinfo=MOSCOW) for hour in (13, 15))
INSTANT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("now", "standing"),
    [
        (SOON - INSTANT, Standing.ON_TIME),
        (SOON, Standing.DUE_SOON),
        (DUE, Standing.DUE_SOON),
        (DUE + INSTANT, Standing.LATE),
    ],
)
def test_equality_is_on_time(now, standing):
    assert standing_of(DUE, soon_at=SOON, now=now) == standing


@pytest.mark.parametrize(
    ("done_at", "standing"), [(DUE, Standing.ON_TIME), (DUE + INSTANT, Standing.LATE)]
)
def test_what_is_done_stays_as_it_was(done_at, standing):
    later = DUE + timedelta(days=9)
    assert standing_of(DUE, soon_at=SOON, done_at=done_at, now=later) == standing


@pytest.mark.parametrize(
    ("held_at", "standing"),
    [(SOON, Standing.PAUSED), (DUE, Standing.PAUSED), (DUE + INSTANT, Standing.LATE)],
)
def test_a_pause_holds_the_moment_at_which_it_began(held_at, standing):
    later = DUE + timedelta(days=9)
    assert standing_of(DUE, soon_at=SOON, held_at=held_at, now=later) == standing


def test_without_an_interval_nothing_is_due_soon():
    assert standing_of(DUE, now=DUE) == Standing.ON_TIME

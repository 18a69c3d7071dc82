"""The one source of "now".

Every app asks here for the time, so that a test and the demo company can move it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

_moved: ContextVar[datetime | None] = ContextVar("moved_clock", default=None)


def now() -> datetime:
    """The current instant, aware, or the instant set by `moved_to`."""
    return _moved.get() or timezone.now()


def today() -> date:
    """The day that the reader's calendar shows now."""
    return timezone.localdate(now())


@contextmanager
def moved_to(instant: datetime) -> Iterator[None]:
    """Inside the block `now()` answers `instant`."""
    token = _moved.set(instant)
    try:
        yield
    finally:
        _moved.reset(token)

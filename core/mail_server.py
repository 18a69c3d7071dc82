"""Whether the mail server can be reached: one look for all senders, in whatever process they run.

A server that accepts connections and never answers keeps everyone who tries for as long as
EMAIL_TIMEOUT says. So who could not reach it leaves a mark in the cache, and for a while nobody
else tries; workers are then free for what else there is to do.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Generator
from contextlib import suppress

from django.core.cache import cache
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend

log = logging.getLogger(__name__)

PAUSE_SECONDS = 20
_MARK = "core.mail-server-away"


def is_away() -> bool:
    """Whether somebody could not reach it a moment ago; without the cache nobody knows."""
    try:
        return bool(cache.get(_MARK))
    except Exception:  # noqa: BLE001 - a cache fails in many ways, and the mark only saves time
        return False


def reaches(connection: BaseEmailBackend) -> bool:
    """Connect and sign in, unless that is done; whether it worked. Never raises."""
    try:
        connection.open()
    except Exception as error:  # noqa: BLE001 - whatever a mail server does, mails wait
        log.warning("the mail server cannot be reached: %s", error)
        with suppress(Exception):
            cache.set(_MARK, True, PAUSE_SECONDS)
        return False
    return True


def reached(seconds: float) -> Generator[BaseEmailBackend, None, None]:
    """The connection for one mail after another, as long as the server is there.

    Ends after at most so many seconds, and closes the connection.
    """
    connection = get_connection()
    ends = time.monotonic() + seconds
    try:
        while time.monotonic() < ends and reaches(connection):
            yield connection
    finally:
        connection.close()

"""The doorbell: tells a worker that deliveries wait.

Losing a ring loses nothing, as the deliveries are rows and the beat sweep finds them. So the ring
is published from a thread of its own: a dead or frozen broker never delays or fails a request, and
a thousand commits in a row ring once.
"""

from __future__ import annotations

import logging
import os
import threading

from django.conf import settings

log = logging.getLogger(__name__)

_wanted = threading.Event()
_lock = threading.Lock()
_ringer: tuple[int, threading.Thread] | None = None


def ring() -> None:
    """Ask for the relay to run soon; returns at once, never raises."""
    if not settings.EVENTS_NUDGE:
        return
    _wanted.set()
    try:
        _start_ringer()
    except RuntimeError as error:  # no thread to be had
        log.warning("no nudge: %s", error)


def _start_ringer() -> None:
    global _ringer  # noqa: PLW0603 - one ringer per process
    with _lock:
        # A forked server process inherits the variable but not the thread.
        if _ringer and _ringer[0] == os.getpid() and _ringer[1].is_alive():
            return
        thread = threading.Thread(target=_ring_forever, name="events-nudge", daemon=True)
        _ringer = (os.getpid(), thread)
        thread.start()


def _ring_forever() -> None:
    from events.tasks import relay  # the task module needs the registry of apps

    while True:
        _wanted.wait()
        _wanted.clear()
        try:
            relay.apply_async(retry=False, ignore_result=True)
        except Exception as error:  # noqa: BLE001 - a doorbell may fail in any way; the sweep makes up for it
            log.warning("the broker did not take a nudge: %s", error)

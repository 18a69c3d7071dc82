"""Tells workers that messages wait. A lost ring loses nothing: the beat sweep finds the rows."""

from __future__ import annotations

import logging

from django.conf import settings

log = logging.getLogger(__name__)


def ring() -> None:
    """Ask for the senders to run soon; never raises. Meant for workers, which may wait a moment."""
    if not settings.EVENTS_NUDGE:
        return
    from notifications.tasks import send_due, send_due_chat

    try:
        for task in (send_due, send_due_chat):
            task.apply_async(retry=False, ignore_result=True)
    except Exception as error:  # noqa: BLE001 - the sweep makes up for a broker that fails
        log.warning("the broker did not take a nudge: %s", error)

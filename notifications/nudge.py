"""Tells a worker that e-mails wait. A lost ring loses nothing: the beat sweep finds the rows."""

from __future__ import annotations

import logging

from django.conf import settings

log = logging.getLogger(__name__)


def ring() -> None:
    """Ask for the sender to run soon; never raises. Meant for workers, which may wait a moment."""
    if not settings.EVENTS_NUDGE:
        return
    from notifications.tasks import send_due

    try:
        send_due.apply_async(retry=False, ignore_result=True)
    except Exception as error:  # noqa: BLE001 - the sweep makes up for a broker that fails
        log.warning("the broker did not take a nudge: %s", error)

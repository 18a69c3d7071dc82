"""Carries events to their handlers: at least once, the oldest due first, with back-off.

What fails is overtaken by what comes behind it; handlers take that into account (ADR 46).
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import transaction

from core import clock
from events import registry
from events.models import Delivery

log = logging.getLogger(__name__)

FIRST_DELAY = timedelta(seconds=5)
LONGEST_DELAY = timedelta(hours=1)
GIVE_UP_AFTER = 20


def run_pending(limit: int = 1000) -> int:
    """Run every delivery that is due, oldest first, until none is left or `limit` were tried.

    Returns how many were tried. Safe to run in any number of processes at once: each delivery is
    taken under a row lock that the others skip.
    """
    tried = 0
    while tried < limit and _run_next():
        tried += 1
    return tried


def _run_next() -> bool:
    with transaction.atomic():
        delivery = (
            Delivery.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("event")
            .filter(done_at=None, gave_up_at=None, next_at__lte=clock.now())
            .order_by("next_at", "id")
            .first()
        )
        if delivery is None:
            return False
        delivery.attempts += 1
        try:
            with transaction.atomic():
                _handle(delivery)
        except Exception as error:
            log.exception("event handler %s failed", delivery.handler)
            _put_off(delivery, error)
        else:
            delivery.done_at = clock.now()
            delivery.error = ""
        delivery.save(update_fields=["attempts", "next_at", "done_at", "gave_up_at", "error"])
        return True


def _handle(delivery: Delivery) -> None:
    handler = registry.get_handler(delivery.handler)
    if handler is None:
        raise LookupError(f"no handler is named {delivery.handler}")
    handler(delivery.event)


def _put_off(delivery: Delivery, error: Exception) -> None:
    # What PostgreSQL cannot store must not make the same delivery fail again and again.
    delivery.error = f"{type(error).__name__}: {error}"[:2000].replace("\0", "")
    delay = min(FIRST_DELAY * 2 ** (delivery.attempts - 1), LONGEST_DELAY)
    delivery.next_at = clock.now() + delay
    if delivery.attempts >= GIVE_UP_AFTER:
        delivery.gave_up_at = clock.now()

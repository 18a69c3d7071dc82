"""The rest of the demo company, told in the background while people look around."""

from __future__ import annotations

import logging
from typing import Any

from celery import shared_task
from celery.signals import worker_ready
from django.conf import settings

from demo import seeding

log = logging.getLogger(__name__)

# So long a worker is kept busy at a time, so that others get their turn.
SLICE_SECONDS = 6.0


@shared_task(name="demo.tasks.tell_more")
def tell_more() -> None:
    """Tell some claims of a demo company that was begun, then ring again while any is left."""
    if not settings.CLAIMS_DEMO:
        return
    told, total = seeding.tell_some(SLICE_SECONDS)
    if told < total:
        log.info("demo company: %s of %s claims told", told, total)
        tell_more.apply_async(retry=False, ignore_result=True)


@worker_ready.connect
def go_on(**kwargs: Any) -> None:
    """A worker that starts goes on where the last one stopped."""
    if settings.CLAIMS_DEMO:
        tell_more.apply_async(retry=False, ignore_result=True)

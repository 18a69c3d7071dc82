"""Celery's part: ring and sweep. What is to do stands in the database."""

from __future__ import annotations

from celery import shared_task

from events import relay as relay_module
from events import seals


@shared_task(name="events.tasks.relay")
def relay() -> None:
    """Run what a nudge told of."""
    relay_module.run_pending()


@shared_task(name="events.tasks.sweep")
def sweep() -> None:
    """Every minute: run what no nudge told of."""
    relay_module.run_pending()


@shared_task(name="events.tasks.seal")
def seal() -> None:
    """Once a day, however often it is called: seal the history."""
    seals.seal_day()

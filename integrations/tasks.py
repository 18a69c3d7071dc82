"""Celery's part."""

from __future__ import annotations

from celery import shared_task

from integrations import idempotency


@shared_task(name="integrations.tasks.forget_keys")
def forget_keys() -> None:
    """Once an hour: delete idempotency keys older than a week."""
    idempotency.forget_old()

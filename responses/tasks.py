"""Celery's part: which letters are due stands in the outbox."""

from __future__ import annotations

from celery import shared_task

from responses.commands import outbox


@shared_task(name="responses.tasks.send_letters")
def send_letters() -> None:
    """Every minute, and when a letter was given to the mail: send what is due."""
    outbox.send_due()

"""Celery's part: whose summary is due stands in the tables."""

from __future__ import annotations

from celery import shared_task

from worklist import commands


@shared_task(name="worklist.tasks.send_digests")
def send_digests() -> None:
    """Every minute: make and send the daily summaries of those whose morning has come."""
    commands.send_digests()

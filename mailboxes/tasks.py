"""Celery's part: the minute rings. Which mailbox is due and which mail waits, the tables say."""

from __future__ import annotations

from celery import shared_task

from mailboxes import commands


@shared_task(name="mailboxes.tasks.receive")
def receive() -> None:
    """Every minute: fetch what is new, and process what waits."""
    commands.process_due_mails()
    commands.fetch_due_mailboxes()
    commands.process_due_mails()

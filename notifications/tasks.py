"""Celery's part: ring and sweep. What is to be sent stands in the database."""

from __future__ import annotations

from celery import shared_task

from notifications import commands
from notifications.states import Channel


@shared_task(name="notifications.tasks.send_due")
def send_due() -> None:
    """Every minute, and when a nudge tells of new ones: send the e-mails that are due."""
    commands.send_due_messages()


@shared_task(name="notifications.tasks.send_due_chat")
def send_due_chat() -> None:
    """The same for messages to chat rooms; a task of its own, for chat services may hang."""
    commands.send_due_messages(Channel.CHAT)


@shared_task(name="notifications.tasks.remind")
def remind() -> None:
    """Every minute: plan the reminders of what is new, send those that are due."""
    commands.remind()

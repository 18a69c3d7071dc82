"""Celery's part."""

from __future__ import annotations

from celery import shared_task

from core import kept_files


@shared_task(name="core.tasks.forget_kept_files")
def forget_kept_files() -> None:
    """Once an hour: delete the files of forms that were given up."""
    kept_files.forget_old()

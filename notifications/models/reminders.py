"""Reminders: planned with the due instant they belong to, sent once, kept."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from claims.models import Claim
from core import clock
from core.models import Timestamped
from events.models import Event
from notifications.levels import Level, ReminderState, Subject


class Reminder(Timestamped):
    """One moment at which people are reminded of one thing.

    The reminders of a thing with one due instant are a series; another due instant begins another.
    The constraint makes "once" true, whatever sweeps at the same time. `at` is the moment counted
    from the deadline, `next_at` when the sweep looks at the row (later than `at` after a failure).
    """

    subject = models.CharField(_("of what"), max_length=12, choices=Subject.choices)
    subject_id = models.BigIntegerField()
    kind = models.CharField(_("kind"), max_length=24, blank=True)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="reminders")
    level = models.CharField(_("level"), max_length=8, choices=Level.choices)
    due_at = models.DateTimeField(_("due"))
    at = models.DateTimeField(_("remind at"))
    next_at = models.DateTimeField(default=clock.now)
    stops_in_pause = models.BooleanField(default=False)
    state = models.CharField(
        _("state"), max_length=12, choices=ReminderState.choices, default=ReminderState.PLANNED
    )
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    event = models.OneToOneField(
        Event, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                "subject", "subject_id", "due_at", "level", name="reminder_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["next_at", "id"],
                name="reminder_planned",
                condition=Q(state=ReminderState.PLANNED),
            ),
            models.Index(
                fields=["claim"],
                name="reminder_interim",
                condition=Q(level=Level.HALF, state=ReminderState.SENT),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.subject_id} {self.level}"

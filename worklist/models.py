"""The daily summary by mail: one row a person and day, which is also the mail to be sent."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import Timestamped
from notifications.states import MessageState


class Digest(Timestamped):
    """What waited for a person on the morning of their `day`; the constraint makes it one a day.

    A day on which nothing waited has a row without text, done at once. Otherwise the row is claimed
    before sending and marked after it, as messages of notices are.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        related_name="digests",
    )
    day = models.DateField(_("day"))
    message_id = models.CharField(max_length=200, unique=True)
    subject = models.CharField(_("subject"), max_length=250, blank=True)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField("HTML", blank=True)
    state = models.CharField(
        _("state"), max_length=8, choices=MessageState.choices, default=MessageState.QUEUED
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(_("next attempt"), default=clock.now)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("daily summary")
        verbose_name_plural = _("daily summaries")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint("user", "day", name="digest_once")]
        indexes = [
            models.Index(
                fields=["next_at", "id"],
                name="digest_waiting",
                condition=Q(state__in=["queued", "sending", "failed"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.day}"

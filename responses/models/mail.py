"""The outbox: a letter on its way by e-mail."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import Timestamped
from responses.models.letters import Letter
from responses.states import OPEN_MAIL, MailState


class OutgoingMail(Timestamped):
    """A letter handed to the mail. The row is claimed, then sent, then marked.

    `message_id` never changes, so that a letter sent twice after a crash is one letter to the
    reader. `next_at` is when to try, or when a claim by a dead worker may be taken over.
    """

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="mails")
    state = models.CharField(max_length=8, choices=MailState.choices, default=MailState.QUEUED)
    message_id = models.CharField(max_length=250, unique=True)
    to_name = models.CharField(max_length=200, blank=True)
    to_email = models.EmailField(_("to"))
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("outgoing letter")
        verbose_name_plural = _("outgoing letters")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                "letter", name="mail_one_open", condition=Q(state__in=OPEN_MAIL)
            )
        ]
        indexes = [
            models.Index(
                fields=["next_at", "id"], name="mail_waiting", condition=Q(state__in=OPEN_MAIL)
            )
        ]

    def __str__(self) -> str:
        return f"{self.to_email} {self.state}"

    @property
    def is_open(self) -> bool:
        """On its way: nobody may change the letter meanwhile."""
        return self.state in OPEN_MAIL

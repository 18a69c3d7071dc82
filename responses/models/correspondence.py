"""What the customer says: messages, and the answer to the question of satisfaction."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from claims.models import Attachment, Claim
from claims.states import Channel
from core import clock
from core.models import Timestamped


class IncomingMessage(Timestamped):
    """Something the customer wrote or said about a claim, as it came in; never changed."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="incoming_messages")
    channel = models.CharField(
        _("channel"), max_length=12, choices=Channel.choices, default=Channel.EMAIL
    )
    received_at = models.DateTimeField(_("received"), default=clock.now)
    sender_name = models.CharField(_("from"), max_length=200, blank=True)
    sender_email = models.EmailField(_("sender's e-mail"), blank=True)
    subject = models.CharField(_("subject"), max_length=250, blank=True)
    text = models.TextField(_("message"))
    message_id = models.CharField(max_length=250, blank=True)
    attachments: Any = models.ManyToManyField(
        Attachment, verbose_name=_("files"), blank=True, related_name="incoming_messages"
    )
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("message from the customer")
        verbose_name_plural = _("messages from customers")
        ordering = ["received_at", "id"]
        constraints = [
            models.UniqueConstraint(
                "claim", "message_id", name="incoming_once", condition=~Q(message_id="")
            )
        ]

    def __str__(self) -> str:
        return self.subject or self.text[:80]


class Survey(Timestamped):
    """The question of satisfaction after a claim was closed; one for each closing.

    `score` is 1 (dissatisfied) to 5 (satisfied).
    """

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="surveys")
    asked_at = models.DateTimeField(_("asked"), default=clock.now)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    score = models.PositiveSmallIntegerField(
        _("score"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
    )
    comment = models.TextField(_("comment"), blank=True)

    class Meta:
        verbose_name = _("satisfaction survey")
        verbose_name_plural = _("satisfaction surveys")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint("claim", name="survey_one_open", condition=Q(answered_at=None)),
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__range=(1, 5)), name="survey_score"
            ),
        ]

    def __str__(self) -> str:
        return str(self.score or "–")

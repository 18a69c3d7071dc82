"""What one person asks for and another decides."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from capa.models.action import Action
from capa.states import Decision
from claims.models import Claim
from core import clock
from core.models import Versioned
from investigations.models import Cause


class Request(Versioned):
    """Asked with a reason by one person, granted or declined by another; empty decision: waits."""

    reason = models.CharField(_("reason"), max_length=1000)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("asked by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    asked_at = models.DateTimeField(_("asked"), default=clock.now)
    decision = models.CharField(_("decision"), max_length=8, choices=Decision.choices, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    reply = models.CharField(_("reply"), max_length=1000, blank=True)

    class Meta:
        abstract = True
        ordering = ["id"]

    def __str__(self) -> str:
        return self.reason[:80]

    @property
    def is_granted(self) -> bool:
        """Somebody other than the one who asked agreed."""
        return self.decision == Decision.GRANTED


class Extension(Request):
    """More time for an action."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="extensions")
    from_due = models.DateTimeField(_("from"))
    to_due = models.DateTimeField(_("to"))
    meanwhile = models.CharField(
        _("what protects the customer meanwhile"), max_length=500, blank=True
    )

    class Meta(Request.Meta):
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        constraints = [
            models.UniqueConstraint("action", name="extension_one_open", condition=Q(decision=""))
        ]


class Cancellation(Request):
    """Not to carry an action out, or to give up one that did not work."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="cancellations")

    class Meta(Request.Meta):
        verbose_name = _("cancellation")
        verbose_name_plural = _("cancellations")
        constraints = [
            models.UniqueConstraint(
                "action", name="cancellation_one_open", condition=Q(decision="")
            )
        ]


class NoActionReason(Request):
    """Why nothing is done against a confirmed cause."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="no_action_reasons")
    cause = models.ForeignKey(Cause, on_delete=models.CASCADE, related_name="no_action_reasons")

    class Meta(Request.Meta):
        verbose_name = _("reason for no action")
        verbose_name_plural = _("reasons for no action")
        constraints = [
            models.UniqueConstraint(
                "cause", name="no_action_one_standing", condition=~Q(decision=Decision.DECLINED)
            )
        ]

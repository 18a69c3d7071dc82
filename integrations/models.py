"""Programs that talk to us: their accounts, their tokens, and what they asked already."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken, AuthTokenManager

from core import clock
from core.models import Versioned


class ApiClient(Versioned):
    """A program, such as an ERP. It acts as its own service account, with that account's roles."""

    name = models.CharField(
        _("name"), max_length=64, unique=True, help_text=_("History and claims show this name.")
    )
    description = models.CharField(_("description"), max_length=300, blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("service account"),
        on_delete=models.PROTECT,
        related_name="api_client",
        editable=False,
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("API client")
        verbose_name_plural = _("API clients")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ApiTokenManager(AuthTokenManager, models.Manager["ApiToken"]):  # type: ignore[misc]
    """Makes a secret with its row; otherwise an ordinary manager."""


class ApiToken(AbstractAuthToken):  # type: ignore[misc]
    """A secret of a client. Only its hash is kept; a revoked one stays for history."""

    client = models.ForeignKey(
        ApiClient, verbose_name=_("client"), on_delete=models.PROTECT, related_name="+"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("service account"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    name = models.CharField(
        _("name"), max_length=64, help_text=_("What it is used for, e.g. “nightly transfer”.")
    )
    scopes: Any = models.JSONField(_("scopes"), default=list)
    last_used_on = models.DateField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects: ClassVar[ApiTokenManager] = ApiTokenManager()

    class Meta:
        verbose_name = _("token")
        verbose_name_plural = _("tokens")
        ordering = ["-created"]

    def __str__(self) -> str:
        return f"{self.client} · {self.name}"

    @property
    def client_name(self) -> str:
        """The name under which the client acts."""
        return str(self.client.name)

    @property
    def is_valid(self) -> bool:
        """Neither revoked nor expired, and its client active."""
        alive = self.revoked_at is None and (self.expiry is None or self.expiry > clock.now())
        return alive and self.client.is_active and self.user.is_active


class IdempotencyRecord(models.Model):
    """A POST request with an Idempotency-Key, and its answer once there is one.

    `started_at` changes hands when a crashed request is taken over by its repetition.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    started_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    headers: Any = models.JSONField(default=dict)
    body = models.TextField(blank=True)

    class Meta:
        verbose_name = _("answered request")
        verbose_name_plural = _("answered requests")
        constraints = [models.UniqueConstraint("user", "key", name="idempotency_key_once")]
        indexes = [models.Index(fields=["started_at"], name="idempotency_started")]

    def __str__(self) -> str:
        return self.key

"""History: one row is the audit trail, the timeline entry and the queue entry at once."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from events import registry


class CurrentTransaction(models.Func):
    """The number of the writing transaction (PostgreSQL); 0 where writers are serialised (SQLite).

    Identities are handed out before commit, so "id greater than the last seen" can skip a slower
    transaction. The feed therefore reads in the order (txid, id), below the oldest one running.
    """

    output_field = models.BigIntegerField()

    def as_sql(  # type: ignore[override]
        self, compiler: Any, connection: Any, **extra: Any
    ) -> tuple[str, list[Any]]:
        return "0", []

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, list[Any]]:
        return "(pg_current_xact_id()::text::bigint)", []


class Event(models.Model):
    """A fact that happened; never changed, never deleted (database triggers guard it).

    `chain` groups the events that one row lock serialises (`claim:17`), `seq` counts inside it, and
    `hash` = HMAC(prev_hash + content) ties each to the one before. `claim_id` is no foreign key, as
    history stands below the claims and outlives what it tells of.
    """

    kind = models.CharField(_("kind"), max_length=80)
    chain = models.CharField(max_length=120)
    seq = models.PositiveIntegerField()
    subject_type = models.CharField(max_length=80)
    subject_id = models.CharField(max_length=64)
    subject_label = models.CharField(_("subject"), max_length=200)
    claim_id = models.BigIntegerField(null=True, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("actor"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    actor_label = models.CharField(_("actor"), max_length=200)
    via = models.CharField(max_length=12)
    request_id = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(_("at"), default=clock.now)
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    prev_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)
    txid = models.BigIntegerField(db_default=CurrentTransaction(), editable=False)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [models.UniqueConstraint("chain", "seq", name="event_chain_seq")]
        indexes = [
            models.Index(fields=["claim_id", "id"], name="event_claim"),
            models.Index(fields=["txid", "id"], name="event_feed"),
            models.Index(fields=["subject_type", "subject_id"], name="event_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_label}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert only."""
        if self.pk is not None:
            raise TypeError("events are append-only")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Never."""
        raise TypeError("events are append-only")

    @property
    def sentence(self) -> str:
        """What the actor did, in the current language."""
        kind = registry.get_kind(self.kind)
        return str(kind.sentence) if kind else self.kind


class Delivery(models.Model):
    """One handler's turn at one event, stored with the event, so that no effect is ever lost.

    `next_at` is when to try (again), `done_at` when it worked, `gave_up_at` when it failed too
    often and a person must look.
    """

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="deliveries")
    handler = models.CharField(max_length=80)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(default=clock.now)
    done_at = models.DateTimeField(null=True, blank=True)
    gave_up_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [models.UniqueConstraint("event", "handler", name="delivery_once")]
        indexes = [
            models.Index(
                fields=["next_at", "id"],
                name="delivery_waiting",
                condition=Q(done_at=None, gave_up_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.handler} ← {self.event_id}"

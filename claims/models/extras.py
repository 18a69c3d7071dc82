"""What hangs on a claim: samples, files, comments, participants, saved views."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from claims.models.claim import Claim
from claims.states import ParticipantRole
from core import clock
from core.models import Timestamped, Versioned


class Sample(Versioned):
    """A piece the customer is asked for or has sent."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="samples")
    number = models.CharField(_("sample number"), max_length=64, blank=True)
    quantity = models.DecimalField(_("quantity"), max_digits=16, decimal_places=3, default=1)
    requested_at = models.DateTimeField(_("requested"), null=True, blank=True)
    received_on = models.DateField(_("received on"), null=True, blank=True)
    stored_where = models.CharField(_("stored where"), max_length=200, blank=True)
    disposition = models.CharField(_("disposition"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("sample")
        verbose_name_plural = _("samples")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.number or f"#{self.pk}"


def attachment_path(attachment: Attachment, name: str) -> str:
    """A random path: the stored name says nothing and can do nothing."""
    return f"attachments/{clock.now():%Y/%m}/{uuid.uuid4().hex}"


def thumbnail_path(attachment: Attachment, name: str) -> str:
    """Beside the originals, in a tree of their own."""
    return f"thumbnails/{clock.now():%Y/%m}/{uuid.uuid4().hex}"


class Attachment(Timestamped):
    """A file on a claim; apps above point to it as evidence. `media_type` is as detected."""

    class Scan(models.TextChoices):
        NOT_SCANNED = "not_scanned", _("not scanned")
        CLEAN = "clean", _("clean")

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="attachments")
    file = models.FileField(upload_to=attachment_path)
    thumbnail = models.FileField(upload_to=thumbnail_path, blank=True)
    name = models.CharField(_("file name"), max_length=255)
    media_type = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField(_("size, bytes"))
    sha256 = models.CharField(max_length=64)
    scan = models.CharField(max_length=12, choices=Scan.choices, default=Scan.NOT_SCANNED)
    description = models.CharField(_("description"), max_length=300, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    added_by_label = models.CharField(_("added by"), max_length=200)

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        """Has a thumbnail."""
        return bool(self.thumbnail)


class Comment(Timestamped):
    """An internal remark; never seen by the customer."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    author_label = models.CharField(max_length=200)
    text = models.TextField(_("comment"))
    mentions: Any = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="mentioned_in"
    )

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text[:60]


class Participant(Timestamped):
    """A person's part in a claim: the reason why somebody without a wide role may see it.

    Written by the commands that give the part (team, action, notice, mention); several parts are
    several rows.
    """

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="participants")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="participations"
    )
    role = models.CharField(_("part"), max_length=12, choices=ParticipantRole.choices)

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        constraints = [
            models.UniqueConstraint("user", "claim", "role", name="participant_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()}"


class Visit(models.Model):
    """When a person last looked at a claim, for "since your last visit"."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="visits")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="visits"
    )
    last_event_id = models.BigIntegerField(default=0)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint("user", "claim", name="visit_once")]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.claim_id}"


class SavedView(Versioned):
    """A named set of list filters (the query string), a person's own or shared with everybody."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views"
    )
    name = models.CharField(_("name"), max_length=80)
    query = models.TextField(_("filters"), blank=True)
    is_shared = models.BooleanField(_("shared"), default=False)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name"]
        constraints = [models.UniqueConstraint("owner", "name", name="saved_view_name")]

    def __str__(self) -> str:
        return self.name


class ListColumns(models.Model):
    """Which columns a person shows in the claims list, in their order."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="list_columns"
    )
    columns = models.JSONField(default=list)

    def __str__(self) -> str:
        return ", ".join(self.columns)


class SearchEntry(models.Model):
    """The stemmed words of a claim, what full-text search looks into."""

    claim = models.OneToOneField(
        Claim, on_delete=models.CASCADE, primary_key=True, related_name="search_entry"
    )
    words = models.TextField()

    def __str__(self) -> str:
        return f"search {self.claim_id}"


class NumberCounter(models.Model):
    """The last claim number of a year; PostgreSQL has sequences instead."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"

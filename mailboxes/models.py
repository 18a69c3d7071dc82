"""Mailboxes that are read, and every mail that was found there, kept as it came."""

from __future__ import annotations

import uuid
from datetime import date

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from claims.models import Claim
from claims.states import Channel
from core import clock
from core.models import Timestamped, Versioned
from mailboxes.states import (
    OPEN_STATES,
    Handling,
    MailState,
    Reason,
    Result,
    Security,
    Trouble,
)
from masterdata.models import Site


def today() -> date:
    """The day in the product's time zone."""
    return timezone.localdate(clock.now())


class Mailbox(Versioned):
    """An IMAP folder whose mails become claims or join them.

    `sealed_password` is encrypted (see `core.sealing`) and never shown. `last_uid` is the newest
    mail fetched under `uid_validity`: the server's numbers are good for nothing under another one.
    `lease` belongs to the one worker that reads the mailbox until `leased_until`.
    """

    name = models.CharField(_("name"), max_length=80, unique=True)
    host = models.CharField(_("server"), max_length=253)
    port = models.PositiveIntegerField(
        _("port"), default=993, validators=[MinValueValidator(1), MaxValueValidator(65535)]
    )
    security = models.CharField(
        _("encryption"), max_length=8, choices=Security.choices, default=Security.TLS
    )
    username = models.CharField(_("user"), max_length=254)
    sealed_password = models.TextField(editable=False)
    folder = models.CharField(_("folder"), max_length=200, default="INBOX")
    move_to = models.CharField(_("folder for fetched mails"), max_length=200, blank=True)
    starts_on = models.DateField(_("mails received from"), default=today)
    site = models.ForeignKey(
        Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="+"
    )
    channel = models.CharField(
        _("channel"), max_length=12, choices=Channel.choices, default=Channel.EMAIL
    )
    hourly_limit = models.PositiveSmallIntegerField(
        _("mails per sender and hour"), default=20, validators=[MinValueValidator(1)]
    )
    is_active = models.BooleanField(_("active"), default=True)
    paused_at = models.DateTimeField(_("paused"), null=True, blank=True, editable=False)
    pause_reason = models.CharField(_("why it is paused"), max_length=300, blank=True)

    uid_validity = models.BigIntegerField(null=True, editable=False)
    last_uid = models.BigIntegerField(default=0, editable=False)
    next_poll_at = models.DateTimeField(default=clock.now, editable=False)
    lease = models.UUIDField(null=True, editable=False)
    leased_until = models.DateTimeField(null=True, editable=False)
    last_polled_at = models.DateTimeField(_("last read"), null=True, editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False)
    trouble = models.CharField(
        _("error"), max_length=12, choices=Trouble.choices, blank=True, editable=False
    )
    trouble_detail = models.CharField(max_length=500, blank=True, editable=False)

    class Meta:
        verbose_name = _("mailbox")
        verbose_name_plural = _("mailboxes")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


def raw_path(mail: InboundMail, name: str) -> str:
    """A random path, in a tree of its own."""
    return f"mail/{clock.now():%Y/%m}/{uuid.uuid4().hex}"


class InboundMail(Timestamped):
    """One mail as it came in, and what became of it; never deleted.

    `key` makes it one row however often it is fetched: it is made of the Message-ID, or of the
    content where there is none. `content_sha256` covers what the sender wrote, not the way it came.
    `sender_…` and `subject` are for lists; what is processed is read from `raw`. `claim` is set as
    soon as a claim was found or made for it. `to_mark` says that the server has still to be told
    that the mail was fetched. `next_at` is when to try, or when a dead worker's try is over.
    """

    mailbox = models.ForeignKey(
        Mailbox, verbose_name=_("mailbox"), on_delete=models.PROTECT, related_name="mails"
    )
    uid_validity = models.BigIntegerField()
    uid = models.BigIntegerField()
    to_mark = models.BooleanField(default=True)
    key = models.CharField(max_length=64)
    message_id = models.CharField("Message-ID", max_length=250, blank=True)
    content_sha256 = models.CharField(max_length=64)
    raw = models.FileField(upload_to=raw_path)
    size = models.PositiveBigIntegerField(_("size, bytes"))
    received_at = models.DateTimeField(_("received"))
    sender_name = models.CharField(_("from"), max_length=200, blank=True)
    sender_email = models.CharField(_("sender's e-mail"), max_length=254, blank=True)
    subject = models.CharField(_("subject"), max_length=250, blank=True)

    state = models.CharField(
        _("state"), max_length=8, choices=MailState.choices, default=MailState.WAITING
    )
    handling = models.CharField(max_length=10, choices=Handling.choices, default=Handling.USUAL)
    reason = models.CharField(_("why"), max_length=12, choices=Reason.choices, blank=True)
    result = models.CharField(_("result"), max_length=8, choices=Result.choices, blank=True)
    claim = models.ForeignKey(
        Claim,
        verbose_name=_("claim"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="inbound_mails",
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(_("processed"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint("mailbox", "key", name="inbound_mail_once")]
        indexes = [
            models.Index(
                fields=["next_at", "id"], name="inbound_waiting", condition=Q(state__in=OPEN_STATES)
            ),
            models.Index(fields=["mailbox"], name="inbound_to_mark", condition=Q(to_mark=True)),
            models.Index(fields=["sender_email", "created_at"], name="inbound_sender"),
            models.Index(fields=["message_id"], name="inbound_message_id"),
            models.Index(fields=["state", "-created_at"], name="inbound_state"),
            models.Index(fields=["-created_at", "-id"], name="inbound_newest"),
        ]

    def __str__(self) -> str:
        return self.subject or self.sender_email or f"#{self.pk}"

    @property
    def sender(self) -> str:
        """Name and address as they are shown."""
        if self.sender_name and self.sender_email:
            return f"{self.sender_name} <{self.sender_email}>"
        return self.sender_name or self.sender_email

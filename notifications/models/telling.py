"""Notices: who was told of what; messages: the e-mails that carry them out of the house."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from claims.models import Claim
from core import clock
from core.lateness import is_late
from core.models import Timestamped, Versioned
from events.models import Event
from notifications.models.containment import ContainmentOrder
from notifications.states import Channel, MessageState, Occasion, Reason


class Notice(Versioned):
    """One person (or outside address) told of one event by one channel.

    In the product a notice is there at once; by e-mail it is sent when its message is. `severity`
    is that of the claim when it was told. `stands_in_for` names the absent in whose place the
    person is told. Only people confirm, in the product; `time_to_aware` is the working time of the
    site from sending to confirming.
    """

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="notices")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    occasion = models.CharField(_("event"), max_length=24, choices=Occasion.choices)
    severity = models.CharField(max_length=10, blank=True)
    order = models.ForeignKey(
        ContainmentOrder, null=True, blank=True, on_delete=models.PROTECT, related_name="notices"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("recipient"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="notices",
    )
    address = models.EmailField(_("outside address"), blank=True)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices)
    reason = models.CharField(_("why"), max_length=8, choices=Reason.choices)
    stands_in_for = models.JSONField(_("for"), default=list, blank=True)
    needs_confirmation = models.BooleanField(_("must confirm"), default=False)
    due_at = models.DateTimeField(_("confirm by"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    seen_at = models.DateTimeField(_("seen"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    time_to_aware = models.DurationField(_("time to aware"), null=True, blank=True)
    comment = models.CharField(_("comment"), max_length=500, blank=True)
    handed_over_at = models.DateTimeField(_("told another way"), null=True, blank=True)
    handed_over_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    handover_note = models.CharField(_("how they were told"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint("event", "user", "channel", name="notice_user_once"),
            models.UniqueConstraint(
                "event",
                "address",
                "channel",
                name="notice_address_once",
                condition=~Q(address=""),
            ),
            models.CheckConstraint(
                condition=Q(user=None) ^ Q(address=""), name="notice_user_or_address"
            ),
        ]
        indexes = [
            models.Index(
                fields=["user", "-id"], name="notice_inbox", condition=Q(channel=Channel.IN_APP)
            ),
            models.Index(
                fields=["user"],
                name="notice_unseen",
                condition=Q(channel=Channel.IN_APP, seen_at=None),
            ),
            models.Index(
                fields=["user", "due_at"],
                name="notice_unconfirmed",
                condition=Q(needs_confirmation=True, confirmed_at=None, handed_over_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recipient}: {self.get_occasion_display()}"

    @property
    def recipient(self) -> str:
        """The person's name, or the outside address."""
        return str(self.user) if self.user is not None else self.address

    @property
    def waits(self) -> bool:
        """Whether a confirmation is still to come."""
        return self.needs_confirmation and not (self.confirmed_at or self.handed_over_at)

    @property
    def aware_seconds(self) -> int | None:
        """The time to aware in full seconds."""
        return None if self.time_to_aware is None else int(self.time_to_aware.total_seconds())

    @property
    def is_late(self) -> bool:
        """Not confirmed by its due instant; equality is on time."""
        return self.waits and is_late(self.due_at)


class Message(Timestamped):
    """An e-mail as it will be sent, in the recipient's language, with its own fixed Message-ID.

    The row is claimed before sending and marked after it: a worker that dies in between leaves a
    row in "sending", which is tried again with the same Message-ID.
    """

    notice = models.OneToOneField(Notice, on_delete=models.PROTECT, related_name="message")
    message_id = models.CharField(max_length=200, unique=True)
    to = models.EmailField(_("to"))
    language = models.CharField(_("language"), max_length=2)
    subject = models.CharField(_("subject"), max_length=250)
    text = models.TextField(_("text"))
    html = models.TextField("HTML")
    state = models.CharField(
        _("state"), max_length=8, choices=MessageState.choices, default=MessageState.QUEUED
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(_("next attempt"), default=clock.now)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("e-mail")
        verbose_name_plural = _("e-mails")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["next_at", "id"],
                name="message_waiting",
                condition=Q(state__in=["queued", "sending", "failed"]),
            )
        ]

    def __str__(self) -> str:
        return self.subject

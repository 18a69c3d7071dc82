"""Notices: who was told of what; messages: what carries them out of the house."""

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
from notifications.models.rooms import ChatRoom
from notifications.states import Channel, MessageState, Occasion, Reason


class Notice(Versioned):
    """One person (or outside address, or chat room) told of one event by one channel.

    In the product a notice is there at once; otherwise it is sent when its message is. `severity`
    is that of the claim when it was told. `stands_in_for` names the absent in whose place the
    person is told. Only people confirm, in the product; `confirmed_by` is somebody else where a
    substitute did. `time_to_aware` is the working time of the site from sending to confirming.
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
    room = models.ForeignKey(
        ChatRoom,
        verbose_name=_("chat room"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="notices",
    )
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices)
    reason = models.CharField(_("why"), max_length=8, choices=Reason.choices)
    stands_in_for = models.JSONField(_("for"), default=list, blank=True)
    needs_confirmation = models.BooleanField(_("must confirm"), default=False)
    due_at = models.DateTimeField(_("confirm by"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    seen_at = models.DateTimeField(_("seen"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("confirmed by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
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
            models.UniqueConstraint("event", "room", "channel", name="notice_room_once"),
            models.CheckConstraint(
                condition=Q(user__isnull=False, address="", room=None)
                | Q(~Q(address=""), user=None, room=None)
                | Q(user=None, address="", room__isnull=False),
                name="notice_one_recipient",
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
        """The name of the person or the room, or the outside address."""
        return str(self.user or self.room or self.address)

    @property
    def recipient_key(self) -> tuple[int | None, str, int | None]:
        """Who it is: notices of the same key went to the same recipient."""
        return (self.user_id, self.address, self.room_id)

    @property
    def confirmed_for_absent(self) -> bool:
        """Whether a substitute has confirmed it."""
        return self.confirmed_by_id is not None and self.confirmed_by_id != self.user_id

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
    """An e-mail or chat message as it will be sent, in the recipient's language.

    `message_id` is fixed from the beginning; `to` is an e-mail address, or the name of a room. The
    row is claimed before sending and marked after it: a worker that dies in between leaves a
    row in "sending", which is tried again with the same Message-ID.
    """

    notice = models.OneToOneField(Notice, on_delete=models.PROTECT, related_name="message")
    message_id = models.CharField(max_length=200, unique=True)
    to = models.CharField(_("to"), max_length=254)
    language = models.CharField(_("language"), max_length=2)
    subject = models.CharField(_("subject"), max_length=250)
    text = models.TextField(_("text"))
    html = models.TextField("HTML", blank=True)
    state = models.CharField(
        _("state"), max_length=8, choices=MessageState.choices, default=MessageState.QUEUED
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(_("next attempt"), default=clock.now)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
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

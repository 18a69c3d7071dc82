"""Rooms of chat services, which are told what the notification list says."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Versioned
from masterdata.models import LANGUAGES, Site


class ChatRoom(Versioned):
    """A room (channel, group) of a chat service.

    `sealed_address` is the address in the form of Apprise, key and all: encrypted (see
    `core.sealing`), never shown. `service` is the service's own name, for people. Messages are
    written in `language`. A room of a site hears of its claims only.
    """

    name = models.CharField(_("name"), max_length=80, unique=True)
    service = models.CharField(_("chat service"), max_length=80, editable=False)
    sealed_address = models.TextField(editable=False)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES)
    site = models.ForeignKey(
        Site, verbose_name=_("site"), null=True, blank=True, on_delete=models.PROTECT
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("chat room")
        verbose_name_plural = _("chat rooms")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

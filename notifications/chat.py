"""Chat services, through Apprise: reading an address, and sending one message to it.

An address carries a key, so nothing here logs or returns it, and errors are told in words of ours.
See docs/adr/0031-chat-rooms.md.
"""

from __future__ import annotations

import ipaddress
import logging
import re
import socket
from typing import Any
from urllib.parse import urlsplit

import apprise
from django.conf import settings
from django.utils.translation import gettext as _

from core.sealing import Unreadable, seal, unseal
from notifications.models import ChatRoom
from notifications.states import LASTING, ChatTrouble

SEALED_FOR = b"claims: chat rooms"
CONNECT_SECONDS = 4
READ_SECONDS = 8
# For the whole of it; a service that takes longer is tried again later.
SECONDS = 12
# A refusal's status stands only in what the library logs. In detail it would log keys as well, so
# it keeps to warnings, whatever our own level is, and to itself.
logging.getLogger("apprise").setLevel(logging.WARNING)
logging.getLogger("apprise").propagate = False
_STATUS = re.compile(r"error[ =:]+(\d{3})\b")
BUSY = (408, 425, 429)


class ChatFailed(Exception):
    """A chat service did not take a message; `code` is its HTTP status, if it gave one."""

    def __init__(self, trouble: ChatTrouble, code: int | None = None) -> None:
        super().__init__(trouble, code)
        self.trouble, self.code = trouble, code

    def __str__(self) -> str:
        words = str(self.trouble.label)
        if self.code is None:
            return words
        return _("%(words)s Its answer: %(code)s.") % {"words": words, "code": self.code}

    @property
    def is_permanent(self) -> bool:
        """Whether trying again changes nothing."""
        return self.trouble in LASTING


def seal_address(address: str) -> str:
    """The address as it may be stored."""
    return seal(address, SEALED_FOR)


def service_of(address: str) -> str:
    """The name of the service that an address belongs to. Raises ChatFailed."""
    return str(_opened(address).service_name)


def post(room: ChatRoom, text: str) -> None:
    """Send a text to a room and wait for the answer, a few seconds. Raises ChatFailed.

    Never inside a transaction.
    """
    try:
        service = _opened(unseal(room.sealed_address, SEALED_FOR))
    except Unreadable as error:
        raise ChatFailed(ChatTrouble.UNREADABLE) from error
    _refuse_this_machine(service)
    sender = apprise.Apprise()
    sender.add(service)
    answer = sender.notify(body=text, body_format=apprise.NotifyFormat.TEXT, timeout=SECONDS)
    if not answer:
        raise _failure(answer)


def _opened(address: str) -> apprise.NotifyBase:
    """The service behind an address, which may also be the webhook as the service shows it."""
    asset = apprise.AppriseAsset(
        # Also the User-Agent, so it has to be ASCII.
        app_id="Claims",
        app_url="",
        image_url_mask="",
        image_url_logo="",
        secure_logging=True,
    )
    service = apprise.Apprise.instantiate(address.strip(), asset=asset)
    if service is None or _scheme_of(service) not in settings.CHAT_SCHEMES:
        raise ChatFailed(ChatTrouble.UNUSABLE)
    # Whatever the address asks for: no other server is followed to, none is waited for, and the
    # certificate counts.
    service.redirects, service.verify_certificate = False, True
    service.socket_connect_timeout, service.socket_read_timeout = CONNECT_SECONDS, READ_SECONDS
    return service


def _scheme_of(service: apprise.NotifyBase) -> str:
    return urlsplit(str(service.url())).scheme  # type: ignore[no-untyped-call]


def _server_of(service: Any) -> str:
    """The server that an address names, "" where the service has a place of its own."""
    if getattr(service, "mode", "") == "t2bot":
        return ""  # a relay for Matrix; `host` is the key
    if hasattr(service, "hostname"):
        return f"{service.organization}.{service.hostname}"  # Zulip
    names_it = any("{host}" in template for template in service.templates)
    return str(service.host).strip("[]") if names_it else ""


def _refuse_this_machine(service: apprise.NotifyBase) -> None:
    """Where the address names a server, it must not be this one or its cloud's inner services."""
    server = _server_of(service)
    if not server or settings.CHAT_ON_THIS_MACHINE:
        return
    try:
        found = socket.getaddrinfo(server, None, type=socket.SOCK_STREAM)
    except OSError as error:
        raise ChatFailed(ChatTrouble.AWAY) from error
    for *_rest, place in found:
        where = ipaddress.ip_address(str(place[0]).partition("%")[0])
        mapped = getattr(where, "ipv4_mapped", None) or where
        if mapped.is_loopback or mapped.is_link_local or mapped.is_unspecified:
            raise ChatFailed(ChatTrouble.INSIDE)


def _failure(answer: apprise.AppriseResult) -> ChatFailed:
    if answer.status == apprise.AppriseResultStatus.TIMEOUT:
        return ChatFailed(ChatTrouble.SILENT)
    said = [_STATUS.search(entry.message) for entry in answer.logs()]
    codes = [int(found[1]) for found in said if found]
    if not codes:
        return ChatFailed(ChatTrouble.AWAY)
    code = codes[-1]
    if code in BUSY:
        return ChatFailed(ChatTrouble.BUSY, code)
    return ChatFailed(ChatTrouble.FAULT if code >= 500 else ChatTrouble.REFUSED, code)

"""Chat rooms: their addresses go in and never come out again."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from core.actors import Actor
from core.errors import InvalidInput, Stale
from core.models import changes_of
from events.commands import record
from notifications import chat, events
from notifications.models import ChatRoom
from notifications.policies import can_administer_rooms, require

EDITABLE = frozenset({"name", "language", "site", "is_active"})


def add_room(*, actor: Actor, address: str, **values: Any) -> ChatRoom:
    """A room that rules may name from now on. Raises NotPermitted, InvalidInput."""
    require(can_administer_rooms(actor))
    if not address.strip():
        raise InvalidInput({"address": _("Enter the address of the room.")}, code="required")
    with transaction.atomic():
        room = ChatRoom(**_known(values))
        _lead(room, address)
        _check(room)
        room.save()
        data = {"service": room.service, "active": room.is_active}
        record(events.ROOM_ADDED, actor=actor, subject=room, data=data)
    return room


def change_room(
    *,
    actor: Actor,
    room: ChatRoom,
    values: dict[str, Any],
    address: str = "",
    version: int | None = None,
) -> ChatRoom:
    """Change what is given; without an address the known one stays.

    Raises NotPermitted, InvalidInput, Stale.
    """
    require(can_administer_rooms(actor))
    with transaction.atomic():
        fresh = ChatRoom.objects.select_for_update(of=("self",)).get(pk=room.pk)
        if version is not None and fresh.version != version:
            raise Stale(fresh, expected=version)
        changes = changes_of(fresh, _known(values))
        names = list(changes)
        if address.strip():
            _lead(fresh, address)
            names += ["sealed_address", "service"]
        _check(fresh)
        if names:
            fresh.save_changes(*names)
            data = {"address": "changed"} if address.strip() else {}
            record(events.ROOM_CHANGED, actor=actor, subject=fresh, changes=changes, data=data)
    return fresh


def try_room(*, actor: Actor, room: ChatRoom) -> None:
    """Send a line that says what it is. Raises NotPermitted, chat.ChatFailed."""
    require(can_administer_rooms(actor))
    with translation.override(room.language):
        text = _("This is a test. Notices about claims will come to this room.")
    chat.post(room, text)


def _known(values: dict[str, Any]) -> dict[str, Any]:
    unknown = set(values) - EDITABLE
    if unknown:
        raise InvalidInput({name: _("This cannot be changed here.") for name in unknown})
    return values


def _lead(room: ChatRoom, address: str) -> None:
    """Let the room's messages go to `address`."""
    try:
        room.service = chat.service_of(address)[:80]
    except chat.ChatFailed as error:
        raise InvalidInput({"address": str(error)}) from error
    room.sealed_address = chat.seal_address(address.strip())


def _check(room: ChatRoom) -> None:
    try:
        room.full_clean(exclude=["sealed_address", "service"])
    except ValidationError as error:
        raise InvalidInput(error.message_dict) from error

"""Setting mailboxes up. A password goes in and never comes out again."""

from __future__ import annotations

import ipaddress
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.actors import Actor
from core.errors import InvalidInput, Stale
from core.models import changes_of
from core.sealing import seal
from events.commands import record
from mailboxes import events, imap
from mailboxes.models import Mailbox
from mailboxes.policies import can_administer_mail, require
from mailboxes.states import SEALED_FOR, Security

EDITABLE = frozenset(
    {
        "name", "host", "port", "security", "username", "folder", "move_to", "starts_on", "site",
        "channel", "hourly_limit", "is_active",
    }
)  # fmt: skip
# Other values of these lead to another folder, where other numbers count.
PLACE = ("host", "port", "username", "folder")


def create_mailbox(*, actor: Actor, password: str, **values: Any) -> Mailbox:
    """A mailbox that is read from the next minute on. Raises NotPermitted, InvalidInput."""
    require(can_administer_mail(actor))
    if not password:
        raise InvalidInput({"password": _("Enter the password.")}, code="required")
    with transaction.atomic():
        mailbox = Mailbox(**_known(values), sealed_password=seal(password, SEALED_FOR))
        _check(mailbox)
        mailbox.save()
        data: dict[str, Any] = {name: getattr(mailbox, name) for name in PLACE}
        record(events.MAILBOX_CREATED, actor=actor, subject=mailbox, data=data)
    return mailbox


def change_mailbox(
    *,
    actor: Actor,
    mailbox: Mailbox,
    values: dict[str, Any],
    password: str = "",
    version: int | None = None,
) -> Mailbox:
    """Change what is given; without a password the known one stays, unless the server changes.

    Raises NotPermitted, InvalidInput, Stale.
    """
    require(can_administer_mail(actor))
    with transaction.atomic():
        fresh = Mailbox.objects.select_for_update(of=("self",)).get(pk=mailbox.pk)
        if version is not None and fresh.version != version:
            raise Stale(fresh, expected=version)
        changes = changes_of(fresh, _known(values))
        if "host" in changes and not password:
            # Else whoever may change the host could have the password sent to a server of theirs.
            text = _("Enter the password again: it belongs to the other server.")
            raise InvalidInput({"password": text}, code="required")
        _check(fresh)
        names = list(changes)
        if password:
            fresh.sealed_password = seal(password, SEALED_FOR)
            names.append("sealed_password")
        if any(name in changes for name in PLACE):
            fresh.uid_validity, fresh.last_uid = None, 0
            names += ["uid_validity", "last_uid"]
        if names:
            fresh.next_poll_at, fresh.failures = clock.now(), 0
            fresh.save_changes(*names, "next_poll_at", "failures")
            data = {"password": "changed"} if password else {}
            record(events.MAILBOX_CHANGED, actor=actor, subject=fresh, changes=changes, data=data)
    return fresh


def _known(values: dict[str, Any]) -> dict[str, Any]:
    unknown = set(values) - EDITABLE
    if unknown:
        raise InvalidInput({name: _("This cannot be changed here.") for name in unknown})
    return values


def _check(mailbox: Mailbox) -> None:
    try:
        mailbox.full_clean(exclude=["sealed_password"])
    except ValidationError as error:
        raise InvalidInput(error.message_dict) from error
    if mailbox.security == Security.NONE and not _is_here(mailbox.host):
        text = _("Without encryption only a server on this machine can be read: 127.0.0.1.")
        raise InvalidInput({"security": text})
    if mailbox.move_to and mailbox.move_to == mailbox.folder:
        raise InvalidInput({"move_to": _("Choose another folder than the one that is read.")})


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def try_mailbox(*, actor: Actor, mailbox: Mailbox) -> int:
    """Sign in and look into the folder, changing nothing; how many mails are in it.

    Raises NotPermitted, MailboxFailed.
    """
    require(can_administer_mail(actor))
    return imap.check(mailbox)


def pause_mailbox(*, actor: Actor, mailbox: Mailbox, reason: str) -> Mailbox:
    """Fetch nothing until it is resumed. Raises NotPermitted, InvalidInput without a reason."""
    require(can_administer_mail(actor))
    if not reason.strip():
        raise InvalidInput({"reason": _("Say why the mailbox is paused.")}, code="required")
    with transaction.atomic():
        fresh = Mailbox.objects.select_for_update(of=("self",)).get(pk=mailbox.pk)
        if fresh.paused_at is None:
            fresh.paused_at, fresh.pause_reason = clock.now(), reason.strip()[:300]
            fresh.save_changes("paused_at", "pause_reason")
            data = {"reason": fresh.pause_reason}
            record(events.MAILBOX_PAUSED, actor=actor, subject=fresh, data=data)
    return fresh


def pause_mailboxes(*, actor: Actor, reason: str) -> int:
    """Pause all of them, as a restored copy must: the original reads them too. Returns how many."""
    running = list(Mailbox.objects.filter(is_active=True, paused_at=None))
    for mailbox in running:
        pause_mailbox(actor=actor, mailbox=mailbox, reason=reason)
    return len(running)


def resume_mailbox(*, actor: Actor, mailbox: Mailbox) -> Mailbox:
    """Fetch again, from the next minute on. Raises NotPermitted."""
    require(can_administer_mail(actor))
    with transaction.atomic():
        fresh = Mailbox.objects.select_for_update(of=("self",)).get(pk=mailbox.pk)
        if fresh.paused_at is not None:
            fresh.paused_at, fresh.pause_reason, fresh.next_poll_at = None, "", clock.now()
            fresh.save_changes("paused_at", "pause_reason", "next_poll_at")
            record(events.MAILBOX_RESUMED, actor=actor, subject=fresh)
    return fresh

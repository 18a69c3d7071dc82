"""A person sets a mail going again."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.actors import Actor
from core.errors import InvalidInput
from events.commands import record
from mailboxes import events
from mailboxes.models import InboundMail
from mailboxes.policies import can_administer_mail, can_see_mail, require
from mailboxes.states import STUCK_STATES, Handling, MailState, Reason


def process_again(*, actor: Actor, mail: InboundMail) -> InboundMail:
    """Try a mail that failed or was left alone once more; for the latter the guards are off.

    Raises NotPermitted, InvalidInput when it is done, waits already, or was never fetched.
    """
    guarded = mail.state != MailState.IGNORED
    return _set_going(actor, mail, Handling.USUAL if guarded else Handling.UNGUARDED)


def make_claim(*, actor: Actor, mail: InboundMail) -> InboundMail:
    """Have a new claim made of the mail, whatever it looks like or answers. Raises as above."""
    return _set_going(actor, mail, Handling.CLAIM)


def _set_going(actor: Actor, mail: InboundMail, handling: Handling) -> InboundMail:
    require(can_administer_mail(actor))
    with transaction.atomic():
        fresh = InboundMail.objects.select_for_update(of=("self",)).get(pk=mail.pk)
        if fresh.state not in STUCK_STATES:
            raise InvalidInput(_("This mail is processed, or about to be."), code="not_stuck")
        if fresh.reason == Reason.TOO_LARGE:
            text = _("The mail was not fetched. Take it out of the mailbox with a mail program.")
            raise InvalidInput(text, code="not_fetched")
        fresh.state, fresh.handling, fresh.reason = MailState.WAITING, handling, ""
        fresh.attempts, fresh.error, fresh.finished_at = 0, "", None
        fresh.next_at = fresh.updated_at = clock.now()
        fresh.save(
            update_fields=[
                "state", "handling", "reason", "attempts", "error", "finished_at", "next_at",
                "updated_at",
            ]
        )  # fmt: skip
        data = {"handling": handling.value}
        record(events.MAIL_RETRIED, actor=actor, subject=fresh, data=data)
    return fresh


def note_download(*, actor: Actor, mail: InboundMail) -> None:
    """Somebody takes a mail as it came, with all it says: that is history. Raises NotPermitted."""
    require(can_see_mail(actor))
    with transaction.atomic():
        fresh = InboundMail.objects.select_for_update(of=("self",)).get(pk=mail.pk)
        record(events.MAIL_READ, actor=actor, subject=fresh)

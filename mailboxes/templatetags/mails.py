"""How mails and mailboxes look."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext as _

from core.ui.marks import state
from mailboxes.models import InboundMail, Mailbox
from mailboxes.states import MailState

register = template.Library()

LOOKS = {
    MailState.WAITING: "wait",
    MailState.DONE: "done",
    MailState.IGNORED: "off",
    MailState.FAILED: "risk",
    MailState.DEAD: "late",
}


@register.simple_tag
def mail_state(mail: InboundMail) -> Any:
    """Look and word of a mail's state."""
    return state(LOOKS[MailState(mail.state)], str(mail.get_state_display()))


@register.simple_tag
def mailbox_state(mailbox: Mailbox) -> Any:
    """Look and word of a mailbox's state."""
    if not mailbox.is_active:
        return state("off", _("not read"))
    if mailbox.paused_at is not None:
        return state("stop", _("paused"))
    if mailbox.trouble:
        return state("late", _("cannot be read"))
    return (
        state("done", _("is read")) if mailbox.last_polled_at else state("wait", _("not read yet"))
    )

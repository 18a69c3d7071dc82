"""Notices in words: what happened, in one line."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from claims.states import Severity
from core.ui.due import span
from core.ui.wording import agree
from notifications.models import Notice
from notifications.reminders import headline_of
from notifications.states import Occasion


def headline(notice: Notice) -> str:
    """What the recipient is told, without the claim's number and title."""
    critical = notice.severity == Severity.CRITICAL
    match notice.occasion:
        case Occasion.CONTAINMENT_ORDERED:
            return _("Containment: %(order)s") % {"order": notice.order}
        case Occasion.CONTAINMENT_LIFTED:
            return _("Lifted: %(order)s") % {"order": notice.order}
        case Occasion.OWNER_NAMED:
            return _("You own this claim now")
        case Occasion.MENTIONED:
            person = notice.event.actor_label
            return agree(_("%(person)s mentioned you") % {"person": person}, person)
        case Occasion.REMINDER:
            return headline_of(notice.event.data)
        case Occasion.UNANSWERED:
            return _("No rule names anybody for this claim")
        case Occasion.REPORTED:
            return _("Critical claim received") if critical else _("Claim received")
    return _("Critical claim") if critical else _("Claim to take note of")


def worked(length: timedelta) -> str:
    """A length of working time; never in days, which would be read as days of 24 hours."""
    if length < timedelta(days=1):
        return span(length)
    return _("%(hours)d h") % {"hours": length // timedelta(hours=1)}


ICONS = {
    Occasion.REPORTED: "inbox",
    Occasion.NOTIFY: "bell-ringing",
    Occasion.CONTAINMENT_ORDERED: "hand-stop",
    Occasion.CONTAINMENT_LIFTED: "lock-open",
    Occasion.OWNER_NAMED: "user-check",
    Occasion.MENTIONED: "at",
    Occasion.REMINDER: "alarm",
    Occasion.UNANSWERED: "alert-triangle",
}


def icon_of(notice: Notice) -> str:
    """The icon that stands for what the notice tells."""
    return ICONS[Occasion(notice.occasion)]

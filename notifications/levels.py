"""The vocabulary of reminders: of what people are reminded, and how urgently."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Subject(models.TextChoices):
    """What waits for somebody and has a due instant."""

    CLOCK = "clock", _("deadline of the claim")
    NOTICE = "notice", _("notice to confirm")
    ORDER = "order", _("containment order")
    ACTION = "action", _("action")
    CHECK = "check", _("effectiveness check")
    LETTER = "letter", _("approval of an answer")
    EXTENSION = "extension", _("more time for an action")
    CANCELLATION = "cancellation", _("giving up an action")
    NO_ACTION = "no_action", _("no action against a cause")
    COMPENSATION = "compensation", _("compensation to settle")


class Level(models.TextChoices):
    """The moments of one series, in their order; `HALF` asks for an interim reply."""

    HALF = "half", _("half of the time has passed")
    SOON = "soon", _("due soon")
    DUE = "due", _("due")
    LATE_3 = "late_3", _("3 working days late")
    LATE_7 = "late_7", _("7 working days late")


# Which share of the time has passed, and how many working days after the due instant.
SHARES = {Level.HALF: 0.5, Level.SOON: 0.75}
DAYS_AFTER = {Level.LATE_3: 3, Level.LATE_7: 7}
# The ladder that ends with the quality manager; `HALF` stands beside it.
LADDER = (Level.SOON, Level.DUE, Level.LATE_3, Level.LATE_7)
LAST = Level.LATE_7


class ReminderState(models.TextChoices):
    """What became of a planned reminder."""

    PLANNED = "planned", _("planned")
    SENT = "sent", _("sent")
    PASSED_OVER = "passed_over", _("passed over")
    NEEDLESS = "needless", _("not needed")

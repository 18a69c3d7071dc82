"""The vocabulary of step 2: who is told of what by which way, and what is stopped."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Occasion(models.TextChoices):
    """What people are told of. The notification list has rules for `LISTED`, the rest is direct."""

    REPORTED = "claim.reported", _("claim received")
    NOTIFY = "claim.notify", _("departments notified")
    CONTAINMENT_ORDERED = "containment.ordered", _("containment ordered")
    CONTAINMENT_LIFTED = "containment.lifted", _("containment lifted")
    OWNER_NAMED = "claim.owner", _("owner of a claim")
    MENTIONED = "claim.mention", _("mentioned in a comment")
    REMINDER = "reminder", _("reminder")
    UNANSWERED = "list.unanswered", _("the notification list names nobody")


LISTED = (
    Occasion.REPORTED,
    Occasion.NOTIFY,
    Occasion.CONTAINMENT_ORDERED,
    Occasion.CONTAINMENT_LIFTED,
)
# Where silence would mean that nobody hears of a claim, the quality managers stand in.
NEVER_SILENT = (Occasion.REPORTED, Occasion.NOTIFY)


class Channel(models.TextChoices):
    """By which way somebody is told."""

    IN_APP = "in_app", _("in the product")
    EMAIL = "email", _("e-mail")
    CHAT = "chat", _("chat")


# The ways to a person; an outside address has only e-mail, a room only chat.
PERSONAL = (Channel.IN_APP, Channel.EMAIL)
PERSONAL_CHOICES = [(each.value, each.label) for each in PERSONAL]


class ChatTrouble(models.TextChoices):
    """Why a chat service did not take a message."""

    UNUSABLE = "unusable", _("This is no address of a chat service that can be used.")
    UNREADABLE = "unreadable", _("The stored address can no longer be read. Enter it again.")
    INSIDE = "inside", _("The address leads to this machine, not to a chat service.")
    REFUSED = (
        "refused",
        _("The chat service refused it. Its key was withdrawn, or the room is gone."),
    )
    BUSY = "busy", _("The chat service asks to wait.")
    FAULT = "fault", _("The chat service has a fault.")
    SILENT = "silent", _("The chat service did not answer in time.")
    AWAY = "away", _("The chat service could not be reached.")


# Trying again changes nothing about these; a person has to.
LASTING = (
    ChatTrouble.UNUSABLE,
    ChatTrouble.UNREADABLE,
    ChatTrouble.INSIDE,
    ChatTrouble.REFUSED,
)


class Reason(models.TextChoices):
    """Why somebody is told."""

    RULE = "rule", _("notification list")
    FALLBACK = "fallback", _("no rule matched")
    NAMED = "named", _("named by hand")
    DIRECT = "direct", _("concerned directly")


class MessageState(models.TextChoices):
    """The life of a message: failed ones are tried again, dead ones need a person."""

    QUEUED = "queued", _("queued")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed, will be tried again")
    DEAD = "dead", _("could not be sent")


class ContainmentKind(models.TextChoices):
    """What is ordered."""

    STOP_LINE = "stop_line", _("Stop the line")
    BLOCK_LOT = "block_lot", _("Block the lot")
    STOP_SHIPMENT = "stop_shipment", _("Stop shipment")
    RECALL = "recall", _("Recall")
    SORT = "sort", _("Sort")
    FULL_CHECK = "full_check", _("Check everything")
    INFORM_CUSTOMER = "inform_customer", _("Inform the customer")


# An order in one line, with what it concerns.
ORDER_WORDS = {
    ContainmentKind.STOP_LINE: _("Stop %(target)s"),
    ContainmentKind.BLOCK_LOT: _("Block lot %(target)s"),
    ContainmentKind.STOP_SHIPMENT: _("Stop shipment: %(target)s"),
    ContainmentKind.RECALL: _("Recall %(target)s"),
    ContainmentKind.SORT: _("Sort %(target)s"),
    ContainmentKind.FULL_CHECK: _("Check 100 %% of %(target)s"),
    ContainmentKind.INFORM_CUSTOMER: _("Inform the customer: %(target)s"),
}
# These hold something until a quality manager lifts them; the others are done when executed.
HOLDING = (ContainmentKind.STOP_LINE, ContainmentKind.BLOCK_LOT, ContainmentKind.STOP_SHIPMENT)
# Executing these means counting.
COUNTING = (ContainmentKind.SORT, ContainmentKind.FULL_CHECK)


class Place(models.TextChoices):
    """Where the goods are."""

    OWN_STOCK = "own_stock", _("own stock")
    PRODUCTION = "production", _("in production")
    TRANSIT = "transit", _("in transit")
    CUSTOMER = "customer", _("at the customer")
    SUPPLIER = "supplier", _("at the supplier")


class OrderState(models.TextChoices):
    """How a containment order stands."""

    ORDERED = "ordered", _("ordered")
    IN_FORCE = "in_force", _("in force")
    DONE = "done", _("done")
    LIFTED = "lifted", _("lifted")

"""The vocabulary of responses; imports nothing of ours."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class LetterKind(models.TextChoices):
    """What a letter is for. Only the final response needs approval."""

    ACKNOWLEDGEMENT = "acknowledgement", _("acknowledgement")
    INTERIM = "interim", _("interim reply")
    FINAL = "final", _("final response")


class LetterState(models.TextChoices):
    """Where a letter stands; moved only by the transitions of its model."""

    DRAFT = "draft", _("draft")
    IN_APPROVAL = "in_approval", _("in approval")
    APPROVED = "approved", _("approved")
    SENT = "sent", _("sent")


# The texts of a letter in their order on paper, by kind.
SHORT_TEXTS = ("greeting", "body")
FINAL_TEXTS = ("greeting", "body", "findings", "done", "planned", "settlement", "closing")
TEXTS: dict[str, tuple[str, ...]] = {
    LetterKind.ACKNOWLEDGEMENT: SHORT_TEXTS,
    LetterKind.INTERIM: SHORT_TEXTS,
    LetterKind.FINAL: FINAL_TEXTS,
}


class SendChannel(models.TextChoices):
    """By which way a letter reached the customer; only e-mail is carried by the product itself."""

    EMAIL = "email", _("e-mail")
    LETTER = "letter", _("letter")
    PHONE = "phone", _("phone")
    PORTAL = "portal", _("customer portal")
    VISIT = "visit", _("visit")
    MESSENGER = "messenger", _("messenger")


OTHER_CHANNELS = tuple(each for each in SendChannel if each != SendChannel.EMAIL)


class MailState(models.TextChoices):
    """How far an e-mail has come. `sending` is held by one worker at a time."""

    QUEUED = "queued", _("waits to be sent")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("could not be sent")
    RETURNED = "returned", _("came back")


OPEN_MAIL = (MailState.QUEUED, MailState.SENDING)


class Meaning(models.TextChoices):
    """What a signature says."""

    RELEASE = "release", _("I have read the response and release it to the customer")
    LEGAL = "legal", _("I have examined the response and have no legal objections")


class DecisionReason(models.TextChoices):
    """On what the decision rests."""

    CONFIRMED = "confirmed", _("defect confirmed")
    PART_CONFIRMED = "part_confirmed", _("confirmed for a part")
    CONTRACT = "contract", _("limited by the contract")
    NOT_CONFIRMED = "not_confirmed", _("defect not confirmed")
    WITHIN_SPECIFICATION = "within_specification", _("within the specification")
    NOT_OURS = "not_ours", _("not our product")
    AFTER_DELIVERY = "after_delivery", _("caused after delivery")
    TOO_LATE = "too_late", _("notified too late, or warranty over")
    COMMERCIAL = "commercial", _("commercial reasons")
    OTHER = "other", _("other reason")


class CompensationKind(models.TextChoices):
    """How the customer is made good."""

    CREDIT_NOTE = "credit_note", _("credit note")
    REPLACEMENT = "replacement", _("replacement")
    REFUND = "refund", _("refund")
    PRICE_REDUCTION = "price_reduction", _("price reduction")
    REWORK = "rework", _("rework on site")
    OTHER = "other", _("other")


class CostKind(models.TextChoices):
    """What a claim costs."""

    COMPENSATION = "compensation", _("compensation")
    REPLACEMENT = "replacement", _("replacement")
    FREIGHT = "freight", _("freight")
    SORTING = "sorting", _("sorting")
    LINE_STOP = "line_stop", _("customer line stop")
    LABOUR = "labour", _("working hours")
    TRAVEL = "travel", _("travel")
    PENALTY = "penalty", _("penalty")
    SCRAP = "scrap", _("scrap")


class RecoveredFrom(models.TextChoices):
    """Who pays a part of the cost back."""

    SUPPLIER = "supplier", _("supplier")
    CARRIER = "carrier", _("carrier")
    INSURER = "insurer", _("insurer")


CURRENCIES = ("RUB", "EUR", "USD", "GBP", "BYN", "KZT", "CNY")

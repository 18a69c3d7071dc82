"""The vocabulary of claims; imports nothing of ours."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Step(models.TextChoices):
    """The step a claim is in: the work being done now. Order is the order of the process."""

    RECEIPT = "receipt", _("Receipt")
    NOTIFICATION = "notification", _("Notification")
    REGISTRATION = "registration", _("Registration")
    INITIAL_INVESTIGATION = "initial_investigation", _("Initial investigation")
    FULL_INVESTIGATION = "full_investigation", _("Full investigation")
    ANALYSIS = "analysis", _("Analysis and actions")
    RESPONSE = "response", _("Customer response")
    MONITORING = "monitoring", _("Action monitoring")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


WORKING_STEPS = [step for step in Step if step not in (Step.CLOSED, Step.CANCELLED)]
STEP_NUMBERS = {step.value: number for number, step in enumerate(WORKING_STEPS, start=1)}
FINISHED_STEPS = (Step.CLOSED, Step.CANCELLED)


class Kind(models.TextChoices):
    """What the claim is about."""

    QUALITY = "quality", _("quality")
    QUANTITY = "quantity", _("quantity")
    PACKAGING = "packaging", _("packaging")
    DOCUMENTS = "documents", _("documents")
    DELIVERY = "delivery", _("delivery")
    SERVICE = "service", _("service")


class Channel(models.TextChoices):
    """By which way the claim reached the company."""

    EMAIL = "email", _("e-mail")
    PHONE = "phone", _("phone")
    LETTER = "letter", _("letter")
    PORTAL = "portal", _("customer portal")
    VISIT = "visit", _("visit")
    API = "api", _("ERP")
    MESSENGER = "messenger", _("messenger")
    SHOP_FLOOR = "shop_floor", _("own staff")


class FoundWhere(models.TextChoices):
    """Where the defect was found."""

    INCOMING = "incoming", _("customer's incoming inspection")
    LINE = "line", _("customer's line")
    ASSEMBLY = "assembly", _("customer's assembly")
    ZERO_KM = "zero_km", _("0 km")
    FIELD = "field", _("field")
    END_CUSTOMER = "end_customer", _("end customer")
    OWN_PLANT = "own_plant", _("own plant")


class Severity(models.TextChoices):
    """How bad it is; decides deadlines and approvals."""

    CRITICAL = "critical", _("critical")
    MAJOR = "major", _("major")
    MINOR = "minor", _("minor")


SEVERITY_RANK = {"": 0, Severity.MINOR: 1, Severity.MAJOR: 2, Severity.CRITICAL: 3}


class Demand(models.TextChoices):
    """What the customer asks for."""

    DELIVER = "deliver", _("deliver what is missing")
    REPAIR = "repair", _("repair")
    REPLACE = "replace", _("replacement")
    REFUND = "refund", _("refund")
    PRICE_REDUCTION = "price_reduction", _("price reduction")
    DAMAGES = "damages", _("damages")
    INFORMATION = "information", _("information")
    APOLOGY = "apology", _("apology")
    OTHER = "other", _("other")


class Outcome(models.TextChoices):
    """What was decided about the claim (step 7)."""

    ACCEPTED = "accepted", pgettext_lazy("decision", "accepted")
    PARTLY = "partly", pgettext_lazy("decision", "accepted in part")
    REJECTED = "rejected", pgettext_lazy("decision", "rejected")
    GOODWILL = "goodwill", pgettext_lazy("decision", "goodwill")


class DuplicateAnswer(models.TextChoices):
    """The answer to "is this one of the similar claims?"."""

    NONE = "none", _("none of them is the same")
    DUPLICATE = "duplicate", _("the same complaint came twice")
    REPEAT = "repeat", _("the problem came again")


class CancelReason(models.TextChoices):
    """Why a claim was cancelled."""

    WITHDRAWN = "withdrawn", _("withdrawn by the customer")
    DUPLICATE = "duplicate", _("duplicate of another claim")
    NO_CLAIM = "no_claim", _("no claim at all")


class ClockKind(models.TextChoices):
    """What a deadline is counted for."""

    NOTIFICATION = "notification", _("notification sent")
    CONFIRMATION = "confirmation", _("notices confirmed")
    CONTAINMENT = "containment", _("containment in place")
    ACKNOWLEDGEMENT = "acknowledgement", _("acknowledgement to the customer")
    REGISTRATION = "registration", _("registration")
    INITIAL_INVESTIGATION = "initial_investigation", _("first substantive answer")
    FULL_INVESTIGATION = "full_investigation", _("full investigation")
    ANALYSIS = "analysis", _("analysis and action plan")
    FINAL_RESPONSE = "final_response", _("final response")
    EFFECTIVENESS = "effectiveness", _("effectiveness check")
    COMPENSATION = "compensation", _("compensation, once agreed")
    LEGAL = "legal", _("legal deadline")


class Cause(models.TextChoices):
    """Why due instants were counted anew, where the event beside does not say it."""

    RULE = "rule", _("the rule of a deadline changed")
    CALENDAR = "calendar", _("the work calendar changed")
    PAUSE = "pause", _("the claim was paused when this was done")


class ParticipantRole(models.TextChoices):
    """Why a person who holds no wide role may see a claim."""

    REPORTER = "reporter", _("reporter")
    NOTIFIED = "notified", _("notified")
    EXECUTOR = "executor", _("executor of a containment order")
    LEADER = "leader", _("team leader")
    MEMBER = "member", _("team member")
    ACTION_OWNER = "action_owner", _("action owner")
    APPROVER = "approver", _("approver")
    MENTIONED = "mentioned", _("mentioned")
    WATCHER = "watcher", _("watcher")


PRIORITIES = (1, 2, 3, 4)


def derive_priority(severity: str, *, safety: bool, line_down: bool) -> int:
    """Priority 1 (highest) to 4 from severity and urgency (safety or a standing customer line)."""
    level = {Severity.CRITICAL: 2, Severity.MAJOR: 3}.get(severity, 4)  # type: ignore[call-overload]
    return max(1, int(level) - line_down - safety)

"""The vocabulary of investigations; imports nothing of ours."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RoundKind(models.TextChoices):
    """Which investigation of a claim: the fast one of step 4 or the full one of step 5."""

    INITIAL = "initial", _("initial investigation")
    FULL = "full", _("full investigation")


class TeamRole(models.TextChoices):
    """A person's part in the team; exactly one leads."""

    LEADER = "leader", _("team leader")
    SPONSOR = "sponsor", _("sponsor")
    MEMBER = "member", _("team member")
    CONTACT = "contact", _("customer contact")


class SourceKind(models.TextChoices):
    """Where facts are looked for; the starter plan holds all but the last."""

    PRODUCTION = "production", _("Production records")
    MEASUREMENT = "measurement", _("Measurement")
    RETAINED_SAMPLE = "retained_sample", _("Retained sample")
    EQUIPMENT = "equipment", _("Equipment log")
    STORAGE = "storage", _("Storage")
    TRANSPORT = "transport", _("Transport")
    SUPPLIER_LOT = "supplier_lot", _("Supplier lot")
    ENVIRONMENT = "environment", _("Environment")
    PEOPLE = "people", _("People")
    OTHER = "other", _("Other source")


STARTER_PLAN = tuple(kind for kind in SourceKind if kind != SourceKind.OTHER)


class SourceOutcome(models.TextChoices):
    """What looking into a source brought; empty while nobody has looked."""

    FACTS = "facts", _("facts found")
    NOTHING = "nothing", _("nothing found")


class Question(models.TextChoices):
    """The two traceability questions, asked of every claim."""

    OTHER_CUSTOMERS = "other_customers", _("Other customers?")
    OTHER_LOTS = "other_lots", _("Other lots?")


class Suspicion(models.TextChoices):
    """Why a lot may have the defect, too."""

    CLAIMED = "claimed", _("the claimed lot")
    RAW_LOT = "raw_lot", _("same raw-material lot")
    LINE = "line", _("same line")
    SHIFT = "shift", _("same shift")
    DAY = "day", _("same day")
    OTHER = "other", _("other reason")


class LotStatus(models.TextChoices):
    """What is known of a lot that may have the defect."""

    SUSPECTED = "suspected", _("suspected")
    CONFIRMED = "confirmed", pgettext_lazy("lot", "defective")
    CLEARED = "cleared", pgettext_lazy("lot", "good")


class CauseType(models.TextChoices):
    """What a cause explains; a five-why chain drills one of them."""

    OCCURRENCE = "occurrence", _("why it happened")
    ESCAPE = "escape", _("why it was not found")
    SYSTEM = "system", _("why the system allowed it")


class CauseStatus(models.TextChoices):
    """A hypothesis stays one until facts decide."""

    HYPOTHESIS = "hypothesis", _("hypothesis")
    CONFIRMED = "confirmed", pgettext_lazy("cause", "confirmed")
    RULED_OUT = "ruled_out", _("ruled out")


class Proof(models.TextChoices):
    """How a cause was verified."""

    MEASUREMENT = "measurement", _("measurement")
    OBSERVATION = "observation", _("observation")
    REPRODUCTION = "reproduction", _("reproduction")


class Dimension(models.TextChoices):
    """The questions of the is / is-not comparison."""

    WHAT = "what", _("What")
    WHERE = "where", _("Where")
    WHEN = "when", _("When")
    HOW_MANY = "how_many", _("How many")


class FindingKind(models.TextChoices):
    """What the initial investigation came to, when it may be the last."""

    CAUSE = "cause", _("the cause is known")
    UNFOUNDED = "unfounded", _("the claim is unfounded")

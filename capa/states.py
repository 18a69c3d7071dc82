"""The vocabulary of actions; imports nothing of ours."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ActionKind(models.TextChoices):
    """What an action is for. Containment is ordered elsewhere, as orders."""

    CORRECTION = "correction", _("correction")
    CORRECTIVE = "corrective", _("corrective action")
    PREVENTIVE = "preventive", _("preventive action")


class ActionState(models.TextChoices):
    """Where an action stands; moved only by the transitions of its model."""

    PLANNED = "planned", _("planned")
    IN_PROGRESS = "in_progress", _("in work")
    DONE = "done", _("to be verified")
    EFFECTIVE = "effective", _("effective")
    INEFFECTIVE = "ineffective", _("not effective")
    CANCELLED = "cancelled", _("cancelled")


OPEN_STATES = (ActionState.PLANNED, ActionState.IN_PROGRESS)
UNSETTLED_STATES = (*OPEN_STATES, ActionState.DONE)
"""Somebody still has to do something: carry it out or verify it."""


class Verdict(models.TextChoices):
    """What the effectiveness check came to; empty before it."""

    EFFECTIVE = "effective", _("effective")
    INEFFECTIVE = "ineffective", _("not effective")


class Decision(models.TextChoices):
    """What was decided on a request; empty while it waits."""

    GRANTED = "granted", _("granted")
    DECLINED = "declined", _("declined")


class DocumentKind(models.TextChoices):
    """Documents that an action may have to change, so that it lasts."""

    FMEA = "fmea", _("FMEA")
    CONTROL_PLAN = "control_plan", _("control plan")
    WORK_INSTRUCTION = "work_instruction", _("work instruction")
    DRAWING = "drawing", _("drawing")
    TRAINING = "training", _("training")


class Trend(models.TextChoices):
    """What the claims received since say about an action."""

    TOO_EARLY = "too_early", _("too early to say")
    HOLDING = "holding", _("no such claim since")
    RECURRED = "recurred", _("the problem came again")

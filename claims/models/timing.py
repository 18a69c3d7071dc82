"""Steps as rows, clocks, pauses and the policies they follow."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from claims.models.claim import Claim
from claims.states import ClockKind, Severity, Step
from core import clock
from core.lateness import Standing, standing_of
from core.models import Versioned
from masterdata.models import Customer


class StepRecord(models.Model):
    """One stay of a claim in a step: who brought it there, when it left (None: still there)."""

    class Direction(models.TextChoices):
        FORWARD = "forward", _("forward")
        REWORK = "rework", _("rework")

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="step_records")
    step = models.CharField(_("step"), max_length=24, choices=Step.choices)
    entered_at = models.DateTimeField(default=clock.now)
    left_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    by_label = models.CharField(max_length=200)
    transition = models.CharField(max_length=40, blank=True)
    direction = models.CharField(max_length=8, choices=Direction.choices, default=Direction.FORWARD)
    remark = models.TextField(_("remark"), blank=True)

    class Meta:
        verbose_name = _("step record")
        verbose_name_plural = _("step records")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint("claim", name="step_record_one_open", condition=Q(left_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.step}"


class Pause(models.Model):
    """Waiting for the customer or a sample: stops working clocks, never legal ones."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="pauses")
    started_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300)

    class Meta:
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        ordering = ["started_at"]
        constraints = [
            models.UniqueConstraint("claim", name="pause_one_open", condition=Q(ended_at=None))
        ]

    def __str__(self) -> str:
        return self.reason


class DurationUnit(models.TextChoices):
    """What a duration counts; see masterdata.worktime."""

    WORKING_HOURS = "working_hours", _("working hours")
    WORKING_DAYS = "working_days", _("working days")
    CALENDAR_HOURS = "calendar_hours", _("hours")
    CALENDAR_DAYS = "calendar_days", _("calendar days")


class DeadlinePolicy(Versioned):
    """How long a clock runs for a severity; a customer's own row overrides the general one.

    A rule that was taken out stays, inactive: clocks name the rule they were counted by.
    """

    clock = models.CharField(_("clock"), max_length=24, choices=ClockKind.choices)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity.choices)
    customer = models.ForeignKey(
        Customer,
        verbose_name=_("customer"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="deadline_policies",
    )
    amount = models.PositiveSmallIntegerField(_("duration"))
    unit = models.CharField(_("unit"), max_length=16, choices=DurationUnit.choices)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        ordering = ["clock", "severity"]
        constraints = [
            models.UniqueConstraint("clock", "severity", "customer", name="deadline_customer"),
            models.UniqueConstraint(
                "clock", "severity", name="deadline_general", condition=Q(customer=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_clock_display()}, {self.get_severity_display()}"


class Clock(models.Model):
    """One deadline of a claim, with the policy it was counted by at that time.

    `due_at` is a stored instant, `soon_at` the one from which it is due soon. While a pause holds
    the clock `held_at` says since when; `core.lateness` says what all of them mean.
    """

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="clocks")
    kind = models.CharField(_("clock"), max_length=24, choices=ClockKind.choices)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    soon_at = models.DateTimeField(null=True, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    amount = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=16, choices=DurationUnit.choices)
    policy = models.ForeignKey(
        DeadlinePolicy, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")
        ordering = ["due_at"]
        constraints = [
            models.UniqueConstraint(
                "claim", "kind", name="clock_one_running", condition=Q(stopped_at=None)
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], name="clock_running", condition=Q(stopped_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.kind}"

    @property
    def is_late(self) -> bool:
        """Stopped after the due instant, or still running after it."""
        return self.standing == Standing.LATE

    @property
    def standing(self) -> Standing:
        """How it stands now, or stood when it was stopped."""
        return standing_of(
            self.due_at, soon_at=self.soon_at, held_at=self.held_at, done_at=self.stopped_at
        )

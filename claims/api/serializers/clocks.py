"""Deadlines: how they stand, and why they are due when they are."""

from __future__ import annotations

from rest_framework import serializers

from claims.models import DurationUnit
from claims.states import ClockKind, Severity
from core.api.serializers import Output
from core.lateness import Standing
from masterdata.worktime import SegmentKind

STANDINGS = [each.value for each in Standing]
STANDING_HELP = (
    "Late is past due, equality is on time; due soon is three quarters of the interval passed."
    " Paused: a pause holds the clock, and its due instant moves on until the pause ends."
)


class DeadlineRuleOut(Output):
    """The rule by which a deadline was counted."""

    clock = serializers.ChoiceField(ClockKind.choices)
    severity = serializers.ChoiceField(Severity.choices)
    customer = serializers.CharField(
        source="customer.code", allow_null=True, default=None, help_text="None: the general rule."
    )


class ClockOut(Output):
    """A deadline of the claim."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(ClockKind.choices)
    started_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    soon_at = serializers.DateTimeField(
        allow_null=True, help_text="From this instant on it is due soon."
    )
    held_at = serializers.DateTimeField(
        allow_null=True, help_text="Since when a running pause holds it."
    )
    stopped_at = serializers.DateTimeField(allow_null=True)
    standing = serializers.ChoiceField(STANDINGS, help_text=STANDING_HELP)
    is_late = serializers.BooleanField()
    amount = serializers.IntegerField()
    unit = serializers.ChoiceField(DurationUnit.choices)
    rule = DeadlineRuleOut(source="policy", allow_null=True)


class PauseOut(Output):
    """A time in which the claim waited for the customer or a sample."""

    id = serializers.IntegerField()
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()


class DayNoteOut(Output):
    """Why a worked day has not the hours of its weekday."""

    minutes = serializers.IntegerField(help_text="By so much it is shorter.")
    moved = serializers.BooleanField(help_text="A day off that was moved away from it.")
    instead_of = serializers.DateField(
        allow_null=True, help_text="The day that is off in its place, where known."
    )
    name = serializers.CharField(help_text="The reason that the site's calendar gives.")
    before = serializers.CharField(help_text="The holiday of which it is the eve.")


class SegmentOut(Output):
    """A stretch between start and due: work of one day, a pause in it, or days off in a row."""

    kind = serializers.ChoiceField([each.value for each in SegmentKind])
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    working_minutes = serializers.IntegerField(help_text="Counted, or lost to the pause.")
    reasons = serializers.ListField(child=serializers.CharField(), help_text="Holidays.")
    note = DayNoteOut(allow_null=True)


class ClockExplained(ClockOut):
    """A deadline, and why it is due when it is."""

    calendar = serializers.CharField(help_text="The work calendar of the site.")
    time_zone = serializers.CharField()
    working_minutes = serializers.IntegerField(
        allow_null=True, help_text="Counted from start to due; null for calendar time."
    )
    segments = SegmentOut(many=True)
    pauses = PauseOut(many=True)
    due_if_resumed = serializers.DateTimeField(
        allow_null=True, help_text="While paused: due then, if the pause ended now."
    )

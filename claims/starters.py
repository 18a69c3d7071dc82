"""The deadlines a new installation starts with; administrators change them later."""

from __future__ import annotations

from typing import Any

from claims.models import DeadlinePolicy, DurationUnit
from claims.states import ClockKind, Severity

HOURS, DAYS = DurationUnit.WORKING_HOURS, DurationUnit.WORKING_DAYS
CALENDAR_HOURS, CALENDAR_DAYS = DurationUnit.CALENDAR_HOURS, DurationUnit.CALENDAR_DAYS

# Clock → unit and durations for critical, major, minor (process description §4; None: no deadline).
DEADLINES: dict[ClockKind, tuple[DurationUnit, int, int, int | None]] = {
    ClockKind.NOTIFICATION: (HOURS, 2, 4, 8),
    ClockKind.CONFIRMATION: (HOURS, 4, 4, 8),
    ClockKind.CONTAINMENT: (CALENDAR_HOURS, 24, 48, None),
    ClockKind.ACKNOWLEDGEMENT: (HOURS, 4, 8, 8),
    ClockKind.REGISTRATION: (HOURS, 4, 8, 16),
    ClockKind.INITIAL_INVESTIGATION: (DAYS, 1, 2, 3),
    ClockKind.FULL_INVESTIGATION: (DAYS, 5, 5, 10),
    ClockKind.ANALYSIS: (DAYS, 5, 5, 10),
    ClockKind.FINAL_RESPONSE: (DAYS, 5, 10, 20),
    ClockKind.EFFECTIVENESS: (CALENDAR_DAYS, 90, 90, 60),
    ClockKind.COMPENSATION: (DAYS, 5, 10, 10),
    ClockKind.LEGAL: (CALENDAR_DAYS, 30, 30, 30),
}


def install_deadlines(**kwargs: Any) -> None:
    """Create the starter deadlines where there are none at all (runs after migrate)."""
    if DeadlinePolicy.objects.exists():
        return
    DeadlinePolicy.objects.bulk_create(
        DeadlinePolicy(clock=kind, severity=severity, amount=amount, unit=unit)
        for kind, (unit, *amounts) in DEADLINES.items()
        for severity, amount in zip(
            (Severity.CRITICAL, Severity.MAJOR, Severity.MINOR), amounts, strict=True
        )
        if amount is not None
    )

"""A deadline and its explanation as one row of the API."""

from __future__ import annotations

from typing import Any

from claims.deadlines import explain
from claims.models import Claim, Clock
from masterdata.worktime import Segment

FIELDS = (
    "id", "kind", "started_at", "due_at", "soon_at", "held_at", "stopped_at", "standing", "is_late",
    "amount", "unit", "policy",
)  # fmt: skip


def explained_row(claim: Claim, clock: Clock) -> dict[str, Any]:
    """What `ClockExplained` shows."""
    found = explain(claim, clock)
    return {
        **{name: getattr(clock, name) for name in FIELDS},
        "calendar": claim.site.calendar.name,
        "time_zone": claim.site.time_zone,
        "working_minutes": _minutes(found.working_time) if found.counts_working_time else None,
        "segments": [_segment(each) for each in found.segments],
        "pauses": found.pauses,
        "due_if_resumed": found.due_if_resumed,
    }


def _segment(segment: Segment) -> dict[str, Any]:
    return {
        "kind": segment.kind.value,
        "starts_at": segment.starts_at,
        "ends_at": segment.ends_at,
        "working_minutes": _minutes(segment.working_time),
        "reasons": list(segment.reasons),
        "note": segment.note,
    }


def _minutes(length: Any) -> int:
    return int(length.total_seconds()) // 60

"""Days in addresses."""

from __future__ import annotations

from datetime import date


class DayConverter:
    """`2026-03-20`."""

    regex = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        """Raise ValueError (no such address) for a day that does not exist."""
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()

"""What each operation is to reach, against the floor of the same run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# Reads with eight clients at once must reach this multiple of one client's throughput.
SPEED_UP = 1.8
# And from one size to ten times that size a median may grow by this factor.
GROWTH = 1.2


@dataclass(frozen=True)
class Goal:
    """`times` the median of the row `of` (or of its own floor); or `ms`, from a million on `ms_1m`.

    `at_least` is for rates: rows a second.
    """

    times: float = 0
    of: str = ""
    ms: float = 0
    ms_1m: float = 0
    at_least: float = 0
    most_mb: float = 0

    def words(self, size: int) -> str:
        """The goal as the table says it."""
        if self.times:
            return f"≤ {self.times:g} × {self.of or 'floor'}"
        if self.at_least:
            return f"≥ {self.at_least:,.0f}/s"
        if self.most_mb:
            return f"≤ {self.most_mb:g} MB"
        return f"≤ {self.limit_ms(size):g} ms" if self.ms else ""

    def limit_ms(self, size: int) -> float:
        """The milliseconds allowed at that number of claims."""
        return self.ms_1m if self.ms_1m and size >= 1_000_000 else self.ms

    def reached(self, row: Mapping[str, Any], rows: Mapping[str, Any], size: int) -> bool | None:
        """Whether the row reaches it; None when there is nothing to compare with."""
        if self.at_least:
            return bool(row["per_second"] >= self.at_least)
        if self.most_mb:
            return bool(row["peak_mb"] <= self.most_mb)
        if self.ms:
            return bool(row["median"] <= self.limit_ms(size))
        base = rows.get(self.of, {}).get("median") if self.of else row.get("floor")
        return bool(row["median"] <= self.times * base) if self.times and base else None

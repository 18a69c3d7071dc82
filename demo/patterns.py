"""What the reports of the demo company are meant to find."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

# Claims a month against the average: fewer in January, May and July, more in spring and autumn.
SEASON = {
    1: 0.75, 2: 0.95, 3: 1.1, 4: 1.1, 5: 0.85, 6: 1.0,
    7: 0.8, 8: 1.05, 9: 1.25, 10: 1.1, 11: 1.05, 12: 0.95,
}  # fmt: skip


@dataclass(frozen=True)
class Pattern:
    """A story that is told in certain months.

    `recent` counts claims by months ago (0 is this month), `waves` by year and month, `monthly` in
    every month; a `customer` stands out among those who complain.
    """

    recent: tuple[float, ...] = ()
    waves: tuple[tuple[int, int, float], ...] = ()
    monthly: float = 0.0
    customer: str = ""
    products: tuple[str, ...] = ()
    also_by_chance: bool = False

    def count(self, ago: int, month: date) -> float:
        """How many claims this month brings, for 400 claims in all."""
        recent = self.recent[ago] if ago < len(self.recent) else 0.0
        this = (month.year, month.month)
        wave = sum(claims for *when, claims in self.waves if tuple(when) == this)
        return max(recent, wave, self.monthly)


PATTERNS = {
    # One product gets worse: since its process card was changed.
    "latch-dry": Pattern(
        recent=(6, 5, 4, 3, 2, 1, 0.3, 0.3, 0.2, 0.3, 0.2, 0.2, 0.3, 0.2, 0.2, 0.2, 0.2, 0.2),
        products=("RK-12",),
    ),
    # One line makes most of a defect (the story itself names the line).
    "cover-warp": Pattern(monthly=1.9),
    # One customer complains regularly.
    "panel-scratch": Pattern(monthly=1.3, customer="DELMAR"),
    "panel-colour": Pattern(monthly=0.7, customer="DELMAR"),
    # A cause that comes back, because its action did not help.
    "mixed-parts": Pattern(monthly=1.0),
    # A wave that its action ended for good.
    "wet-granulate": Pattern(waves=((2025, 8, 6), (2025, 9, 13), (2025, 10, 3))),
}

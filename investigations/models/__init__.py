"""Models of investigations; import them from here."""

from investigations.models.causes import Cause, Finding, IsIsNot, Why, WhyChain
from investigations.models.facts import Fact, Investigation, Source, TeamMember
from investigations.models.tracing import AffectedLot, TraceabilityAnswer

__all__ = [
    "AffectedLot",
    "Cause",
    "Fact",
    "Finding",
    "Investigation",
    "IsIsNot",
    "Source",
    "TeamMember",
    "TraceabilityAnswer",
    "Why",
    "WhyChain",
]

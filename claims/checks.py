"""System check: the product does not start while a named requirement has no answer."""

from __future__ import annotations

from typing import Any

from django.core import checks

from claims.lifecycle import TRANSITIONS
from claims.requirements import unanswered


@checks.register
def every_requirement_is_answered(**kwargs: Any) -> list[checks.CheckMessage]:
    """An unanswered name would make its transition fail only when somebody needs it."""
    named = {name for each in TRANSITIONS.values() for name in each.requires}
    return [
        checks.Error(f"No app answers the requirement {name}.", id="claims.E001")
        for name in sorted(unanswered(named))
    ]

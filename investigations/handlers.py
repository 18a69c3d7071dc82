"""What follows when a claim moves."""

from __future__ import annotations

from claims.events import MOVED
from claims.selectors import claim_of
from claims.states import Step
from core.actors import SYSTEM
from events.models import Event
from events.registry import subscribe
from investigations import commands


@subscribe(MOVED, name="investigations.begin_plan")
def begin_plan_with_the_full_investigation(event: Event) -> None:
    """A claim that reaches step 5 finds its plan of sources ready."""
    claim = claim_of(event)
    if claim.step == Step.FULL_INVESTIGATION:
        commands.begin_plan(actor=SYSTEM, claim=claim)

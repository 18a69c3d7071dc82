"""A claim with a confirmed cause, and short ways to act on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from capa import commands
from capa.models import Action
from claims.models import Claim
from claims.states import Step
from core import clock
from investigations import commands as inquiries
from investigations.models import Cause
from tests.cast import Cast


def day(distance: int) -> date:
    """A day so many days from now."""
    return (clock.now() + timedelta(days=distance)).date()


@dataclass
class Plan:
    """The claim and who acts: `plan.do("start_action", action=…, by=…)`."""

    cast: Cast
    claim: Claim

    def do(self, command: str, *, by: str = "handler", **values: Any) -> Any:
        call = partial(getattr(commands, command), actor=self.cast.actor(by))
        return call(**values)

    def action(
        self, text: str = "Card rev. E: hold point “48 h complete”", **values: Any
    ) -> Action:
        """A corrective action of the maintenance man, due in ten days."""
        defaults: dict[str, Any] = {
            "kind": "corrective",
            "owner": self.cast.action_owner,
            "due": day(10),
            "criterion": "audit of 10 lots",
        }
        by = values.pop("by", "handler")
        claim = values.pop("claim", self.claim)
        return self.do("plan_action", by=by, claim=claim, text=text, **{**defaults, **values})

    def done(self, action: Action | None = None, **values: Any) -> Action:
        """The action, or a new one, reported as done by its owner."""
        action = action or self.action(**values)
        return self.do(
            "complete_action", by="action_owner", action=action, done_note="card released"
        )

    def effective(self, action: Action | None = None) -> Action:
        return self.judged(self.done(action), True)

    def judged(self, action: Action, effective: bool, by: str = "quality_manager") -> Action:
        return self.do(
            "verify_action",
            by=by,
            action=action,
            effective=effective,
            result="10 lots looked at",
            early_reason="10 lots are made" if effective else "",
        )

    def cause(self, text: str = "No hold point", **values: Any) -> Cause:
        """A confirmed cause of the claim."""
        actor = self.cast.actor("handler")
        claim = values.pop("claim", self.claim)
        code = values.pop("code", None)
        fact = inquiries.state_fact(actor=actor, claim=claim, text=f"Seen: {text}")
        cause = inquiries.propose_cause(
            actor=actor, claim=claim, category="method", text=text, facts=[fact], **values
        )
        return inquiries.confirm_cause(
            actor=actor, claim=claim, cause=cause, proof="observation", code=code
        )

    def moved(self, transition: str, by: str = "handler", **values: Any) -> Claim:
        self.claim = self.cast.move(self.claim, transition, by, **values)
        return self.claim


def plan_in(cast: Cast, step: str, **fields: Any) -> Plan:
    """A claim in `step`; not the same as others about the same product."""
    return Plan(cast, cast.claim_in(step, duplicate_answer="none", **fields))


@pytest.fixture
def plan(cast: Cast) -> Plan:
    """A claim in step 6."""
    return plan_in(cast, Step.ANALYSIS)

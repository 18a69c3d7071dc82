"""A claim under investigation, and short ways to write to it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from accounts.models import User
from claims.models import Claim
from claims.states import Step
from investigations import commands
from investigations.models import Cause, Fact
from tests.cast import Cast, actor_of


@dataclass
class Inquiry:
    """The claim and somebody who writes: `inquiry.fact("…")`, `inquiry.do("add_source", …)`."""

    cast: Cast
    claim: Claim
    by: User

    def do(self, command: str, *, by: User | None = None, **values: Any) -> Any:
        call = partial(getattr(commands, command), actor=actor_of(by or self.by), claim=self.claim)
        return call(**values)

    def fact(self, text: str = "Moisture 0.3 %, specification 1.4–2.0 %", **values: Any) -> Fact:
        return self.do("state_fact", text=text, **values)

    def cause(self, text: str = "Card rev. D has no hold point", **values: Any) -> Cause:
        return self.do("propose_cause", text=text, **{"category": "method", **values})

    def confirmed(self, text: str = "Card rev. D has no hold point", **values: Any) -> Cause:
        """A cause that a fact of its own confirms."""
        code = values.pop("code", None)
        cause = self.cause(text, facts=[self.fact(f"Seen: {text}")], **values)
        return self.do("confirm_cause", cause=cause, proof="observation", code=code)

    def team(self) -> None:
        self.do("add_member", user=self.cast.investigator, role="leader")
        self.do("add_member", user=self.cast.laboratory)

    def moved(self, transition: str, by: str = "handler", **values: Any) -> Claim:
        """One move with everything that apps ask for taken as met."""
        self.claim = self.cast.move(self.claim, transition, by, **values)
        return self.claim


def inquiry_in(cast: Cast, step: str, **fields: Any) -> Inquiry:
    """A claim in `step`; not the same as others about the same product."""
    return Inquiry(cast, cast.claim_in(step, duplicate_answer="none", **fields), cast.handler)


@pytest.fixture
def initial(cast: Cast) -> Inquiry:
    """A claim in step 4."""
    return inquiry_in(cast, Step.INITIAL_INVESTIGATION)


@pytest.fixture
def inquiry(cast: Cast) -> Inquiry:
    """A claim in step 5."""
    return inquiry_in(cast, Step.FULL_INVESTIGATION)

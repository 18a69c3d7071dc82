"""A claim that is to be answered, and short ways to write to its customer."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from claims.models import Claim
from claims.states import Step
from investigations import commands as inquiries
from responses import commands
from responses.models import Compensation, Decision, Letter
from tests.cast import PASSWORD, Cast

TEXTS = {
    "body": "Thank you for your claim. We have finished our investigation.",
    "findings": "The material was too dry.",
    "done": "The rest of the lot was sorted.",
    "planned": "Every lot will be held until conditioning is complete.",
    "settlement": "We accept your claim.",
    "closing": "If you have questions, write to us.",
}


@dataclass
class Answer:
    """The claim and who acts: `answer.do("send_letter", letter=…, by=…)`."""

    cast: Cast
    claim: Claim

    def do(self, command: str, *, by: str = "handler", **values: Any) -> Any:
        call = partial(getattr(commands, command), actor=self.cast.actor(by))
        return call(**values)

    def now(self) -> Claim:
        """The claim as it is by now."""
        self.claim = self.cast.read(self.claim)
        return self.claim

    def decided(self, outcome: str = "accepted", **values: Any) -> Decision:
        """A decision of the handler, by default without compensation."""
        defaults: dict[str, Any] = {
            "reason_code": "confirmed",
            "reason": "The defect was confirmed.",
            "no_compensation": outcome != "rejected",
        }
        by = values.pop("by", "handler")
        return self.do(
            "record_decision", by=by, claim=self.claim, outcome=outcome, **{**defaults, **values}
        )

    def compensated(self, amount: str | int = 8316, **values: Any) -> Compensation:
        """A credit note under an accepting decision."""
        by = values.pop("by", "handler")
        fields = {"kind": "credit_note", "amount": Decimal(amount), **values}
        return self.do("save_compensation", by=by, claim=self.claim, values=fields)

    def letter(self, kind: str = "final", by: str = "handler", **values: Any) -> Letter:
        """A draft; the final one with texts that pass the checks."""
        texts = TEXTS if kind == "final" else {"body": "We have received your claim."}
        return self.do(
            "draft_letter", by=by, claim=self.claim, kind=kind, values={**texts, **values}
        )

    def submitted(self, **values: Any) -> Letter:
        """A final response in approval; decides first if nobody has."""
        if not Decision.objects.filter(claim=self.claim).exists():
            self.decided()
        return self.do("submit_letter", letter=self.letter(**values))

    def sign(self, letter: Letter, by: str = "quality_manager", **values: Any) -> Letter:
        return self.do("approve_letter", by=by, letter=letter, password=PASSWORD, **values)

    def approved(self, **values: Any) -> Letter:
        """A final response signed by the quality manager."""
        return self.sign(self.submitted(**values))

    def handed_over(self, letter: Letter | None = None) -> Letter:
        """A final response that reached the customer by a registered letter."""
        return self.do(
            "mark_sent", letter=letter or self.approved(), channel="letter", remark="RR 123 456"
        )

    def moved(self, transition: str, by: str = "handler", **values: Any) -> Claim:
        """One move with everything that apps ask for taken as met."""
        self.claim = self.cast.move(self.claim, transition, by, **values)
        return self.now()


def answer_in(cast: Cast, step: str, **fields: Any) -> Answer:
    """A claim in `step`, not the same as others about the same product."""
    return Answer(cast, cast.claim_in(step, duplicate_answer="none", **fields))


def analysed(cast: Cast, **fields: Any) -> Answer:
    """A claim in step 7 whose cause a fact has confirmed."""
    answer = answer_in(cast, Step.ANALYSIS, **fields)
    actor = cast.actor("handler")
    fact = inquiries.state_fact(actor=actor, claim=answer.claim, text="Moisture 0.3 %")
    cause = inquiries.propose_cause(
        actor=actor,
        claim=answer.claim,
        category="material",
        text="The material was too dry",
        facts=[fact],
    )
    inquiries.confirm_cause(
        actor=actor, claim=answer.claim, cause=cause, proof="observation", code=cast.cause
    )
    answer.moved("respond")
    return answer


@pytest.fixture
def early(cast: Cast) -> Answer:
    """A claim in step 3."""
    return answer_in(cast, Step.REGISTRATION)


@pytest.fixture
def answer(cast: Cast) -> Answer:
    """A claim in step 7 whose cause a fact has confirmed."""
    return analysed(cast)

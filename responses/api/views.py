"""Letters, decision and money in the API."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from claims.api.base import ClaimView
from core.api.auth import APPROVALS
from core.api.schema import operation
from core.api.serializers import VersionedInput
from responses import commands, selectors
from responses.agreement import decision_of
from responses.api import serializers as shapes
from responses.commands.deciding import Line
from responses.models import Compensation, CostEntry, Decision, Letter
from responses.policies import can_see_money, require_may


class Letters(ClaimView):
    """Every letter to the customer that the client may read."""

    @operation("List letters", answer=shapes.LetterOut(many=True))
    def get(self, request: Request, number: str) -> Response:
        return self.rows(shapes.LetterOut, selectors.list_letters(self.actor, self.claim))

    @operation("Begin a letter", body=shapes.LetterIn, answer=shapes.LetterOut, status=201)
    def post(self, request: Request, number: str) -> Response:
        values = self.values(shapes.LetterIn)
        values.pop("version", None)
        letter = commands.draft_letter(
            actor=self.actor,
            claim=self.claim,
            kind=values.pop("kind"),
            enclosures=values.pop("enclosures", ()),
            values=values,
        )
        shown = selectors.get_letter(self.actor, self.claim, letter.pk)
        return self.answer(shapes.LetterOut, shown, status=201)


class LetterView(ClaimView):
    """An endpoint below one letter."""

    def letter(self) -> Letter:
        """The letter of the path; raises DoesNotExist when the client may not read it."""
        return selectors.get_letter(self.actor, self.claim, self.kwargs["pk"])

    def shown(self) -> Response:
        """The letter as it is now."""
        return self.answer(shapes.LetterOut, self.letter())


class OneLetter(LetterView):
    """One letter."""

    @operation("Read a letter", answer=shapes.LetterOut)
    def get(self, request: Request, number: str, pk: int) -> Response:
        return self.shown()

    @operation("Change a letter", body=shapes.LetterTextsIn, answer=shapes.LetterOut)
    def patch(self, request: Request, number: str, pk: int) -> Response:
        values = self.values(shapes.LetterTextsIn)
        enclosures = values.pop("enclosures", None)
        with self.lock(values, of=self.letter) as letter:
            commands.edit_letter(
                actor=self.actor, letter=letter, values=values, enclosures=enclosures
            )
        return self.shown()

    @operation("Discard a draft", status=204)
    def delete(self, request: Request, number: str, pk: int) -> Response:
        with self.lock(of=self.letter) as letter:
            commands.discard_letter(actor=self.actor, letter=letter)
        return Response(status=204)


class SubmitLetter(LetterView):
    """Send a final response for approval."""

    @operation("Send for approval", body=VersionedInput, answer=shapes.LetterOut)
    def post(self, request: Request, number: str, pk: int) -> Response:
        with self.lock(self.values(VersionedInput), of=self.letter) as letter:
            commands.submit_letter(actor=self.actor, letter=letter)
        return self.shown()


class ApproveLetter(LetterView):
    """Sign a response; never its author or editor."""

    required_scopes = APPROVALS
    # A wrong password is counted, which a transaction around the refusal would undo.
    one_transaction = False

    @operation("Approve a letter", body=shapes.SignIn, answer=shapes.LetterOut)
    def post(self, request: Request, number: str, pk: int) -> Response:
        values = self.values(shapes.SignIn)
        version = self.version_wanted(values)
        commands.approve_letter(actor=self.actor, letter=self.letter(), version=version, **values)
        return self.shown()


class ReturnLetter(LetterView):
    """Give a response back to its author."""

    required_scopes = APPROVALS

    @operation("Return a letter", body=shapes.ReturnLetterIn, answer=shapes.LetterOut)
    def post(self, request: Request, number: str, pk: int) -> Response:
        values = self.values(shapes.ReturnLetterIn)
        with self.lock(values, of=self.letter) as letter:
            commands.return_letter(actor=self.actor, letter=letter, **values)
        return self.shown()


class TakeLetterBack(LetterView):
    """Make a letter a draft again."""

    @operation("Take a letter back", body=VersionedInput, answer=shapes.LetterOut)
    def post(self, request: Request, number: str, pk: int) -> Response:
        with self.lock(self.values(VersionedInput), of=self.letter) as letter:
            commands.take_back_letter(actor=self.actor, letter=letter)
        return self.shown()


class SendLetter(LetterView):
    """Give a letter to the mail."""

    @operation("Send a letter by e-mail", body=VersionedInput, answer=shapes.LetterOut)
    def post(self, request: Request, number: str, pk: int) -> Response:
        with self.lock(self.values(VersionedInput), of=self.letter) as letter:
            commands.send_letter(actor=self.actor, letter=letter)
        return self.shown()


class MarkLetterSent(LetterView):
    """Note that a letter went out by other means."""

    @operation("Note a letter as sent", body=shapes.MarkSentIn, answer=shapes.LetterOut)
    def post(self, request: Request, number: str, pk: int) -> Response:
        values = self.values(shapes.MarkSentIn)
        with self.lock(values, of=self.letter) as letter:
            commands.mark_sent(actor=self.actor, letter=letter, **values)
        return self.shown()


class TheDecision(ClaimView):
    """What is decided about the claim."""

    def decision(self) -> Decision:
        """The decision; raises DoesNotExist while there is none."""
        require_may(can_see_money(self.actor, self.claim))
        decision = decision_of(self.claim)
        if decision is None:
            raise Decision.DoesNotExist
        return decision

    @operation("Read the decision", answer=shapes.DecisionOut)
    def get(self, request: Request, number: str) -> Response:
        return self.answer(shapes.DecisionOut, self.decision())

    @operation("Record the decision", body=shapes.DecisionPut, answer=shapes.DecisionOut)
    def put(self, request: Request, number: str) -> Response:
        values = self.values(shapes.DecisionPut)
        version = self.version_wanted(values)
        lines = values.pop("lines", None)
        commands.record_decision(
            actor=self.actor,
            claim=self.claim,
            lines=None if lines is None else [Line(**line) for line in lines],
            version=version,
            **values,
        )
        return self.answer(shapes.DecisionOut, self.decision())


class Compensations(ClaimView):
    """What the customer gets."""

    @operation("List compensations", answer=shapes.CompensationOut(many=True))
    def get(self, request: Request, number: str) -> Response:
        require_may(can_see_money(self.actor, self.claim))
        rows = selectors.list_compensations(self.actor, self.claim)
        return self.rows(shapes.CompensationOut, rows)

    @operation(
        "Add a compensation", body=shapes.CompensationIn, answer=shapes.CompensationOut, status=201
    )
    def post(self, request: Request, number: str) -> Response:
        values = self.values(shapes.CompensationIn)
        values.pop("version", None)
        row = commands.save_compensation(actor=self.actor, claim=self.claim, values=values)
        return self.answer(shapes.CompensationOut, row, status=201)


class CompensationView(ClaimView):
    """An endpoint below one compensation."""

    def row(self) -> Compensation:
        """The compensation of the path; raises DoesNotExist for who may not see sums."""
        return selectors.get_compensation(self.actor, self.claim, self.kwargs["pk"])


class OneCompensation(CompensationView):
    """One compensation."""

    @operation("Change a compensation", body=shapes.CompensationIn, answer=shapes.CompensationOut)
    def put(self, request: Request, number: str, pk: int) -> Response:
        values = self.values(shapes.CompensationIn)
        with self.lock(values, of=self.row) as row:
            commands.save_compensation(
                actor=self.actor, claim=self.claim, values=values, compensation=row
            )
        return self.answer(shapes.CompensationOut, self.row())

    @operation("Remove a compensation", status=204)
    def delete(self, request: Request, number: str, pk: int) -> Response:
        with self.lock(of=self.row) as row:
            commands.remove_compensation(actor=self.actor, claim=self.claim, compensation=row)
        return Response(status=204)


class SettleCompensation(CompensationView):
    """Finance booked it."""

    required_scopes = APPROVALS

    @operation("Settle a compensation", body=shapes.SettleIn, answer=shapes.CompensationOut)
    def post(self, request: Request, number: str, pk: int) -> Response:
        values = self.values(shapes.SettleIn)
        with self.lock(values, of=self.row) as row:
            commands.settle_compensation(actor=self.actor, compensation=row, **values)
        return self.answer(shapes.CompensationOut, self.row())


class Costs(ClaimView):
    """What the claim cost so far."""

    @operation("List costs", answer=shapes.CostOut(many=True))
    def get(self, request: Request, number: str) -> Response:
        require_may(can_see_money(self.actor, self.claim))
        return self.rows(shapes.CostOut, selectors.list_costs(self.actor, self.claim))

    @operation("Enter a cost", body=shapes.CostIn, answer=shapes.CostOut, status=201)
    def post(self, request: Request, number: str) -> Response:
        values = self.values(shapes.CostIn)
        values.pop("version", None)
        cost = commands.save_cost(actor=self.actor, claim=self.claim, values=values)
        return self.answer(shapes.CostOut, cost, status=201)


class OneCost(ClaimView):
    """One cost."""

    def row(self) -> CostEntry:
        """The cost of the path; raises DoesNotExist for who may not see sums."""
        return selectors.get_cost(self.actor, self.claim, self.kwargs["pk"])

    @operation("Change a cost", body=shapes.CostIn, answer=shapes.CostOut)
    def put(self, request: Request, number: str, pk: int) -> Response:
        values = self.values(shapes.CostIn)
        with self.lock(values, of=self.row) as row:
            commands.save_cost(actor=self.actor, claim=self.claim, values=values, cost=row)
        return self.answer(shapes.CostOut, self.row())

    @operation("Remove a cost", status=204)
    def delete(self, request: Request, number: str, pk: int) -> Response:
        with self.lock(of=self.row) as row:
            commands.remove_cost(actor=self.actor, claim=self.claim, cost=row)
        return Response(status=204)

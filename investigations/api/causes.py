"""Causes and chains of whys in the API."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from claims.api.base import WorkView
from core.api.schema import operation
from investigations import commands, selectors
from investigations.api import serializers as shapes
from investigations.models import Cause, WhyChain


class Causes(WorkView):
    """Hypotheses and what became of them."""

    @operation("List causes", answer=shapes.CauseOut(many=True))
    def get(self, request: Request, number: str) -> Response:
        return self.rows(shapes.CauseOut, selectors.list_causes(self.claim))

    @operation("Propose a cause", body=shapes.CauseIn, answer=shapes.CauseOut, status=201)
    def post(self, request: Request, number: str) -> Response:
        values = self.values(shapes.CauseIn)
        cause = commands.propose_cause(actor=self.actor, claim=self.claim, **values)
        return self.answer(shapes.CauseOut, _cause(self, cause.pk), status=201)


class SupportCause(WorkView):
    """Link facts to a cause."""

    @operation("Link facts to a cause", body=shapes.FactsIn, answer=shapes.CauseOut)
    def post(self, request: Request, number: str, pk: int) -> Response:
        values = self.values(shapes.FactsIn)
        commands.support_cause(actor=self.actor, claim=self.claim, cause=_cause(self, pk), **values)
        return self.answer(shapes.CauseOut, _cause(self, pk))


class ConfirmCause(WorkView):
    """Facts decide: the cause is confirmed."""

    @operation("Confirm a cause", body=shapes.ConfirmIn, answer=shapes.CauseOut)
    def post(self, request: Request, number: str, pk: int) -> Response:
        values = self.values(shapes.ConfirmIn)
        with self.lock(values, of=lambda: _cause(self, pk)) as cause:
            commands.confirm_cause(actor=self.actor, claim=self.claim, cause=cause, **values)
        return self.answer(shapes.CauseOut, _cause(self, pk))


class RuleOutCause(WorkView):
    """Facts decide: the cause is ruled out."""

    @operation("Rule a cause out", body=shapes.RuleOutIn, answer=shapes.CauseOut)
    def post(self, request: Request, number: str, pk: int) -> Response:
        values = self.values(shapes.RuleOutIn)
        with self.lock(values, of=lambda: _cause(self, pk)) as cause:
            commands.rule_out_cause(actor=self.actor, claim=self.claim, cause=cause, **values)
        return self.answer(shapes.CauseOut, _cause(self, pk))


class ReconsiderCause(WorkView):
    """Make a decided cause a hypothesis again."""

    @operation("Reconsider a cause", body=shapes.InvestigationReasonIn, answer=shapes.CauseOut)
    def post(self, request: Request, number: str, pk: int) -> Response:
        values = self.values(shapes.InvestigationReasonIn)
        commands.reconsider_cause(
            actor=self.actor, claim=self.claim, cause=_cause(self, pk), **values
        )
        return self.answer(shapes.CauseOut, _cause(self, pk))


class NoEscapeCause(WorkView):
    """State why nothing could have caught the defect."""

    @operation("State that there is no escape cause", body=shapes.InvestigationReasonIn, status=204)
    def post(self, request: Request, number: str) -> Response:
        values = self.values(shapes.InvestigationReasonIn)
        commands.exclude_escape(actor=self.actor, claim=self.claim, **values)
        return Response(status=204)


def _cause(view: WorkView, pk: int) -> Cause:
    return selectors.list_causes(view.claim).get(pk=pk)


class Chains(WorkView):
    """The chains of whys."""

    @operation("List chains of whys", answer=shapes.ChainOut(many=True))
    def get(self, request: Request, number: str) -> Response:
        return self.rows(shapes.ChainOut, selectors.list_chains(self.claim))

    @operation("Open a chain", body=shapes.ChainIn, answer=shapes.ChainOut, status=201)
    def post(self, request: Request, number: str) -> Response:
        values = self.values(shapes.ChainIn)
        chain = commands.open_chain(actor=self.actor, claim=self.claim, **values)
        return self.answer(shapes.ChainOut, _chain(self, chain.pk), status=201)


class Whys(WorkView):
    """Ask and answer the next why of a chain."""

    @operation("Answer a why", body=shapes.WhyIn, answer=shapes.ChainOut, status=201)
    def post(self, request: Request, number: str, pk: int) -> Response:
        values = self.values(shapes.WhyIn)
        commands.answer_why(actor=self.actor, claim=self.claim, chain=_chain(self, pk), **values)
        return self.answer(shapes.ChainOut, _chain(self, pk), status=201)


class ConcludeChain(WorkView):
    """Name the cause that the chain reached."""

    @operation("Conclude a chain", body=shapes.ConcludeIn, answer=shapes.ChainOut)
    def post(self, request: Request, number: str, pk: int) -> Response:
        values = self.values(shapes.ConcludeIn)
        commands.conclude_chain(
            actor=self.actor, claim=self.claim, chain=_chain(self, pk), **values
        )
        return self.answer(shapes.ChainOut, _chain(self, pk))


def _chain(view: WorkView, pk: int) -> WhyChain:
    return selectors.list_chains(view.claim).get(pk=pk)

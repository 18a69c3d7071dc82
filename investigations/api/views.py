"""The investigation in the API: facts, sources, team, traceability, finding, comparison."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from claims.api.base import WorkView
from core.api.schema import operation
from investigations import commands, selectors
from investigations.api import serializers as shapes
from investigations.models import AffectedLot, Fact, Finding, IsIsNot, Source, TeamMember


class Facts(WorkView):
    """What is established, superseded facts included."""

    @operation("List facts", answer=shapes.FactOut(many=True))
    def get(self, request: Request, number: str) -> Response:
        return self.rows(shapes.FactOut, selectors.list_facts(self.claim))

    @operation("State a fact", body=shapes.FactIn, answer=shapes.FactOut, status=201)
    def post(self, request: Request, number: str) -> Response:
        values = self.values(shapes.FactIn)
        fact = commands.state_fact(actor=self.actor, claim=self.claim, **values)
        return self.answer(shapes.FactOut, _fact(self, fact.number), status=201)


class SupersedeFact(WorkView):
    """Put another fact in the place of one that does not hold."""

    @operation("Supersede a fact", body=shapes.SupersedeIn, answer=shapes.FactOut, status=201)
    def post(self, request: Request, number: str, fact: int) -> Response:
        values = self.values(shapes.SupersedeIn)
        new = commands.supersede_fact(
            actor=self.actor, claim=self.claim, fact=_fact(self, fact), **values
        )
        return self.answer(shapes.FactOut, _fact(self, new.number), status=201)


def _fact(view: WorkView, number: int) -> Fact:
    return selectors.list_facts(view.claim).get(number=number)


class Sources(WorkView):
    """The plan: where facts are looked for."""

    @operation("List sources", answer=shapes.SourceOut(many=True))
    def get(self, request: Request, number: str) -> Response:
        return self.rows(shapes.SourceOut, selectors.list_sources(self.claim))

    @operation("Add a source", body=shapes.SourceIn, answer=shapes.SourceOut, status=201)
    def post(self, request: Request, number: str) -> Response:
        values = self.values(shapes.SourceIn)
        source = commands.add_source(actor=self.actor, claim=self.claim, **values)
        return self.answer(shapes.SourceOut, _source(self, source.pk), status=201)


class CheckSource(WorkView):
    """Check a source off, with facts or with what gave nothing."""

    @operation("Check a source off", body=shapes.CheckIn, answer=shapes.SourceOut)
    def post(self, request: Request, number: str, pk: int) -> Response:
        values = self.values(shapes.CheckIn)
        commands.check_source(
            actor=self.actor, claim=self.claim, source=_source(self, pk), **values
        )
        return self.answer(shapes.SourceOut, _source(self, pk))


class ReopenSource(WorkView):
    """Look at a source once more."""

    @operation("Reopen a source", body=shapes.InvestigationReasonIn, answer=shapes.SourceOut)
    def post(self, request: Request, number: str, pk: int) -> Response:
        values = self.values(shapes.InvestigationReasonIn)
        commands.reopen_source(
            actor=self.actor, claim=self.claim, source=_source(self, pk), **values
        )
        return self.answer(shapes.SourceOut, _source(self, pk))


def _source(view: WorkView, pk: int) -> Source:
    return selectors.list_sources(view.claim).get(pk=pk)


class Team(WorkView):
    """Who investigates."""

    body_names = {"user": "person"}

    @operation("List the team", answer=shapes.MemberOut(many=True))
    def get(self, request: Request, number: str) -> Response:
        return self.rows(shapes.MemberOut, selectors.list_team(self.claim))

    @operation("Add to the team", body=shapes.MemberIn, answer=shapes.MemberOut, status=201)
    def post(self, request: Request, number: str) -> Response:
        values = self.values(shapes.MemberIn)
        member = commands.add_member(actor=self.actor, claim=self.claim, **values)
        return self.answer(shapes.MemberOut, _member(self, member.pk), status=201)


class Member(WorkView):
    """One member of the team."""

    @operation("Change a part in the team", body=shapes.MemberRoleIn, answer=shapes.MemberOut)
    def patch(self, request: Request, number: str, pk: int) -> Response:
        values = self.values(shapes.MemberRoleIn)
        with self.lock(values, of=lambda: _member(self, pk)) as member:
            commands.set_member_role(actor=self.actor, claim=self.claim, member=member, **values)
        return self.answer(shapes.MemberOut, _member(self, pk))

    @operation("Remove from the team", status=204)
    def delete(self, request: Request, number: str, pk: int) -> Response:
        commands.remove_member(actor=self.actor, claim=self.claim, member=_member(self, pk))
        return Response(status=204)


def _member(view: WorkView, pk: int) -> TeamMember:
    return selectors.team_members(view.claim).get(pk=pk)


class Traceability(WorkView):
    """The two questions: other customers? other lots?"""

    @operation("Read the answers", answer=shapes.TraceabilityOut(many=True))
    def get(self, request: Request, number: str) -> Response:
        return self.rows(shapes.TraceabilityOut, selectors.traceability_of(self.claim).values())

    @operation("Answer a question", body=shapes.TraceabilityIn, answer=shapes.TraceabilityOut)
    def post(self, request: Request, number: str) -> Response:
        values = self.values(shapes.TraceabilityIn)
        commands.answer_traceability(actor=self.actor, claim=self.claim, **values)
        answer = selectors.traceability_of(self.claim)[values["question"]]
        return self.answer(shapes.TraceabilityOut, answer)


class AffectedLots(WorkView):
    """Lots that may have the defect."""

    @operation("List affected lots", answer=shapes.AffectedLotOut(many=True))
    def get(self, request: Request, number: str) -> Response:
        return self.rows(shapes.AffectedLotOut, selectors.list_affected_lots(self.claim))

    @operation("Name a lot", body=shapes.AffectedLotIn, answer=shapes.AffectedLotOut, status=201)
    def post(self, request: Request, number: str) -> Response:
        values = self.values(shapes.AffectedLotIn)
        lot = commands.name_lot(actor=self.actor, claim=self.claim, **values)
        return self.answer(shapes.AffectedLotOut, _lot(self, lot.pk), status=201)


class JudgeLot(WorkView):
    """Say whether a lot has the defect."""

    @operation("Judge a lot", body=shapes.VerdictIn, answer=shapes.AffectedLotOut)
    def post(self, request: Request, number: str, pk: int) -> Response:
        values = self.values(shapes.VerdictIn)
        commands.judge_lot(actor=self.actor, claim=self.claim, affected=_lot(self, pk), **values)
        return self.answer(shapes.AffectedLotOut, _lot(self, pk))


class CountLot(WorkView):
    """Say where the pieces of a lot are."""

    @operation("Count a lot", body=shapes.BalanceIn, answer=shapes.AffectedLotOut)
    def post(self, request: Request, number: str, pk: int) -> Response:
        values = self.values(shapes.BalanceIn)
        with self.lock(values, of=lambda: _lot(self, pk)) as affected:
            commands.count_lot(
                actor=self.actor, claim=self.claim, affected=affected, quantities=values
            )
        return self.answer(shapes.AffectedLotOut, _lot(self, pk))


def _lot(view: WorkView, pk: int) -> AffectedLot:
    return selectors.list_affected_lots(view.claim).get(pk=pk)


class Findings(WorkView):
    """What the initial investigation came to."""

    @operation("Read the finding", answer=shapes.FindingOut)
    def get(self, request: Request, number: str) -> Response:
        return self.answer(shapes.FindingOut, _finding(self))

    @operation("State the finding", body=shapes.FindingIn, answer=shapes.FindingOut)
    def put(self, request: Request, number: str) -> Response:
        values = self.values(shapes.FindingIn)
        commands.state_finding(actor=self.actor, claim=self.claim, **values)
        return self.answer(shapes.FindingOut, _finding(self))


def _finding(view: WorkView) -> Finding:
    finding = selectors.finding_of(view.claim)
    if finding is None:
        raise Finding.DoesNotExist
    return finding


class Comparison(WorkView):
    """The is / is-not comparison."""

    @operation("List the rows", answer=shapes.ComparisonOut(many=True))
    def get(self, request: Request, number: str) -> Response:
        return self.rows(shapes.ComparisonOut, selectors.list_comparison(self.claim))

    @operation("Add a row", body=shapes.ComparisonIn, answer=shapes.ComparisonOut, status=201)
    def post(self, request: Request, number: str) -> Response:
        values = self.values(shapes.ComparisonIn)
        values.pop("version", None)
        row = commands.save_comparison(actor=self.actor, claim=self.claim, values=values)
        return self.answer(shapes.ComparisonOut, row, status=201)


class ComparisonRow(WorkView):
    """One row of the comparison."""

    @operation("Change a row", body=shapes.ComparisonIn, answer=shapes.ComparisonOut)
    def put(self, request: Request, number: str, pk: int) -> Response:
        values = self.values(shapes.ComparisonIn)
        with self.lock(values, of=lambda: _row(self, pk)) as row:
            commands.save_comparison(actor=self.actor, claim=self.claim, row=row, values=values)
        return self.answer(shapes.ComparisonOut, _row(self, pk))

    @operation("Remove a row", status=204)
    def delete(self, request: Request, number: str, pk: int) -> Response:
        commands.remove_comparison(actor=self.actor, claim=self.claim, row=_row(self, pk))
        return Response(status=204)


def _row(view: WorkView, pk: int) -> IsIsNot:
    return selectors.list_comparison(view.claim).get(pk=pk)

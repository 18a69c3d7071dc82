"""A claim's course: transitions, clocks, pauses, judgements, history."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from claims import commands
from claims.api.base import ClaimView
from claims.api.clocks import explained_row
from claims.api.serializers import (
    ClaimOut,
    ClockExplained,
    ClockOut,
    DuplicatesIn,
    HistoryOut,
    MoveIn,
    OwnerIn,
    PauseOut,
    PriorityIn,
    ReasonIn,
    SeverityIn,
    TransitionOut,
    WaiverIn,
)
from claims.api.views.examples import CLOCK_EXPLAINED
from claims.history import events_for
from claims.lifecycle import QUALITY_MANAGER, TRANSITIONS, Transition, transitions_from
from claims.models import Claim
from claims.policies import can_move_claim
from claims.requirements import missing_for
from claims.selectors import complete, get_claim, get_claim_key, get_clock, list_clocks
from core.actors import SYSTEM, Actor
from core.api.auth import HasScope, Scope
from core.api.schema import operation
from core.api.views import ListView
from core.errors import NotPermitted
from events.models import Event
from events.selectors import list_claim_events
from events.sight import visible_events


class CommandView(ClaimView):
    """A view that answers the claim as a command left it."""

    @cached_property
    def claim(self) -> Claim:
        """Only which one it is: the command reads it under its lock."""
        return get_claim_key(self.actor, self.kwargs["number"])

    def now(self, claim: Claim | None = None) -> Response:
        """The claim as it is, even if the actor has just lost sight of it.

        Give it the claim that the command has read under its lock and changed, if it did.
        """
        if claim is None:
            claim = get_claim(SYSTEM, self.kwargs["number"])
        return self.answer(ClaimOut, complete(claim))


class Transitions(ClaimView):
    """The ways out of the claim's step."""

    @operation("List transitions", answer=TransitionOut(many=True))
    def get(self, request: Request, number: str) -> Response:
        """Every transition from here, whether the client may perform it, and what is missing."""
        claim = self.claim
        edges = transitions_from(claim.step)
        return self.rows(TransitionOut, [self._row(claim, each) for each in edges])

    def _row(self, claim: Claim, edge: Transition) -> dict[str, Any]:
        missing = [
            {
                "requirement": each.requirement,
                "detail": each.detail,
                "link": self.request.build_absolute_uri(each.link) if each.link else "",
            }
            for each in missing_for(claim, edge)
        ]
        permitted = can_move_claim(self.actor, claim, edge)
        return {
            "name": edge.name,
            "label": str(edge.label),
            "leads_to": edge.moves[claim.step],
            "needs_reason": edge.needs_reason,
            "is_rework": edge.is_rework,
            "permitted": permitted,
            "allowed": permitted and not missing,
            "missing": missing,
        }


class Move(CommandView):
    """One transition."""

    @operation(
        "Perform a transition",
        body=MoveIn,
        answer=ClaimOut,
        example={"remark": "", "version": 7},
    )
    def post(self, request: Request, number: str, name: str) -> Response:
        """Refused with 409 and what is missing. What only a quality manager does needs the scope
        `claims:approve`."""
        values = self.values(MoveIn)
        version = self.version_wanted(values)
        edge = TRANSITIONS.get(name)
        if edge is None:
            raise Http404
        claim = self.claim
        if edge.who == (QUALITY_MANAGER,):
            self._require_approval()
        moved = commands.move_claim(
            actor=self.actor, claim=claim, transition=name, version=version, **values
        )
        return self.now(moved)

    def _require_approval(self) -> None:
        scopes = getattr(self.request.auth, "scopes", None)
        if scopes is not None and Scope.CLAIMS_APPROVE not in scopes:
            raise NotPermitted(HasScope.message)


class SetSeverity(CommandView):
    """How bad it is."""

    body_names = {"severity_reason": "reason"}

    @operation("Judge the severity", body=SeverityIn, answer=ClaimOut)
    def post(self, request: Request, number: str) -> Response:
        """Deadlines and priority follow. Lowering it needs a quality manager and a reason."""
        values = self.values(SeverityIn)
        version = self.version_wanted(values)
        commands.set_severity(actor=self.actor, claim=self.claim, version=version, **values)
        return self.now()


class SetPriority(CommandView):
    """How urgent it is, where that is not what severity, safety and a standing line say."""

    @operation("Set the priority", body=PriorityIn, answer=ClaimOut)
    def post(self, request: Request, number: str) -> Response:
        """1 is the highest. Null goes back to the one that severity and urgency give."""
        values = self.values(PriorityIn)
        version = self.version_wanted(values)
        commands.set_priority(actor=self.actor, claim=self.claim, version=version, **values)
        return self.now()


class SetOwner(CommandView):
    """Who handles the claim."""

    @operation("Name the owner", body=OwnerIn, answer=ClaimOut)
    def post(self, request: Request, number: str) -> Response:
        """The owner is a quality specialist or manager at the claim's site."""
        values = self.values(OwnerIn)
        version = self.version_wanted(values)
        commands.assign_owner(actor=self.actor, claim=self.claim, version=version, **values)
        return self.now()


class AnswerDuplicates(CommandView):
    """Whether one of the similar claims is the same."""

    body_names = {"duplicate_answer": "answer", "other_claim": "other"}

    @operation("Answer the question of similar claims", body=DuplicatesIn, answer=ClaimOut)
    def post(self, request: Request, number: str) -> Response:
        values = self.values(DuplicatesIn)
        with self.lock(values) as claim:
            commands.answer_duplicates(actor=self.actor, claim=claim, **values)
        return self.now()


class WaiveAcknowledgement(CommandView):
    """Why the customer gets no acknowledgement."""

    @operation("Waive the acknowledgement", body=WaiverIn, answer=ClaimOut)
    def post(self, request: Request, number: str) -> Response:
        values = self.values(WaiverIn)
        with self.lock(values) as claim:
            commands.waive_acknowledgement(actor=self.actor, claim=claim, **values)
        return self.now()


class WaiveContainment(CommandView):
    """Why nothing has to be stopped or blocked."""

    @operation("Waive the containment", body=WaiverIn, answer=ClaimOut)
    def post(self, request: Request, number: str) -> Response:
        values = self.values(WaiverIn)
        with self.lock(values) as claim:
            commands.waive_containment(actor=self.actor, claim=claim, **values)
        return self.now()


class Clocks(ClaimView):
    """The deadlines of a claim."""

    @operation("List deadlines", answer=ClockOut(many=True))
    def get(self, request: Request, number: str) -> Response:
        """Running and stopped ones, the earliest due first; each explains itself at its id."""
        return self.rows(ClockOut, list_clocks(self.claim))


class ClockDetail(ClaimView):
    """Why one deadline is due when it is."""

    @operation("Explain a deadline", answer=ClockExplained, answer_example=CLOCK_EXPLAINED)
    def get(self, request: Request, number: str, pk: int) -> Response:
        """Rule, stretches of working time, pauses, moved and shortened days."""
        claim = self.claim
        clock = get_clock(claim, pk)
        return self.answer(ClockExplained, explained_row(claim, clock))


class Pauses(CommandView):
    """When the claim waited for the customer or a sample."""

    @operation("List pauses", answer=PauseOut(many=True))
    def get(self, request: Request, number: str) -> Response:
        return self.rows(PauseOut, self.claim.pauses.all())

    @operation("Pause the clocks", body=ReasonIn, answer=PauseOut, status=201)
    def post(self, request: Request, number: str) -> Response:
        """Working clocks stand still until resumed; the legal one runs on."""
        values = self.values(ReasonIn)
        with self.lock(values) as claim:
            pause = commands.pause_claim(actor=self.actor, claim=claim, **values)
        return self.answer(PauseOut, pause, status=201)


class Resume(CommandView):
    """The end of a pause."""

    @operation("Resume the clocks", answer=ClaimOut)
    def post(self, request: Request, number: str) -> Response:
        """The working deadlines move by the working time that the pause lasted."""
        with self.lock() as claim:
            commands.resume_claim(actor=self.actor, claim=claim)
        return self.now()


class History(ClaimView, ListView):
    """What happened to the claim."""

    ordering_fields = {"-id": "id"}

    @operation("List the history of a claim", answer=HistoryOut(many=True))
    def get(self, request: Request, number: str) -> Response:
        """Newest first; comments only for those who may read them."""
        return self.listing(HistoryOut, _events_for(self.actor, self.claim))


def _events_for(actor: Actor, claim: Claim) -> QuerySet[Event]:
    """What people see on the page; an integration client sees what its feed tells anyway."""
    if not actor.client:
        return events_for(actor, claim)
    return visible_events(actor, list_claim_events(claim.pk))

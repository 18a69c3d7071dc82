"""Actions in the API: of a claim, and across claims."""

from __future__ import annotations

from functools import cached_property

from rest_framework.request import Request
from rest_framework.response import Response

from capa import commands, selectors
from capa.api import serializers as shapes
from capa.filters import ActionFilter
from capa.models import Action, NoActionReason
from claims.api.base import WorkView
from core.api.auth import APPROVALS, CLAIMS
from core.api.filters import StrictFilters
from core.api.schema import operation
from core.api.views import ListView


class AllActions(ListView):
    """The actions that the client may see, across claims."""

    required_scopes = CLAIMS
    queryset = Action.objects.none()
    filter_backends = (StrictFilters,)
    filterset_class = ActionFilter
    ordering_fields = {"-number": "id", "due_at": "due_at"}

    @operation("List actions", answer=shapes.ActionOut(many=True))
    def get(self, request: Request) -> Response:
        return self.listing(shapes.ActionOut, selectors.list_actions(self.actor))


class Actions(WorkView):
    """The actions that serve a claim."""

    @operation("List the actions of a claim", answer=shapes.ActionOut(many=True))
    def get(self, request: Request, number: str) -> Response:
        return self.rows(shapes.ActionOut, selectors.list_of_claim(self.claim))

    @operation("Plan an action", body=shapes.ActionIn, answer=shapes.ActionDetail, status=201)
    def post(self, request: Request, number: str) -> Response:
        values = self.values(shapes.ActionIn)
        with self.lock(values):
            action = commands.plan_action(actor=self.actor, claim=self.claim, **values)
        shown = selectors.list_of_claim(self.claim).get(pk=action.pk)
        return self.answer(shapes.ActionDetail, shown, status=201)


class ActionView(WorkView):
    """An endpoint below one action of a claim."""

    def one(self) -> Action:
        """The action of the path; raises DoesNotExist when it does not serve the claim."""
        return selectors.list_of_claim(self.claim).get(pk=self.kwargs["pk"])

    def shown(self, status: int = 200) -> Response:
        """The action as it is now."""
        return self.answer(shapes.ActionDetail, self.one(), status=status)


class OneAction(ActionView):
    """One action."""

    @operation("Read an action", answer=shapes.ActionDetail)
    def get(self, request: Request, number: str, pk: int) -> Response:
        return self.shown()

    @operation("Change the plan of an action", body=shapes.ActionChange, answer=shapes.ActionDetail)
    def patch(self, request: Request, number: str, pk: int) -> Response:
        values = self.values(shapes.ActionChange)
        documents = values.pop("documents", None)
        with self.lock(values, of=self.one) as action:
            commands.edit_action(
                actor=self.actor, action=action, values=values, documents=documents
            )
        return self.shown()


class LinkAction(ActionView):
    """Let an action serve another claim too."""

    @operation("Link an action to another claim", body=shapes.LinkIn, answer=shapes.ActionDetail)
    def post(self, request: Request, number: str, pk: int) -> Response:
        values = self.values(shapes.LinkIn)
        commands.link_action(actor=self.actor, action=self.one(), **values)
        return self.shown()


class StartAction(ActionView):
    """The owner begins."""

    @operation("Start an action", answer=shapes.ActionDetail)
    def post(self, request: Request, number: str, pk: int) -> Response:
        commands.start_action(actor=self.actor, action=self.one())
        return self.shown()


class Progress(ActionView):
    """The owner says how it goes."""

    @operation("Report progress", body=shapes.ProgressIn, answer=shapes.ActionDetail)
    def post(self, request: Request, number: str, pk: int) -> Response:
        values = self.values(shapes.ProgressIn)
        commands.report_progress(actor=self.actor, action=self.one(), **values)
        return self.shown()


class CompleteAction(ActionView):
    """The owner reports the action done."""

    @operation("Report an action done", body=shapes.CompleteIn, answer=shapes.ActionDetail)
    def post(self, request: Request, number: str, pk: int) -> Response:
        values = self.values(shapes.CompleteIn)
        with self.lock(values, of=self.one) as action:
            commands.complete_action(actor=self.actor, action=action, **values)
        return self.shown()


class ReturnAction(ActionView):
    """It is not done: back to its owner."""

    required_scopes = APPROVALS

    @operation("Return an action", body=shapes.ActionReasonIn, answer=shapes.ActionDetail)
    def post(self, request: Request, number: str, pk: int) -> Response:
        values = self.values(shapes.ActionReasonIn)
        commands.return_action(actor=self.actor, action=self.one(), **values)
        return self.shown()


class VerifyAction(ActionView):
    """Judge whether the action worked; never its owner."""

    required_scopes = APPROVALS

    @operation("Verify an action", body=shapes.VerifyIn, answer=shapes.ActionDetail)
    def post(self, request: Request, number: str, pk: int) -> Response:
        values = self.values(shapes.VerifyIn)
        with self.lock(values, of=self.one) as action:
            commands.verify_action(actor=self.actor, action=action, **values)
        return self.shown()


class MarkDocument(ActionView):
    """Tick a document as updated."""

    @operation("Mark a document updated", answer=shapes.ActionDetail)
    def post(self, request: Request, number: str, pk: int, document: int) -> Response:
        action = self.one()
        row = selectors.list_documents(action).get(pk=document)
        commands.mark_document(actor=self.actor, action=action, document=row)
        return self.shown()


class Extensions(ActionView):
    """Requests for more time."""

    @operation("List requests for more time", answer=shapes.RequestOut(many=True))
    def get(self, request: Request, number: str, pk: int) -> Response:
        return self.rows(shapes.RequestOut, selectors.list_extensions(self.one()))

    @operation("Ask for more time", body=shapes.ExtensionIn, answer=shapes.RequestOut, status=201)
    def post(self, request: Request, number: str, pk: int) -> Response:
        values = self.values(shapes.ExtensionIn)
        asked = commands.ask_extension(actor=self.actor, action=self.one(), **values)
        return self.answer(shapes.RequestOut, asked, status=201)


class DecideExtension(ActionView):
    """Grant or decline more time; never who asked."""

    required_scopes = APPROVALS

    @operation("Decide on more time", body=shapes.DecisionIn, answer=shapes.RequestOut)
    def post(self, request: Request, number: str, pk: int, asked: int) -> Response:
        values = self.values(shapes.DecisionIn)
        row = selectors.list_extensions(self.one()).get(pk=asked)
        decided = commands.decide_extension(actor=self.actor, extension=row, **values)
        return self.answer(shapes.RequestOut, decided)


class Cancellations(ActionView):
    """Requests not to carry an action out."""

    @operation(
        "Ask to cancel an action", body=shapes.ActionReasonIn, answer=shapes.RequestOut, status=201
    )
    def post(self, request: Request, number: str, pk: int) -> Response:
        values = self.values(shapes.ActionReasonIn)
        asked = commands.ask_cancellation(actor=self.actor, action=self.one(), **values)
        return self.answer(shapes.RequestOut, asked, status=201)


class DecideCancellation(ActionView):
    """Cancel an action, or keep it; never who asked."""

    required_scopes = APPROVALS

    @operation("Decide on cancelling", body=shapes.DecisionIn, answer=shapes.RequestOut)
    def post(self, request: Request, number: str, pk: int, asked: int) -> Response:
        values = self.values(shapes.DecisionIn)
        row = selectors.list_cancellations(self.one()).get(pk=asked)
        decided = commands.decide_cancellation(actor=self.actor, cancellation=row, **values)
        return self.answer(shapes.RequestOut, decided)


class NoActionReasons(WorkView):
    """Why nothing is done against a confirmed cause."""

    @operation(
        "Give a reason for no action", body=shapes.NoActionIn, answer=shapes.RequestOut, status=201
    )
    def post(self, request: Request, number: str) -> Response:
        values = self.values(shapes.NoActionIn)
        given = commands.give_no_action_reason(actor=self.actor, claim=self.claim, **values)
        return self.answer(shapes.RequestOut, given, status=201)


class DecideNoAction(WorkView):
    """Agree that nothing is done, or ask for an action."""

    required_scopes = APPROVALS

    @cached_property
    def given(self) -> NoActionReason:
        """The reason of the path; raises DoesNotExist."""
        return selectors.list_no_action_reasons(self.claim).get(pk=self.kwargs["pk"])

    @operation("Decide on a reason", body=shapes.DecisionIn, answer=shapes.RequestOut)
    def post(self, request: Request, number: str, pk: int) -> Response:
        values = self.values(shapes.DecisionIn)
        decided = commands.decide_no_action(actor=self.actor, given=self.given, **values)
        return self.answer(shapes.RequestOut, decided)

"""Notices and containment orders in the API."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from claims.api.base import ClaimView
from core.api.auth import APPROVALS, Scope, scopes
from core.api.schema import operation
from core.api.views import ApiView
from masterdata.policies import can_read_masterdata
from masterdata.selectors import list_lots
from notifications import commands, selectors
from notifications.api import serializers as shapes
from notifications.commands.containment import Execution, Order
from notifications.models import ContainmentOrder, Notice
from notifications.policies import can_see_notices, require


class Notices(ClaimView):
    """Who was told of the claim."""

    @operation("List notices", answer=shapes.NoticeOut(many=True))
    def get(self, request: Request, number: str) -> Response:
        require(can_see_notices(self.actor, self.claim))
        return self.rows(shapes.NoticeOut, selectors.list_notices(self.claim))


class ConfirmNotice(ClaimView):
    """Confirm a notice of one's own."""

    @operation("Confirm a notice", body=shapes.ConfirmNoticeIn, answer=shapes.NoticeOut)
    def post(self, request: Request, number: str, pk: int) -> Response:
        values = self.values(shapes.ConfirmNoticeIn)
        notice = _notice(self, pk)
        confirmed = commands.confirm_notice(actor=self.actor, notice=notice, **values)
        return self.answer(shapes.NoticeOut, confirmed)


class HandOverNotice(ClaimView):
    """Note that somebody was told another way."""

    @operation("Note how somebody was told", body=shapes.HandOverIn, answer=shapes.NoticeOut)
    def post(self, request: Request, number: str, pk: int) -> Response:
        values = self.values(shapes.HandOverIn)
        handed = commands.hand_over(actor=self.actor, notice=_notice(self, pk), **values)
        return self.answer(shapes.NoticeOut, handed)


def _notice(view: ClaimView, pk: int) -> Notice:
    return selectors.notices_of(view.claim).get(pk=pk)


class Recipients(ClaimView):
    """Those named by hand, besides the notification list."""

    @operation("List recipients named by hand", answer=shapes.RecipientOut(many=True))
    def get(self, request: Request, number: str) -> Response:
        require(can_see_notices(self.actor, self.claim))
        return self.rows(shapes.RecipientOut, selectors.list_named(self.claim))

    @operation("Name a recipient", body=shapes.RecipientIn, answer=shapes.RecipientOut, status=201)
    def post(self, request: Request, number: str) -> Response:
        values = self.values(shapes.RecipientIn)
        named = commands.name_recipient(actor=self.actor, claim=self.claim, **values)
        return self.answer(shapes.RecipientOut, named, status=201)


class Recipient(ClaimView):
    """One recipient named by hand."""

    @operation("Remove a recipient", status=204)
    def delete(self, request: Request, number: str, pk: int) -> Response:
        named = selectors.list_named(self.claim).get(pk=pk)
        commands.remove_recipient(actor=self.actor, named=named)
        return Response(status=204)


class Orders(ClaimView):
    """What is stopped or blocked because of the claim."""

    @operation("List containment orders", answer=shapes.OrderOut(many=True))
    def get(self, request: Request, number: str) -> Response:
        return self.rows(shapes.OrderOut, selectors.orders_with_evidence(self.claim))

    @operation("Order containment", body=shapes.OrderIn, answer=shapes.OrderOut, status=201)
    def post(self, request: Request, number: str) -> Response:
        values = self.values(shapes.OrderIn)
        order = commands.order_containment(
            actor=self.actor, claim=self.claim, order=Order(**values)
        )
        return self.answer(shapes.OrderOut, _order(self, order.pk), status=201)


class ExecuteOrder(ClaimView):
    """Note that what an order says is so now."""

    @operation("Execute an order", body=shapes.ExecuteIn, answer=shapes.OrderOut)
    def post(self, request: Request, number: str, pk: int) -> Response:
        values = self.values(shapes.ExecuteIn)
        evidence = values.pop("evidence", ())
        commands.execute_order(
            actor=self.actor,
            order=_order(self, pk),
            result=Execution(**values),
            evidence=evidence,
        )
        return self.answer(shapes.OrderOut, _order(self, pk))


class LiftOrder(ClaimView):
    """Lift an order; quality managers only."""

    required_scopes = APPROVALS

    @operation("Lift an order", body=shapes.LiftIn, answer=shapes.OrderOut)
    def post(self, request: Request, number: str, pk: int) -> Response:
        values = self.values(shapes.LiftIn)
        commands.lift_order(actor=self.actor, order=_order(self, pk), **values)
        return self.answer(shapes.OrderOut, _order(self, pk))


def _order(view: ClaimView, pk: int) -> ContainmentOrder:
    return selectors.orders_with_evidence(view.claim).get(pk=pk)


class LotHolds(ApiView):
    """What blocks a lot."""

    required_scopes = scopes(Scope.MASTERDATA_READ)

    @operation("List what blocks a lot", answer=shapes.HoldOut(many=True))
    def get(self, request: Request, code: str) -> Response:
        """The containment orders that hold it now; empty for a lot that is not blocked."""
        require(can_read_masterdata(self.actor))
        lot = list_lots().get(code=code)
        return self.rows(shapes.HoldOut, selectors.list_holds(self.actor, lot))

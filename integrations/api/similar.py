"""Did we have this before, what did we do, and did it work?"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import prefetch_related_objects
from rest_framework.request import Request
from rest_framework.response import Response

from capa.models import Action
from capa.states import ActionState
from claims import similar
from claims.api.base import ClaimView
from claims.api.reporting import known_records
from claims.api.serializers import DraftIn
from claims.models import Claim, ClaimItem
from core.api.auth import CLAIMS
from core.api.schema import operation
from core.api.views import ApiView
from integrations.api.serializers import SimilarOut
from investigations.models import Cause
from investigations.states import CauseStatus

DRAFT: dict[str, Any] = {
    "customer": "C-001",
    "items": [{"product": "RK-12", "lot": "L-2291", "defect": "MAT-CRACK"}],
}


class SimilarToClaim(ClaimView):
    """Earlier claims like this one."""

    @operation("List similar claims", answer=SimilarOut(many=True))
    def get(self, request: Request, number: str) -> Response:
        """With the reasons, the confirmed causes, and the actions and whether they worked."""
        claim = self.claim
        likeness = similar.likeness_of(claim.items.all())
        found = similar.find_similar(self.actor, likeness, claim, claim.customer_id)
        return self.rows(SimilarOut, with_lessons(found.shown))


class SimilarToDraft(ApiView):
    """Earlier claims like one that is not reported yet."""

    required_scopes = CLAIMS | {"POST": CLAIMS["GET"]}

    @operation(
        "Find claims like a draft", body=DraftIn, answer=SimilarOut(many=True), example=DRAFT
    )
    def post(self, request: Request) -> Response:
        """Nothing is stored: it answers whether the problem is known before it is reported."""
        values = self.values(DraftIn, known=known_records([request.data]))
        customer = values.get("customer")
        found = similar.find_similar(
            self.actor,
            similar.likeness_of(_item_of(each) for each in values["items"]),
            customer_id=customer.pk if customer is not None else None,
        )
        return self.rows(SimilarOut, with_lessons(found.shown))


def _item_of(values: dict[str, Any]) -> ClaimItem:
    """An item that is not stored; a known lot gives its product."""
    lot, product = values.get("lot"), values.get("product")
    if product is None and lot is not None:
        product = lot.product
    return ClaimItem(
        product=product, defect=values.get("defect"), lot_code=values.get("lot_code", "")
    )


def with_lessons(found: list[similar.Similar]) -> list[dict[str, Any]]:
    """Similar claims with what was found and done then, in three queries for all of them."""
    claims = [each.claim for each in found]
    prefetch_related_objects(claims, "site")
    causes, actions = _causes_of(claims), _actions_of(claims)
    return [
        {
            "claim": each.claim,
            "reasons": each.reasons,
            "same_defect": each.same_defect,
            "causes": causes[each.claim.pk],
            "actions": actions[each.claim.pk],
        }
        for each in found
    ]


def _causes_of(claims: list[Claim]) -> dict[int, list[Cause]]:
    rows = Cause.objects.filter(claim__in=claims, status=CauseStatus.CONFIRMED)
    found: dict[int, list[Cause]] = defaultdict(list)
    for cause in rows.select_related("code").order_by("id"):
        found[cause.claim_id].append(cause)
    return found


def _actions_of(claims: list[Claim]) -> dict[int, list[Action]]:
    """An action that serves several claims is told with each of them."""
    links = Action.claims.through.objects.filter(claim__in=claims).select_related("action")
    found: dict[int, list[Action]] = defaultdict(list)
    for link in links.order_by("action_id"):
        if link.action.state != ActionState.CANCELLED:
            found[link.claim_id].append(link.action)
    return found

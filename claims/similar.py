"""Claims that may be the same complaint, or the same problem again, and why they look so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from claims.models import Claim, ClaimItem
from claims.policies import visible_claims
from claims.selectors import Likeness, claims_like, list_items
from core.actors import Actor


@dataclass(frozen=True)
class Similar:
    """An earlier claim and why it is shown; with `same_defect` it is likely the same problem."""

    claim: Claim
    reasons: list[str]
    same_defect: bool


@dataclass(frozen=True)
class SimilarClaims:
    """What the panel shows; `hidden` counts those that the reader may not see."""

    shown: list[Similar]
    hidden: int = 0

    @property
    def likely_repeat(self) -> Similar | None:
        """The newest claim about the same product with the same defect."""
        return next((each for each in self.shown if each.same_defect), None)


def find_similar(
    actor: Actor, likeness: Sequence[Likeness], claim: Claim | None = None, customer_id: Any = None
) -> SimilarClaims:
    """Earlier claims like the items described, those of `claim` itself left out."""
    found = claims_like(likeness, claim)
    if not found:
        return SimilarClaims([])
    visible = (
        visible_claims(actor)
        .filter(pk__in=[each.pk for each in found])
        .select_related("customer", "owner")
        .prefetch_related(Prefetch("items", list_items()))
        .order_by("-received_at")
    )
    shown = [_described(each, likeness, customer_id) for each in visible]
    return SimilarClaims(shown, len(found) - len(shown))


def likeness_of(items: Iterable[ClaimItem]) -> list[Likeness]:
    """What items have that others may share."""
    return [Likeness(item.product_id, item.defect_id, item.lot_code) for item in items]


def _described(claim: Claim, likeness: Sequence[Likeness], customer_id: Any) -> Similar:
    reasons: dict[str, None] = {}
    same_defect = False
    for item in claim.items.all():
        for like in likeness:
            same_product = like.product_id is not None and like.product_id == item.product_id
            defect = like.defect_id is not None and like.defect_id == item.defect_id
            if same_product:
                reasons[_("product")] = None
            if defect:
                reasons[_("defect")] = None
            if like.lot_code and like.lot_code == item.lot_code:
                reasons[_("lot %(lot)s") % {"lot": item.lot_code}] = None
            same_defect = same_defect or (same_product and defect)
    if customer_id and claim.customer_id == customer_id:
        reasons[_("customer")] = None
    return Similar(claim, list(reasons), same_defect)

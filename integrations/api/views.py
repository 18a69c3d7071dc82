"""The impact of a lot."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from core.api.auth import Scope, scopes
from core.api.schema import operation
from core.api.views import ApiView
from integrations.api.serializers import ImpactOut
from integrations.policies import can_trace_lots, require
from investigations.tracing import Sibling, list_receivers, list_siblings
from masterdata.selectors import list_lots


class LotImpact(ApiView):
    """Who else got a lot, and which other lots may have its defect."""

    required_scopes = scopes(Scope.MASTERDATA_READ)

    @operation("Trace a lot", answer=ImpactOut)
    def get(self, request: Request, code: str) -> Response:
        """Receivers with quantities, the balance, and lots of the same material, line or day."""
        require(can_trace_lots(self.actor))
        lot = list_lots().get(code=code)
        siblings = list_siblings(lot)
        receivers = list_receivers([lot, *(each.lot for each in siblings)])
        got = receivers.get(lot.pk, [])
        shipped = sum((each.quantity for each in got), Decimal(0))
        return self.answer(
            ImpactOut,
            {
                "lot": lot.code,
                "product": lot.product.code,
                "unit": lot.product.unit,
                "blocked_at": lot.blocked_at,
                "produced": lot.quantity,
                "shipped": shipped,
                "unaccounted": None if lot.quantity is None else lot.quantity - shipped,
                "receivers": got,
                "siblings": [_row(each, receivers.get(each.lot.pk, [])) for each in siblings],
            },
        )


def _row(sibling: Sibling, receivers: list[Any]) -> dict[str, Any]:
    reasons = [reason.value for reason in sibling.reasons]
    return {"lot": sibling.lot, "reasons": reasons, "receivers": receivers}

"""Where a lot went, what may be like it, and which claims were like one."""

from __future__ import annotations

from rest_framework import serializers

from capa.states import ActionKind, ActionState
from claims.api.serializers import ClaimRow
from core.api.serializers import Output, QuantityField
from investigations.states import CauseType
from masterdata.models import CauseCategory


class ReceiptOut(Output):
    """What one customer got of a lot, all shipments together."""

    customer = serializers.CharField(source="customer_code")
    customer_name = serializers.CharField(source="customer")
    quantity = QuantityField()
    last_shipped_on = serializers.DateField(source="last_on")


class SiblingOut(Output):
    """A lot that shares raw material, line, day or shift with the one asked for."""

    lot = serializers.CharField(source="lot.code")
    product = serializers.CharField(source="lot.product.code")
    produced_on = serializers.DateField(source="lot.produced_on", allow_null=True)
    blocked_at = serializers.DateTimeField(source="lot.blocked_at", allow_null=True)
    reasons = serializers.ListField(child=serializers.CharField())
    receivers = ReceiptOut(many=True)


class ImpactOut(Output):
    """Who got a lot, what is left of it, and which other lots may have the same."""

    lot = serializers.CharField()
    product = serializers.CharField()
    unit = serializers.CharField()
    blocked_at = serializers.DateTimeField(
        allow_null=True, help_text="Set while a containment order holds the lot."
    )
    produced = QuantityField(allow_null=True)
    shipped = QuantityField()
    unaccounted = QuantityField(allow_null=True, help_text="Produced less shipped: stock or scrap.")
    receivers = ReceiptOut(many=True)
    siblings = SiblingOut(many=True)


class PastCauseOut(Output):
    """A cause that was confirmed then."""

    text = serializers.CharField()
    category = serializers.ChoiceField(CauseCategory.choices)
    type = serializers.ChoiceField(CauseType.choices)
    code = serializers.CharField(source="code.code", allow_null=True, default=None)


class PastActionOut(Output):
    """What was done then; `state` says whether it worked."""

    kind = serializers.ChoiceField(ActionKind.choices)
    text = serializers.CharField()
    state = serializers.ChoiceField(ActionState.choices)


class SimilarOut(Output):
    """An earlier claim that looks alike, why, what caused it and what was done about it."""

    claim = ClaimRow()
    reasons = serializers.ListField(child=serializers.CharField())
    same_defect = serializers.BooleanField(help_text="Likely the same problem again.")
    causes = PastCauseOut(many=True)
    actions = PastActionOut(many=True)

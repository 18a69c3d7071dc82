"""Where a lot went and what may be like it."""

from __future__ import annotations

from rest_framework import serializers

from core.api.serializers import Output, QuantityField


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
    reasons = serializers.ListField(child=serializers.CharField())
    receivers = ReceiptOut(many=True)


class ImpactOut(Output):
    """Who got a lot, what is left of it, and which other lots may have the same."""

    lot = serializers.CharField()
    product = serializers.CharField()
    unit = serializers.CharField()
    produced = QuantityField(allow_null=True)
    shipped = QuantityField()
    unaccounted = QuantityField(allow_null=True, help_text="Produced less shipped: stock or scrap.")
    receivers = ReceiptOut(many=True)
    siblings = SiblingOut(many=True)

"""The shapes of notices and containment orders in the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import User
from core.api.serializers import (
    CodeField,
    Input,
    LongText,
    MomentField,
    Output,
    PersonOut,
    QuantityField,
    ShortText,
)
from investigations.api.fields import EvidenceField
from masterdata.models import Lot, ProductionLine, Shipment
from notifications.states import Channel, ContainmentKind, Occasion, OrderState, Place


class NoticeOut(Output):
    """Somebody who was told, and whether they confirmed it."""

    id = serializers.IntegerField()
    occasion = serializers.ChoiceField(Occasion.choices)
    recipient = serializers.CharField()
    channel = serializers.ChoiceField(Channel.choices)
    needs_confirmation = serializers.BooleanField()
    due_at = serializers.DateTimeField(allow_null=True)
    sent_at = serializers.DateTimeField(allow_null=True)
    confirmed_at = serializers.DateTimeField(allow_null=True)
    confirmed_by = PersonOut(
        allow_null=True, help_text="Somebody else than the recipient where a substitute did."
    )
    time_to_aware = serializers.IntegerField(
        source="aware_seconds",
        allow_null=True,
        help_text="Seconds of the site's working time from sending to confirming.",
    )
    stands_in_for = serializers.ListField(
        child=serializers.CharField(), help_text="The absent in whose place the person was told."
    )
    handed_over_at = serializers.DateTimeField(allow_null=True)
    comment = serializers.CharField()
    version = serializers.IntegerField()


class RecipientIn(Input):
    """Somebody to be told besides the notification list: a person, or an outside address."""

    person = CodeField(
        User.objects.filter(is_active=True), slug_field="email", source="user", required=False
    )
    address = serializers.EmailField(required=False, allow_blank=True, max_length=254)


class RecipientOut(Output):
    """Somebody named by hand."""

    id = serializers.IntegerField()
    person = PersonOut(source="user", allow_null=True)
    address = serializers.CharField()


class HandOverIn(Input):
    """How somebody was told whom the message did not reach."""

    note = serializers.CharField(max_length=500)


class ConfirmNoticeIn(Input):
    """A word with the confirmation."""

    comment = ShortText(500)


class OrderIn(Input):
    """What is to be stopped, where, and by whom."""

    kind = serializers.ChoiceField(ContainmentKind.choices)
    executor = CodeField(User.objects.filter(is_active=True), slug_field="email")
    place = serializers.ChoiceField(Place.choices, required=False)
    line = CodeField(ProductionLine.objects.all(), required=False)
    lot = CodeField(Lot.objects.all(), required=False)
    shipment = CodeField(Shipment.objects.all(), slug_field="document_no", required=False)
    scope = ShortText(200)
    instruction = LongText(required=False, allow_blank=True)
    due_at = MomentField(required=False)


class HoldOut(Output):
    """A containment order that blocks a lot."""

    claim = serializers.CharField(
        source="number", help_text="Empty when the claim is not for your eyes."
    )
    order = serializers.IntegerField(source="order.pk")
    kind = serializers.ChoiceField(ContainmentKind.choices, source="order.kind")
    state = serializers.ChoiceField(OrderState.choices, source="order.state")
    place = serializers.CharField(source="order.place")
    since = serializers.DateTimeField(source="order.ordered_at")


class ExecuteIn(Input):
    """What the executor found."""

    quantity_checked = QuantityField(required=False, min_value=0)
    quantity_good = QuantityField(required=False, min_value=0)
    quantity_bad = QuantityField(required=False, min_value=0)
    execution_note = LongText(required=False, allow_blank=True)
    evidence = serializers.ListField(child=EvidenceField(), max_length=50, required=False)


class LiftIn(Input):
    """Why the order is no longer needed."""

    reason = serializers.CharField(max_length=500)


class OrderOut(Output):
    """A containment order."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(ContainmentKind.choices)
    state = serializers.ChoiceField(OrderState.choices)
    place = serializers.CharField()
    line = serializers.CharField(source="line.code", allow_null=True, default=None)
    lot = serializers.CharField(source="lot.code", allow_null=True, default=None)
    shipment = serializers.CharField(source="shipment.document_no", allow_null=True, default=None)
    scope = serializers.CharField()
    instruction = serializers.CharField()
    executor = PersonOut()
    ordered_by = PersonOut()
    ordered_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True)
    executed_by = PersonOut(allow_null=True)
    executed_at = serializers.DateTimeField(allow_null=True)
    quantity_checked: Any = QuantityField(allow_null=True)
    quantity_good: Any = QuantityField(allow_null=True)
    quantity_bad: Any = QuantityField(allow_null=True)
    execution_note = serializers.CharField()
    evidence = serializers.ListField(
        child=serializers.IntegerField(),
        source="evidence_ids",
        help_text="Ids of files of the claim.",
    )
    lifted_by = PersonOut(allow_null=True)
    lifted_at = serializers.DateTimeField(allow_null=True)
    lift_reason = serializers.CharField()
    version = serializers.IntegerField()

"""The shapes of letters, decision and money in the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from claims.models import ClaimItem
from claims.states import Outcome
from core.api.serializers import (
    DayField,
    Input,
    LongText,
    MomentField,
    MoneyField,
    Output,
    PersonOut,
    QuantityField,
    ShortText,
    VersionedInput,
)
from investigations.api.fields import EvidenceField, RowOfClaim
from responses.states import (
    CURRENCIES,
    OTHER_CHANNELS,
    CompensationKind,
    CostKind,
    DecisionReason,
    LetterKind,
    LetterState,
    MailState,
    RecoveredFrom,
)


class ItemField(RowOfClaim):
    """An item of the claim by its id."""

    model = ClaimItem

    def __init__(self, **options: Any) -> None:
        super().__init__(slug_field="pk", queryset=ClaimItem.objects.none(), **options)


class LetterTextsIn(VersionedInput):
    """The texts and the recipient of a letter; what is left out stays as the template has it."""

    language = serializers.ChoiceField(["ru", "en"], required=False)
    recipient_name = ShortText(200)
    recipient_email = serializers.EmailField(required=False, allow_blank=True, max_length=254)
    subject = serializers.CharField(max_length=250, required=False)
    greeting = ShortText(200)
    body = LongText(required=False)
    findings = LongText(required=False, allow_blank=True)
    done = LongText(required=False, allow_blank=True)
    planned = LongText(required=False, allow_blank=True)
    settlement = LongText(required=False, allow_blank=True)
    closing = LongText(required=False, allow_blank=True)
    enclosures = serializers.ListField(child=EvidenceField(), max_length=50, required=False)


class LetterIn(LetterTextsIn):
    """A letter to be begun."""

    kind = serializers.ChoiceField(LetterKind.choices)


class SignIn(VersionedInput):
    """A signature under a response."""

    password = serializers.CharField(
        max_length=200,
        required=False,
        write_only=True,
        trim_whitespace=False,
        help_text="Of the person who signs in a browser's session; a token signs by its scope.",
    )
    comment = LongText(required=False, allow_blank=True)


class ReturnLetterIn(VersionedInput):
    """What has to change."""

    comment = LongText()


class MarkSentIn(VersionedInput):
    """How a letter went out by other means."""

    channel = serializers.ChoiceField([(each.value, each.label) for each in OTHER_CHANNELS])
    sent_at = MomentField(required=False)
    remark = serializers.CharField(max_length=500)


class ApprovalOut(Output):
    """A signature that stands."""

    role = serializers.CharField()
    meaning = serializers.CharField()
    by = PersonOut()
    in_place_of = serializers.CharField(
        help_text="The absent approver for whom a substitute signed; empty otherwise."
    )
    at = serializers.DateTimeField()


class DeliveryOut(Output):
    """How far the e-mail with a letter has come."""

    state = serializers.ChoiceField(MailState.choices)
    to = serializers.CharField(source="to_email")
    attempts = serializers.IntegerField()
    error = serializers.CharField()


class LetterOut(Output):
    """A letter."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(LetterKind.choices)
    state = serializers.ChoiceField(LetterState.choices)
    language = serializers.CharField()
    recipient_name = serializers.CharField()
    recipient_email = serializers.CharField()
    subject = serializers.CharField()
    greeting = serializers.CharField()
    body = serializers.CharField()
    findings = serializers.CharField()
    done = serializers.CharField()
    planned = serializers.CharField()
    settlement = serializers.CharField()
    closing = serializers.CharField()
    author = PersonOut()
    revision = serializers.IntegerField()
    needs_legal = serializers.BooleanField(help_text="The legal reviewer has to sign, too.")
    approvals: Any = ApprovalOut(many=True)
    deliveries: Any = DeliveryOut(many=True, source="mails", help_text="The newest first.")
    submitted_at = serializers.DateTimeField(allow_null=True)
    sent_at = serializers.DateTimeField(allow_null=True)
    channel = serializers.CharField()
    sha256 = serializers.CharField(source="frozen_sha256", help_text="Of the copy as sent.")
    version = serializers.IntegerField()


class AcceptedLineIn(Input):
    """What is accepted of an item, or of a demand described by `text`."""

    item = ItemField(required=False, allow_null=True)
    text = ShortText(200)
    quantity_accepted = QuantityField(required=False, allow_null=True, min_value=0)
    value_claimed = MoneyField(required=False, allow_null=True, min_value=0)
    value_accepted = MoneyField(required=False, allow_null=True, min_value=0)
    reason = ShortText(300)


class DecisionPut(VersionedInput):
    """What is decided about the claim."""

    outcome = serializers.ChoiceField(Outcome.choices)
    reason_code = serializers.ChoiceField(DecisionReason.choices)
    reason = LongText(required=False, allow_blank=True)
    apology = serializers.BooleanField(required=False)
    no_compensation = serializers.BooleanField(required=False)
    legal_matter = serializers.BooleanField(required=False)
    currency = serializers.ChoiceField(list(CURRENCIES), required=False)
    lines = AcceptedLineIn(many=True, required=False)


class DecisionLineOut(Output):
    """A line of the decision."""

    item = serializers.IntegerField(source="item_id", allow_null=True)
    text = serializers.CharField()
    quantity_accepted: Any = QuantityField(allow_null=True)
    value_claimed: Any = MoneyField(allow_null=True)
    value_accepted: Any = MoneyField(allow_null=True)
    reason = serializers.CharField()


class DecisionOut(Output):
    """The decision."""

    outcome = serializers.ChoiceField(Outcome.choices)
    reason_code = serializers.ChoiceField(DecisionReason.choices)
    reason = serializers.CharField()
    apology = serializers.BooleanField()
    no_compensation = serializers.BooleanField()
    legal_matter = serializers.BooleanField()
    currency = serializers.CharField()
    is_agreed = serializers.BooleanField(help_text="Every required approver has signed.")
    lines: Any = DecisionLineOut(many=True)
    version = serializers.IntegerField()


class CompensationIn(VersionedInput):
    """What the customer gets."""

    kind = serializers.ChoiceField(CompensationKind.choices)
    amount = MoneyField(min_value=0)
    currency = serializers.ChoiceField(list(CURRENCIES), required=False)
    due_on = DayField(
        required=False,
        allow_null=True,
        help_text="By when it is to be settled. Without it the deadline counts from the agreement.",
    )
    note = ShortText(300)


class SettleIn(VersionedInput):
    """The ERP document under which it was booked."""

    document_no = serializers.CharField(max_length=64)
    document_date = DayField()


class CompensationOut(Output):
    """What the customer gets, and whether it is booked."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(CompensationKind.choices)
    amount: Any = MoneyField()
    currency = serializers.CharField()
    note = serializers.CharField()
    due_on = serializers.DateField(allow_null=True)
    due_at = serializers.DateTimeField(
        allow_null=True, help_text="None until the response is agreed, unless a day was chosen."
    )
    is_late = serializers.BooleanField()
    document_no = serializers.CharField()
    document_date = serializers.DateField(allow_null=True)
    settled_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()


class CostIn(VersionedInput):
    """What was spent on the claim, and what came back."""

    kind = serializers.ChoiceField(CostKind.choices)
    amount = MoneyField(required=False, min_value=0)
    currency = serializers.ChoiceField(list(CURRENCIES), required=False)
    spent_on = DayField()
    hours = serializers.DecimalField(max_digits=8, decimal_places=2, required=False, min_value=0)
    rate = MoneyField(required=False, min_value=0)
    document_no = ShortText(64)
    note = ShortText(300)
    recovered_from = serializers.ChoiceField(
        RecoveredFrom.choices, required=False, allow_blank=True
    )
    amount_recovered = MoneyField(required=False, min_value=0)


class CostOut(Output):
    """A cost of the claim."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(CostKind.choices)
    amount: Any = MoneyField()
    currency = serializers.CharField()
    spent_on = serializers.DateField()
    hours = serializers.DecimalField(max_digits=8, decimal_places=2, allow_null=True)
    rate: Any = MoneyField(allow_null=True)
    document_no = serializers.CharField()
    note = serializers.CharField()
    recovered_from = serializers.CharField()
    amount_recovered: Any = MoneyField()
    version = serializers.IntegerField()

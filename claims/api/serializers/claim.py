"""A claim and its items: as reported, as completed, as answered."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from claims.api.serializers.clocks import STANDING_HELP, STANDINGS
from claims.models import Claim, ClaimItem
from claims.states import (
    CancelReason,
    Channel,
    Demand,
    DuplicateAnswer,
    FoundWhere,
    Kind,
    Outcome,
    Severity,
    Step,
)
from core.api.serializers import (
    CodeField,
    DayField,
    Input,
    LongText,
    MomentField,
    MoneyField,
    Output,
    PersonOut,
    QuantityField,
    RowField,
    ShortText,
    VersionedInput,
    all_shaped,
)
from masterdata.models import (
    Customer,
    CustomerContact,
    DefectCode,
    Lot,
    Product,
    ProductionLine,
    Site,
)

MOST_ITEMS = 200
MOST_REPORTS = 1000
OPTIONAL: Any = {"required": False, "allow_null": True}


class CurrencyField(serializers.RegexField):
    """An ISO 4217 code."""

    def __init__(self, **options: Any) -> None:
        super().__init__(r"^[A-Z]{3}\Z", max_length=3, required=False, **options)


class ItemIn(VersionedInput):
    """A product, and lot, that the claim is about. A lot that is not known here stays as text."""

    product = CodeField(Product.objects.all(), **OPTIONAL)
    lot = ShortText(64)
    lot_unknown_reason = ShortText(300)
    serial_no = ShortText(64)
    line = CodeField(ProductionLine.objects.all(), **OPTIONAL)
    produced_on = DayField(**OPTIONAL)
    unit = ShortText(16)
    quantity_delivered = QuantityField(min_value=0, **OPTIONAL)
    quantity_claimed = QuantityField(min_value=0, **OPTIONAL)
    quantity_returned = QuantityField(min_value=0, **OPTIONAL)
    quantity_confirmed = QuantityField(min_value=0, **OPTIONAL)
    quantity_accepted = QuantityField(min_value=0, **OPTIONAL)
    value_claimed = MoneyField(min_value=0, **OPTIONAL)
    value_accepted = MoneyField(min_value=0, **OPTIONAL)
    currency = CurrencyField()
    defect = CodeField(DefectCode.objects.all(), **OPTIONAL)
    other_defects = serializers.ListField(
        child=CodeField(DefectCode.objects.all()),
        max_length=20,
        required=False,
        help_text="What else is wrong, beside the main defect.",
    )
    defect_location = ShortText(200)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The lot's code as text and, when such a lot is known, as record."""
        if "lot" in attrs:
            code = attrs["lot_code"] = attrs.pop("lot").strip()
            lot = attrs["lot"] = self._lot(code) if code else None
            product = attrs.get("product")
            if lot is not None and product is not None and lot.product_id != product.pk:
                text = _("Lot %(lot)s belongs to %(product)s.")
                values = {"lot": lot, "product": lot.product.code}
                raise serializers.ValidationError({"lot": text % values}, code="other_product")
        return attrs

    def _lot(self, code: str) -> Lot | None:
        known = self.context.get("known")
        if known is not None and Lot in known:
            return known[Lot].get(code)  # type: ignore[no-any-return]
        return Lot.objects.select_related("product", "line").filter(code=code).first()


class RecordIn(Input):
    """What a report and a completion of the record have in common."""

    title = serializers.CharField(max_length=250, required=False)
    description = LongText(required=False, allow_blank=True)
    requirement = LongText(required=False, allow_blank=True)
    kind = serializers.ChoiceField(Kind.choices, required=False)
    channel = serializers.ChoiceField(Channel.choices, required=False)
    found_where = serializers.ChoiceField(FoundWhere.choices, required=False, allow_blank=True)
    site = CodeField(Site.objects.select_related("calendar"), required=False)
    customer = CodeField(Customer.objects.all(), **OPTIONAL)
    reporter = ShortText(200)
    customer_claim_no = ShortText(64)
    customer_claim_date = DayField(**OPTIONAL)
    order_no = ShortText(64)
    delivery_note_no = ShortText(64)
    invoice_no = ShortText(64)
    demands = serializers.ListField(
        child=serializers.ChoiceField(Demand.choices), max_length=len(Demand), required=False
    )
    demand_amount = MoneyField(min_value=0, **OPTIONAL)
    demand_currency = CurrencyField()
    received_at = MomentField(required=False)
    occurred_at = MomentField(**OPTIONAL)
    is_safety = serializers.BooleanField(required=False)
    is_line_down = serializers.BooleanField(required=False)

    def validate_demands(self, demands: list[str]) -> list[str]:
        """In the order of the catalogue, as the page keeps them."""
        return [value for value in Demand.values if value in demands]


class ReportIn(RecordIn):
    """A report: a title (or a description) is enough, the rest may follow."""

    source_reference = ShortText(
        128, help_text="The client's own name for this report; sent again it opens no second claim."
    )
    severity = serializers.ChoiceField(Severity.choices, required=False, allow_blank=True)
    stop_note = ShortText(2000, help_text="What has to be stopped at once; makes it critical.")
    items = ItemIn(many=True, required=False, max_length=MOST_ITEMS)  # type: ignore[call-arg]


class BulkIn(Input):
    """Reports, each judged by itself."""

    claims = serializers.ListField(
        child=RowField(),
        max_length=MOST_REPORTS,
        help_text="Each like the body of `POST /claims/`.",
    )


class PatchIn(RecordIn, VersionedInput):
    """Fields to change; the others stay."""

    contact = serializers.PrimaryKeyRelatedField(queryset=CustomerContact.objects.all(), **OPTIONAL)


class DraftIn(Input):
    """What is known of a problem that is not reported yet."""

    customer = CodeField(Customer.objects.all(), **OPTIONAL)
    items = ItemIn(many=True, max_length=20)  # type: ignore[call-arg]


class ItemOut(Output):
    """A product, and lot, that the claim is about."""

    id = serializers.IntegerField()
    position = serializers.IntegerField()
    product = serializers.CharField(source="product.code", allow_null=True, default=None)
    product_name = serializers.CharField(source="product.name", allow_null=True, default=None)
    lot = serializers.CharField(source="lot_code")
    lot_known = serializers.SerializerMethodField(help_text="Whether master data has it.")
    lot_blocked_at = serializers.DateTimeField(
        source="lot.blocked_at",
        allow_null=True,
        default=None,
        help_text="Set while a containment order holds the lot.",
    )
    lot_unknown_reason = serializers.CharField()
    serial_no = serializers.CharField()
    line = serializers.CharField(source="line.code", allow_null=True, default=None)
    produced_on = serializers.DateField(allow_null=True)
    unit = serializers.CharField()
    quantity_delivered = QuantityField(allow_null=True)
    quantity_claimed = QuantityField(allow_null=True)
    quantity_returned = QuantityField(allow_null=True)
    quantity_confirmed = QuantityField(allow_null=True)
    quantity_accepted = QuantityField(allow_null=True)
    value_claimed = MoneyField(allow_null=True)
    value_accepted = MoneyField(allow_null=True)
    currency = serializers.CharField()
    defect = serializers.CharField(source="defect.code", allow_null=True, default=None)
    defect_name = serializers.CharField(source="defect.name", allow_null=True, default=None)
    defect_location = serializers.CharField()
    version = serializers.IntegerField()

    def get_lot_known(self, item: ClaimItem) -> bool:
        return item.lot_id is not None


class WholeItemOut(ItemOut):
    """An item with all its defects."""

    other_defects = serializers.SerializerMethodField(help_text="Their codes.")

    def get_other_defects(self, item: ClaimItem) -> list[str]:
        return [defect.code for defect in item.other_defects.all()]


class ContactOut(Output):
    """A person at the customer."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    email = serializers.CharField()
    phone = serializers.CharField()


class ClaimRow(Output):
    """A claim as lists show it."""

    number = serializers.CharField()
    title = serializers.CharField()
    step = serializers.ChoiceField(Step.choices)
    step_entered_at = serializers.DateTimeField()
    step_due_at = serializers.DateTimeField(allow_null=True)
    response_due_at = serializers.DateTimeField(allow_null=True)
    standing = serializers.ChoiceField(
        STANDINGS, allow_null=True, help_text=f"Of the step's deadline. {STANDING_HELP}"
    )
    is_late = serializers.BooleanField(help_text="Open, and past the due instant of its step.")
    severity = serializers.ChoiceField(Severity.choices, allow_blank=True)
    priority = serializers.IntegerField(help_text="1 (highest) to 4.")
    kind = serializers.ChoiceField(Kind.choices)
    channel = serializers.ChoiceField(Channel.choices)
    site = serializers.CharField(source="site.code")
    customer = serializers.CharField(source="customer.code", allow_null=True, default=None)
    customer_name = serializers.CharField(source="customer.name", allow_null=True, default=None)
    customer_claim_no = serializers.CharField()
    owner = PersonOut(allow_null=True)
    outcome = serializers.ChoiceField(Outcome.choices, allow_blank=True)
    source_client = serializers.CharField()
    source_reference = serializers.CharField()
    received_at = serializers.DateTimeField()
    registered_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    version = serializers.IntegerField()


class ClaimOut(ClaimRow):
    """A claim with its items."""

    description = serializers.CharField()
    requirement = serializers.CharField()
    found_where = serializers.ChoiceField(FoundWhere.choices, allow_blank=True)
    is_safety = serializers.BooleanField()
    is_line_down = serializers.BooleanField()
    priority_reason = serializers.CharField(
        help_text="Why the priority is not the one that severity and urgency give."
    )
    contact = ContactOut(allow_null=True)
    reporter = serializers.CharField()
    received_by = PersonOut(allow_null=True)
    customer_claim_date = serializers.DateField(allow_null=True)
    order_no = serializers.CharField()
    delivery_note_no = serializers.CharField()
    invoice_no = serializers.CharField()
    demands = serializers.ListField(child=serializers.ChoiceField(Demand.choices))
    demand_amount = MoneyField(allow_null=True)
    demand_currency = serializers.CharField()
    occurred_at = serializers.DateTimeField(allow_null=True)
    notified_at = serializers.DateTimeField(allow_null=True)
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    contained_at = serializers.DateTimeField(allow_null=True)
    first_response_at = serializers.DateTimeField(allow_null=True)
    root_cause_at = serializers.DateTimeField(allow_null=True)
    final_response_at = serializers.DateTimeField(allow_null=True)
    acknowledgement_waiver = serializers.CharField()
    containment_waiver = serializers.CharField()
    duplicate_answer = serializers.ChoiceField(DuplicateAnswer.choices, allow_blank=True)
    duplicate_of = serializers.CharField(
        source="duplicate_of.number", allow_null=True, default=None
    )
    repeat_of = serializers.CharField(source="repeat_of.number", allow_null=True, default=None)
    cancel_reason = serializers.ChoiceField(CancelReason.choices, allow_blank=True)
    items = serializers.SerializerMethodField()

    def get_items(self, claim: Claim) -> list[dict[str, Any]]:
        return all_shaped(ItemOut, claim.items.all())


class RowOut(Output):
    """What became of one report of a bulk call."""

    row = serializers.IntegerField(help_text="Its place in the request, from 0.")
    status = serializers.ChoiceField(
        [("created", "created"), ("known", "known"), ("refused", "refused")]
    )
    number = serializers.CharField(allow_null=True)
    errors = serializers.ListField(child=serializers.DictField(), help_text="As in a refusal.")  # type: ignore[assignment]


class BulkOut(Output):
    """What became of all of them, in the order of the request."""

    created = serializers.IntegerField()
    known = serializers.IntegerField()
    refused = serializers.IntegerField()
    results = RowOut(many=True)

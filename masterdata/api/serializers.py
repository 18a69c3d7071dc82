"""Master data as the ERP sends and reads it."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from rest_framework import serializers

from core.api.serializers import (
    CodeField,
    DayField,
    Input,
    Output,
    QuantityField,
    RowField,
    ShortText,
    VersionedInput,
)
from masterdata.models import (
    LANGUAGES,
    Customer,
    Product,
    ProductFamily,
    ProductionLine,
    Site,
    WorkCalendar,
)

MOST_LINES = 5000
LARGEST_POSITION = 2**31 - 1
OPTIONAL: Any = {"required": False, "allow_null": True}


class RecordIn(VersionedInput):
    """What every record has."""

    is_active = serializers.BooleanField(required=False)


class NamedIn(RecordIn):
    """A record with a name."""

    name = serializers.CharField(max_length=200)


class SiteIn(NamedIn):
    """A plant. Without a calendar it works by that of the first site."""

    time_zone = serializers.ChoiceField(sorted(available_timezones()), required=False)
    language = serializers.ChoiceField(LANGUAGES, required=False)
    calendar = CodeField(WorkCalendar.objects.all(), slug_field="name", required=False)


class LineIn(NamedIn):
    """A production line."""

    site = CodeField(Site.objects.all())


class CustomerPersonIn(Input):
    """A person at a customer, known by the address or, without one, by the name."""

    name = serializers.CharField(max_length=200)
    position = ShortText(200)
    email = serializers.EmailField(required=False, allow_blank=True)
    phone = ShortText(50)


class CustomerIn(NamedIn):
    """A customer."""

    country = serializers.RegexField(
        r"^([A-Z]{2})?\Z", required=False, allow_blank=True, help_text="ISO 3166, two letters."
    )
    language = serializers.ChoiceField(LANGUAGES, required=False)
    city = ShortText(100)
    requires_8d = serializers.BooleanField(required=False)
    contacts = CustomerPersonIn(  # type: ignore[call-arg]
        many=True,
        required=False,
        max_length=200,
        help_text="Added, or changed where known; those not named stay.",
    )


class PartNumberIn(Input):
    """How a customer names a product."""

    customer = CodeField(Customer.objects.all())
    part_number = serializers.CharField(max_length=64)


class ProductIn(NamedIn):
    """A product; `unit` is that of all its quantities."""

    family = CodeField(ProductFamily.objects.all(), **OPTIONAL)
    unit = serializers.CharField(max_length=16, required=False)
    part_numbers = PartNumberIn(  # type: ignore[call-arg]
        many=True, required=False, max_length=500, help_text="Replace those known."
    )


class LotIn(RecordIn):
    """A batch of one product."""

    product = CodeField(Product.objects.all())
    line = CodeField(ProductionLine.objects.all(), **OPTIONAL)
    produced_on = DayField(**OPTIONAL)
    shift = ShortText(20)
    quantity = QuantityField(min_value=0, **OPTIONAL)
    raw_lots = serializers.ListField(
        child=serializers.CharField(max_length=64),
        max_length=100,
        required=False,
        help_text="Codes of the raw-material lots it was made from.",
    )


class RecordOut(Output):
    """What every record has."""

    code = serializers.CharField()
    is_active = serializers.BooleanField()
    version = serializers.IntegerField()
    updated_at = serializers.DateTimeField()


class NamedOut(RecordOut):
    """A record with a name."""

    name = serializers.CharField()


class SiteOut(NamedOut):
    """A plant."""

    time_zone = serializers.CharField()
    language = serializers.CharField()
    calendar = serializers.CharField(source="calendar.name")


class LineOut(NamedOut):
    """A production line."""

    site = serializers.CharField(source="site.code")


class CustomerPersonOut(Output):
    """A person at a customer; `id` names them as the contact of a claim."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    position = serializers.CharField()
    email = serializers.CharField()
    phone = serializers.CharField()


class CustomerOut(NamedOut):
    """A customer with its people."""

    country = serializers.CharField()
    language = serializers.CharField()
    city = serializers.CharField()
    requires_8d = serializers.BooleanField()
    contacts = CustomerPersonOut(source="contacts.all", many=True)


class PartNumberOut(Output):
    """How a customer names a product."""

    customer = serializers.CharField(source="customer.code")
    part_number = serializers.CharField()


class ProductOut(NamedOut):
    """A product."""

    family = serializers.CharField(source="family.code", allow_null=True, default=None)
    unit = serializers.CharField()
    part_numbers = PartNumberOut(source="part_numbers.all", many=True)


class LotOut(RecordOut):
    """A batch of one product."""

    product = serializers.CharField(source="product.code")
    line = serializers.CharField(source="line.code", allow_null=True, default=None)
    produced_on = serializers.DateField(allow_null=True)
    shift = serializers.CharField()
    quantity = QuantityField(allow_null=True)
    raw_lots = serializers.ListField(child=serializers.CharField())
    blocked_at = serializers.DateTimeField(
        allow_null=True,
        help_text="Set while a containment order holds the lot; see /lots/{code}/holds/.",
    )


class ShipmentLineIn(Input):
    """How much of which lot went out with a document."""

    document_no = serializers.CharField(max_length=64)
    position = serializers.IntegerField(min_value=0, max_value=LARGEST_POSITION)
    shipped_on = DayField()
    customer = serializers.CharField(max_length=64)
    product = serializers.CharField(max_length=64)
    lot = serializers.CharField(max_length=64, required=False, allow_blank=True, default="")
    quantity = QuantityField()


class ShipmentsIn(Input):
    """Lines of delivery documents, each judged by itself."""

    lines = serializers.ListField(
        child=RowField(),
        max_length=MOST_LINES,
        help_text="Each with document_no, position, shipped_on, customer, product, quantity, lot.",
    )


class ShipmentRowOut(Output):
    """What became of one line."""

    row = serializers.IntegerField(help_text="Its place in the request, from 0.")
    status = serializers.ChoiceField([("kept", "kept"), ("refused", "refused")])
    errors = serializers.ListField(child=serializers.DictField())  # type: ignore[assignment]


class ShipmentsOut(Output):
    """What became of all lines, in the order of the request."""

    kept = serializers.IntegerField()
    refused = serializers.IntegerField()
    results = ShipmentRowOut(many=True)

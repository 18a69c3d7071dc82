"""The shape of input of step 2; what it may mean, the commands decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.selectors import list_people
from claims.forms.fields import AnyFiles, SearchField, text_area
from claims.models import Claim
from core.ui.controls import DateTimeInput, QuantityField
from masterdata.models import Lot, ProductionLine, Shipment
from notifications.commands.containment import Execution, Order
from notifications.states import ContainmentKind, Place


def person_field(label: Any, **options: Any) -> SearchField:
    """A person of the company, found by name."""
    return SearchField(
        list_people(), url_name="claims:lookup_people", key="email", label=label, **options
    )


class OrderForm(forms.Form):
    """What is to be done, with what, by whom."""

    kind = forms.ChoiceField(
        label=_("What to do"), choices=ContainmentKind.choices, widget=forms.RadioSelect
    )
    lot = SearchField(
        Lot.objects.select_related("product"),
        url_name="claims:lookup_lots",
        label=_("Lot"),
        to_field_name="code",
        required=False,
    )
    line = forms.ModelChoiceField(
        ProductionLine.objects.none(), label=_("Line"), required=False, empty_label="—"
    )
    shipment = forms.CharField(label=_("Delivery document"), required=False, max_length=64)
    scope = forms.CharField(
        label=_("What exactly"),
        required=False,
        max_length=200,
        help_text=_("Where the lists do not have it: boxes, serial numbers, a machine."),
    )
    place = forms.ChoiceField(
        label=_("Where it is"), choices=[("", "—"), *Place.choices], required=False
    )
    executor = person_field(_("Who does it"))
    due_at = forms.DateTimeField(
        label=pgettext_lazy("deadline", "By"),
        required=False,
        widget=DateTimeInput(),
        help_text=_("Left empty, the deadline of the severity counts."),
    )
    instruction = forms.CharField(
        label=_("Instruction"), required=False, max_length=4000, widget=text_area(3)
    )

    def __init__(self, *args: Any, claim: Claim, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines = ProductionLine.objects.filter(site=claim.site_id, is_active=True)
        self.fields["line"].queryset = lines  # type: ignore[attr-defined]

    def clean_shipment(self) -> Shipment | None:
        number = self.cleaned_data["shipment"].strip()
        if not number:
            return None
        found = Shipment.objects.filter(document_no__iexact=number).first()
        if found is None:
            raise ValidationError(_("There is no document %(number)s."), params={"number": number})
        return found

    def order(self) -> Order:
        """The order as the command takes it."""
        return Order(**self.cleaned_data)


class ExecutionForm(forms.Form):
    """What the executor did and counted."""

    quantity_checked = QuantityField(
        label=_("Checked"), required=False, min_value=0, max_digits=16, decimal_places=3
    )
    quantity_good = QuantityField(
        label=_("Good"), required=False, min_value=0, max_digits=16, decimal_places=3
    )
    quantity_bad = QuantityField(
        label=_("Bad"), required=False, min_value=0, max_digits=16, decimal_places=3
    )
    execution_note = forms.CharField(
        label=_("Note"), required=False, max_length=4000, widget=text_area(2)
    )
    evidence = AnyFiles(label=_("Photos, records"))

    def result(self) -> Execution:
        """The counts and the note."""
        data = self.cleaned_data
        return Execution(**{name: value for name, value in data.items() if name != "evidence"})


class ReasonForm(forms.Form):
    """One sentence why."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=text_area(2))


class HandOverForm(forms.Form):
    """How somebody was told."""

    note = forms.CharField(
        label=_("How they were told"),
        max_length=500,
        widget=text_area(2),
        help_text=_("By phone at 14:10, by the foreman in person."),
    )


class RecipientForm(forms.Form):
    """A person, or an address outside."""

    user = person_field(_("Person"), required=False)
    address = forms.EmailField(label=_("or an outside e-mail address"), required=False)

"""Compensations and costs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from claims.views.parts import VersionForm
from core.ui.controls import DateInput, QuantityField
from responses.states import CURRENCIES, CompensationKind, CostKind, RecoveredFrom

CURRENCY_CHOICES = [(code, code) for code in CURRENCIES]


def _money(label: Any, *, required: bool = True) -> QuantityField:
    return QuantityField(
        label=label, required=required, min_value=0, max_digits=16, decimal_places=2
    )


def _due_on() -> forms.DateField:
    return forms.DateField(
        label=_("To be settled by"),
        required=False,
        widget=DateInput(),
        help_text=_("Without a day the deadline counts from the last approval."),
    )


class CompensationForm(forms.Form):
    """What the customer gets."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=CompensationKind.choices)
    amount = _money(_("Amount"))
    currency = forms.ChoiceField(label=_("Currency"), choices=CURRENCY_CHOICES)
    due_on = _due_on()
    note = forms.CharField(label=_("Note"), required=False, max_length=300)

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class CompensationDueForm(VersionForm):
    """Another day, when what the customer gets is decided for good."""

    due_on = _due_on()

    def values(self) -> dict[str, Any]:
        return {"due_on": self.cleaned_data["due_on"]}


class SettlementForm(VersionForm):
    """The ERP document under which finance booked it."""

    document_no = forms.CharField(label=_("ERP document no."), max_length=64)
    document_date = forms.DateField(label=_("Document date"), widget=DateInput())


class CostForm(forms.Form):
    """A cost, and what was got back of it."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=CostKind.choices)
    spent_on = forms.DateField(label=_("Date"), widget=DateInput())
    amount = _money(_("Amount"), required=False)
    currency = forms.ChoiceField(label=_("Currency"), choices=CURRENCY_CHOICES)
    hours = QuantityField(
        label=_("Hours"), required=False, min_value=0, max_digits=8, decimal_places=2
    )
    rate = _money(_("Rate per hour"), required=False)
    document_no = forms.CharField(label=_("Document no."), required=False, max_length=64)
    note = forms.CharField(label=_("Note"), required=False, max_length=300)
    recovered_from = forms.ChoiceField(
        label=_("Recovered from"), required=False, choices=[("", "—"), *RecoveredFrom.choices]
    )
    amount_recovered = _money(_("Amount recovered"), required=False)

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

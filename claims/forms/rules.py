"""The rules of deadlines: whose are shown, and what is changed."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from claims.forms.fields import SearchField
from claims.models import DurationUnit
from masterdata.models import Customer


class CustomerForm(forms.Form):
    """Whose rules are shown."""

    customer = SearchField(
        Customer.objects.filter(is_active=True),
        url_name="claims:lookup_customers",
        label=_("Customer"),
        required=False,
    )


class RuleForm(forms.Form):
    """How long, and why it is changed."""

    amount = forms.IntegerField(label=_("Duration"), min_value=1, max_value=999)
    unit = forms.ChoiceField(label=_("Counted in"), choices=DurationUnit.choices)
    reason = forms.CharField(
        label=_("Why"),
        max_length=300,
        help_text=_("Stands in the history of the rule and of every claim it moves."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class RemoveForm(forms.Form):
    """Why a rule is taken out."""

    reason = forms.CharField(label=_("Why"), max_length=300)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

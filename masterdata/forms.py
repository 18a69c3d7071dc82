"""The shape of what is said about one day of a calendar."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from core.ui.controls import DateInput
from masterdata.models import CalendarException


class DayForm(forms.Form):
    """One day, how it differs, and why."""

    day = forms.DateField(label=_("Day"), widget=DateInput())
    kind = forms.ChoiceField(label=_("It is"), choices=CalendarException.Kind.choices)
    shortened_by = forms.IntegerField(
        label=_("Shorter by, minutes"),
        min_value=0,
        max_value=1439,
        required=False,
        help_text=_("Only for a shortened day."),
    )
    name = forms.CharField(
        label=_("Why"),
        max_length=100,
        required=False,
        help_text=_("Deadlines that this day moves show it."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean_shortened_by(self) -> int:
        """Nothing given is none."""
        return self.cleaned_data["shortened_by"] or 0

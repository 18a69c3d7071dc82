"""The filters of the list as form fields: what each button offers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from claims.states import Channel, Kind, Severity, Step
from core.ui.controls import DateInput, RemoteSelect
from masterdata.models import Customer, DefectCode, Product, Site

MAIN = ("owner", "state", "step", "customer", "product", "defect", "severity", "due_to")
MORE = ("lot", "kind", "channel", "site", "due_from", "received_from", "received_to")
ANY = ("", _("any"))


def _boxes(label: Any, choices: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple
    )


def _radios(label: Any, choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, required=False, widget=forms.RadioSelect)


def _searched(label: Any, rows: Any, url_name: str) -> forms.Field:
    return forms.ModelChoiceField(
        rows, label=label, required=False, to_field_name="code", widget=RemoteSelect(url_name)
    )


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=DateInput)


class ListFilterForm(forms.Form):
    """Draws what `claims.filters.ClaimFilter` understands; the filter itself judges the values."""

    state = _radios(
        _("State"),
        [
            ANY,
            ("open", _("open")),
            ("closed", _("closed")),
            ("late", _("late")),
            ("due_soon", _("due soon")),
        ],
    )
    step = _boxes(_("Step"), Step.choices)
    customer = _searched(_("Customer"), Customer.objects.all(), "claims:filter_customers")
    product = _searched(_("Product"), Product.objects.all(), "claims:filter_products")
    severity = _boxes(_("Severity"), Severity.choices)
    due_to = _day(_("Due until"))
    due_from = _day(_("Due from"))
    lot = forms.CharField(label=_("Lot"), required=False)
    kind = _boxes(_("Kind"), Kind.choices)
    channel = _boxes(_("Channel"), Channel.choices)
    received_from = _day(_("Received from"))
    received_to = _day(_("Received until"))

    def __init__(self, query: QueryDict) -> None:
        super().__init__(query)
        self.fields["owner"] = _radios(_("Owner"), list(_owners(query.get("owner", ""))))
        self.fields["defect"] = _radios(_("Defect"), list(_defects(query.get("defect", ""))))
        sites = Site.objects.filter(is_active=True).values_list("code", "name")
        self.fields["site"] = _radios(_("Site"), [ANY, *sites])

    @property
    def main(self) -> list[forms.BoundField]:
        """The buttons in the row."""
        return [self[name] for name in MAIN]

    @property
    def more(self) -> list[forms.BoundField]:
        """The buttons behind "More"."""
        return [self[name] for name in MORE]

    @property
    def is_more_open(self) -> bool:
        """Something behind "More" is set."""
        return any(self.data.get(name) for name in MORE)


def _owners(value: str) -> Iterator[tuple[str, Any]]:
    yield from (ANY, ("me", _("me")), ("none", _("nobody")))
    if value not in ("", "me", "none"):
        person = User.objects.filter(email=value).first()
        yield value, person.get_short_name() if person else value


def _defects(value: str) -> Iterator[tuple[str, Any]]:
    yield ANY
    groups = {each.code: each.name for each in DefectCode.objects.filter(group=None)}
    yield from groups.items()
    if value and value not in groups:
        code = DefectCode.objects.filter(code=value).first()
        yield value, code.name if code else value

"""The shape of input on the pages of the notification list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from accounts.selectors import list_people
from claims.forms.fields import SearchField
from claims.models import Claim
from claims.states import Severity
from masterdata.models import Customer, DefectCode, Product, ProductFamily, Site
from notifications.commands.rules import LONGEST_HOURS
from notifications.forms import person_field
from notifications.lines import Kind, Scope, Target, Treatment
from notifications.selectors import rooms_in_use
from notifications.states import LISTED, PERSONAL_CHOICES, Channel

NONE, INFO, ACK = "none", "info", "ack"
ROLES = [
    (role.value, role.label) for role in Role if role not in (Role.INTEGRATION, Role.ADMINISTRATOR)
]
LISTED_CHOICES = [(each.value, each.label) for each in LISTED]


def searchable() -> forms.Select:
    """A plain select that JavaScript makes searchable."""
    return forms.Select(attrs={"data-select": ""})


class TreatmentForm(forms.Form):
    """What a recipient gets."""

    what = forms.ChoiceField(
        label=_("What to do"),
        choices=[(NONE, _("not told")), (INFO, _("informed")), (ACK, _("must confirm"))],
        widget=forms.RadioSelect,
    )
    hours = forms.IntegerField(
        label=_("Within working hours"),
        required=False,
        min_value=1,
        max_value=LONGEST_HOURS,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("Left empty, the deadline of the severity counts."),
    )
    channels = forms.MultipleChoiceField(
        label=_("How"),
        choices=PERSONAL_CHOICES,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    whole = forms.BooleanField(
        label=_("Everybody in the department, not only the head"), required=False
    )

    def __init__(self, *args: Any, target: Target | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if target is not None and target.kind != Kind.DEPARTMENT:
            del self.fields["whole"]
        if target is not None and target.kind in (Kind.ADDRESS, Kind.ROOM):
            for name in ("channels", "hours"):
                del self.fields[name]
            self.fields["what"].choices = [  # type: ignore[attr-defined]
                (NONE, _("not told")),
                (INFO, _("informed")),
            ]

    def clean(self) -> dict[str, Any] | None:
        """Hours that are not asked for cannot be wrong: their field is not even shown."""
        data = super().clean() or self.cleaned_data
        if data.get("what") in (NONE, INFO):
            self.errors.pop("hours", None)
        return data

    @staticmethod
    def initial_of(treatment: Treatment | None) -> dict[str, Any]:
        """The form as it begins for what a cell says now."""
        if treatment is None:
            return {"what": NONE, "channels": [Channel.IN_APP, Channel.EMAIL]}
        return {
            "what": ACK if treatment.needs_confirmation else INFO,
            "hours": treatment.confirm_within,
            "channels": list(treatment.channels),
            "whole": treatment.whole,
        }

    def treatment(self) -> Treatment | None:
        """What was chosen, as the command takes it; None for nothing."""
        data = self.cleaned_data
        if data["what"] == NONE:
            return None
        channels = data["channels"] if "channels" in self.fields else [Channel.EMAIL.value]
        return Treatment(
            tuple(channels), data["what"] == ACK, data.get("hours"), bool(data.get("whole"))
        )


class CellForm(TreatmentForm):
    """The editor of one cell; `seen` says what the cell was made of when it was shown."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=2000)


class AddForm(TreatmentForm):
    """Somebody without a column yet: a person, a role, an outside address; or a chat room."""

    occasion = forms.ChoiceField(label=_("Event"), choices=LISTED_CHOICES)
    severity = forms.ChoiceField(
        label=_("Severity"), choices=[("", _("any severity")), *Severity.choices], required=False
    )
    user = person_field(_("Person"), required=False)
    role = forms.ChoiceField(
        label=_("or a role at the site"), choices=[("", "—"), *ROLES], required=False
    )
    address = forms.EmailField(label=_("or an outside e-mail address"), required=False)
    room = forms.ModelChoiceField(
        rooms_in_use(), label=_("or a chat room"), required=False, empty_label="—"
    )
    field_order = (
        "occasion", "severity", "user", "role", "address", "room", "what", "hours", "channels",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["whole"]
        self.fields["what"].choices = [  # type: ignore[attr-defined]
            (INFO, _("informed")),
            (ACK, _("must confirm")),
        ]

    def clean(self) -> dict[str, Any] | None:
        data = super().clean() or self.cleaned_data
        named = [name for name in ("user", "role", "address", "room") if data.get(name)]
        if not self.errors and len(named) != 1:
            self.add_error(
                "user", _("Choose one: a person, a role, an outside address or a chat room.")
            )
        return data

    def target(self) -> Target:
        """Whom the form names."""
        data = self.cleaned_data
        if data["user"]:
            return Target(Kind.PERSON, str(data["user"].pk))
        if data["role"]:
            return Target(Kind.ROLE, data["role"])
        if data["room"]:
            return Target(Kind.ROOM, str(data["room"].pk))
        return Target(Kind.ADDRESS, data["address"].strip().lower())


def _groups() -> QuerySet[DefectCode]:
    return DefectCode.objects.filter(group=None, is_active=True)


class ScopeForm(forms.Form):
    """Which claims an exception is for; an empty condition means any."""

    site = forms.ModelChoiceField(
        Site.objects.filter(is_active=True), label=_("Site"), required=False, empty_label="—"
    )
    family = forms.ModelChoiceField(
        ProductFamily.objects.filter(is_active=True),
        label=_("Product family"),
        required=False,
        empty_label="—",
        widget=searchable(),
    )
    defect_group = forms.ModelChoiceField(
        _groups(), label=_("Defect group"), required=False, empty_label="—", widget=searchable()
    )
    customer = SearchField(
        Customer.objects.filter(is_active=True),
        url_name="claims:lookup_customers",
        label=_("Customer"),
        required=False,
    )

    def scope(self) -> Scope:
        """What was chosen."""
        return Scope(**{name: row.pk if row else None for name, row in self.cleaned_data.items()})


class FallbackForm(forms.Form):
    """Who is told at a site when no rule names a person."""

    people = forms.ModelMultipleChoiceField(
        list_people(),
        label=_("People"),
        required=False,
        widget=forms.SelectMultiple(attrs={"data-select": ""}),
        help_text=_("Left empty, the quality managers of the site are told."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class PreviewForm(forms.Form):
    """A real claim by its number, or what an imagined one would be."""

    occasion = forms.ChoiceField(label=_("Event"), choices=LISTED_CHOICES)
    number = forms.CharField(
        label=_("Claim number"),
        required=False,
        max_length=20,
        help_text=_("A claim of yours. Left empty, what you say below counts."),
    )
    severity = forms.ChoiceField(
        label=_("Severity"), choices=[("", _("not judged")), *Severity.choices], required=False
    )
    site = forms.ModelChoiceField(
        Site.objects.filter(is_active=True), label=_("Site"), required=False, empty_label="—"
    )
    customer = SearchField(
        Customer.objects.filter(is_active=True),
        url_name="claims:lookup_customers",
        label=_("Customer"),
        required=False,
    )
    product = SearchField(
        Product.objects.filter(is_active=True),
        url_name="claims:lookup_products",
        label=_("Product"),
        required=False,
    )
    family = forms.ModelChoiceField(
        ProductFamily.objects.filter(is_active=True),
        label=_("or product family"),
        required=False,
        empty_label="—",
        widget=searchable(),
    )
    defect = forms.ModelChoiceField(
        DefectCode.objects.filter(is_active=True),
        label=_("Defect or defect group"),
        required=False,
        empty_label="—",
        widget=searchable(),
    )

    claim: Claim | None = None

"""Shapes of input on the pages of actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, User
from accounts.selectors import list_people
from capa.filters import STATES
from capa.models import Action
from capa.states import ActionKind, ActionState, DocumentKind
from claims.forms.fields import AnyFiles, SearchField, text_area
from claims.models import Claim
from claims.views.parts import VersionForm
from core.ui.controls import DateInput
from investigations.models import Cause
from investigations.selectors import standing_causes
from masterdata.models import Lot

ANY = ("", _("any"))
YES_NO = [("yes", _("Yes")), ("no", _("No"))]


class ActionForm(forms.Form):
    """The plan of an action."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=ActionKind.choices, initial=ActionKind.CORRECTIVE
    )
    text = forms.CharField(label=_("What is done"), max_length=500, widget=text_area(2))
    cause = forms.ModelChoiceField(
        Cause.objects.none(), label=_("Against the cause"), required=False, empty_label="—"
    )
    owner = SearchField(
        list_people(),
        url_name="claims:lookup_people",
        key="email",
        label=_("Owner"),
        required=False,
    )
    department = forms.ModelChoiceField(
        Department.objects.filter(is_active=True),
        label=_("Department"),
        required=False,
        empty_label=_("that of the owner"),
    )
    due = forms.DateField(label=_("Due"), required=False, widget=DateInput())
    criterion = forms.CharField(
        label=_("How effectiveness is seen"),
        required=False,
        max_length=300,
        help_text=_("For example: 20 lots without cracks."),
    )
    window_days = forms.IntegerField(
        label=_("Days to watch"),
        required=False,
        min_value=0,
        max_value=1000,
        help_text=_("Empty: by the deadline of the effectiveness check."),
    )
    documents = forms.MultipleChoiceField(
        label=_("Documents to update"),
        choices=DocumentKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    lateral = forms.CharField(
        label=_("Where else it applies"), required=False, max_length=2000, widget=text_area(2)
    )

    def __init__(self, *args: Any, claim: Claim, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        causes = standing_causes(claim)
        self.fields["cause"].queryset = causes  # type: ignore[attr-defined]


class PlanForm(ActionForm):
    """A new one; it may take the place of one that did not work."""

    replaces = forms.ModelChoiceField(
        Action.objects.none(), label=_("In the place of"), required=False, empty_label="—"
    )

    def __init__(self, *args: Any, claim: Claim, **kwargs: Any) -> None:
        super().__init__(*args, claim=claim, **kwargs)
        failed = claim.actions.filter(state=ActionState.INEFFECTIVE)
        self.fields["replaces"].queryset = failed  # type: ignore[attr-defined]
        if not failed:
            del self.fields["replaces"]


class EditForm(VersionForm, ActionForm):
    """An existing one."""


class ProgressForm(forms.Form):
    """How it goes."""

    text = forms.CharField(label=_("How it goes"), max_length=2000, widget=text_area(3))
    uploads = AnyFiles(label=_("Evidence"))


class CompleteForm(VersionForm):
    """What was done, and from where on pieces are made with it."""

    done_note = forms.CharField(label=_("What was done"), max_length=5000, widget=text_area(3))
    clean_lot = forms.ModelChoiceField(
        Lot.objects.all(),
        label=_("First clean lot"),
        required=False,
        to_field_name="code",
        widget=forms.TextInput,
        error_messages={"invalid_choice": _("This lot is not known.")},
        help_text=_("The first lot made with the action in place."),
    )
    clean_from = forms.DateField(label=_("Or clean from"), required=False, widget=DateInput())
    uploads = AnyFiles(label=_("Evidence"))


class ExtensionForm(forms.Form):
    """More time."""

    due = forms.DateField(label=_("New due date"), widget=DateInput())
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=text_area(2))
    meanwhile = forms.CharField(
        label=_("What protects the customer meanwhile"),
        required=False,
        max_length=500,
        widget=text_area(2),
    )


class VerifyForm(VersionForm):
    """Whether it worked."""

    effective = forms.ChoiceField(
        label=_("Did it work?"),
        choices=[("yes", _("effective")), ("no", _("not effective"))],
        widget=forms.RadioSelect,
    )
    result = forms.CharField(label=_("What was seen"), max_length=5000, widget=text_area(3))
    early_reason = forms.CharField(
        label=_("Why it can be judged before its date"),
        required=False,
        max_length=500,
        widget=text_area(2),
    )

    def clean_effective(self) -> bool:
        """As the command wants it."""
        return bool(self.cleaned_data["effective"] == "yes")


class DecideForm(forms.Form):
    """Granted or declined, with a word."""

    granted = forms.ChoiceField(
        label=_("Decision"),
        choices=[("yes", _("Agree")), ("no", _("Decline"))],
        widget=forms.RadioSelect,
    )
    reply = forms.CharField(
        label=_("Reply"),
        required=False,
        max_length=1000,
        widget=text_area(2),
        help_text=_("Needed to decline."),
    )

    def clean_granted(self) -> bool:
        """As the command wants it."""
        return bool(self.cleaned_data["granted"] == "yes")


class LinkForm(forms.Form):
    """A further claim."""

    number = forms.CharField(label=_("Number of the claim"), max_length=16)


class ListFilterForm(forms.Form):
    """Draws what `capa.filters.ActionFilter` understands; the filter itself judges the values."""

    kind = forms.MultipleChoiceField(
        label=_("Kind"),
        choices=ActionKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    state = forms.ChoiceField(
        label=_("State"), choices=[ANY, *STATES], required=False, widget=forms.RadioSelect
    )
    due_from = forms.DateField(label=_("Due from"), required=False, widget=DateInput())
    due_to = forms.DateField(label=_("Due until"), required=False, widget=DateInput())

    def __init__(self, query: QueryDict) -> None:
        super().__init__(query)
        self.fields["owner"] = forms.ChoiceField(
            label=_("Owner"),
            choices=_owners(query.get("owner", "")),
            required=False,
            widget=forms.RadioSelect,
        )
        departments = Department.objects.filter(is_active=True).values_list("code", "name")
        self.fields["department"] = forms.ChoiceField(
            label=_("Department"),
            choices=[ANY, *departments],
            required=False,
            widget=forms.RadioSelect,
        )

    @property
    def shown(self) -> list[forms.BoundField]:
        """The buttons in their order."""
        return [self[name] for name in ("state", "owner", "department", "kind", "due_to")]


def _owners(value: str) -> list[tuple[str, Any]]:
    choices: list[tuple[str, Any]] = [ANY, ("me", _("me")), ("none", _("nobody"))]
    if value not in ("", "me", "none"):
        person = User.objects.filter(email=value).first()
        choices.append((value, person.get_short_name() if person else value))
    return choices

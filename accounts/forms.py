"""The shape of a person's own settings."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from accounts.models import Absence, User
from accounts.policies import people_in_care
from accounts.selectors import list_people
from core.actors import Actor
from core.ui.controls import DateInput


def time_zones() -> list[tuple[str, str]]:
    """Names of the IANA database that stand for a place."""
    places = sorted(
        name
        for name in available_timezones()
        if "/" in name and not name.startswith(("Etc/", "posix"))
    )
    return [(name, name.replace("_", " ")) for name in ("UTC", *places)]


def languages() -> list[tuple[str, str]]:
    """Each language by its own name, so that its speakers find it."""
    return [(code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES]


class ProfileForm(forms.Form):
    """What people may change about themselves."""

    first_name = forms.CharField(label=_("First name"), max_length=100)
    last_name = forms.CharField(label=_("Last name"), max_length=100)
    language = forms.ChoiceField(label=_("Language"), choices=languages, widget=forms.RadioSelect)
    theme = forms.ChoiceField(
        label=_("Theme"), choices=User.Theme.choices, widget=forms.RadioSelect
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=time_zones, widget=forms.Select(attrs={"data-select": ""})
    )
    keys_enabled = forms.BooleanField(
        label=_("Single-letter keys"),
        help_text=_(
            "j, k, x, g m … Switch them off if speech input or slips press them by themselves."
        ),
        required=False,
    )
    digest_enabled = forms.BooleanField(
        label=_("Daily summary by e-mail"),
        help_text=_("On working days in the morning: what waits for you, the latest first."),
        required=False,
    )
    quiet_from = forms.TimeField(
        label=_("Quiet from"),
        widget=forms.TimeInput({"type": "time"}, "%H:%M"),
        required=False,
    )
    quiet_to = forms.TimeField(
        label=_("Quiet until"),
        widget=forms.TimeInput({"type": "time"}, "%H:%M"),
        required=False,
    )

    @classmethod
    def of(cls, user: User) -> ProfileForm:
        """The form as it begins for a person."""
        return cls(initial={name: getattr(user, name) for name in cls.base_fields})


class AbsenceForm(forms.Form):
    """From when to when somebody is away, and who stands in."""

    user = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Who is away"),
        empty_label=None,
        widget=forms.Select(attrs={"data-select": ""}),
    )
    starts_on = forms.DateField(label=_("First day"), widget=DateInput())
    ends_on = forms.DateField(label=_("Last day"), widget=DateInput())
    substitute = forms.ModelChoiceField(
        list_people(),
        label=_("Who stands in"),
        empty_label="—",
        widget=forms.Select(attrs={"data-select": ""}),
        help_text=_("Is told of everything meanwhile, and sees the claims concerned."),
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = people_in_care(actor).filter(is_active=True)
        self.fields["user"].queryset = people  # type: ignore[attr-defined]
        self.fields["user"].initial = actor.user.pk

    @classmethod
    def of(cls, absence: Absence, actor: Actor, data: Any = None) -> AbsenceForm:
        """The form of an absence entered before; whose it is cannot change."""
        names = ("starts_on", "ends_on", "substitute", "note", "version")
        form = cls(data, actor=actor, initial={name: getattr(absence, name) for name in names})
        del form.fields["user"]
        return form

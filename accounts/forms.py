"""The shape of a person's own settings."""

from __future__ import annotations

from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from accounts.models import User


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

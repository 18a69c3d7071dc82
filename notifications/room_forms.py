"""The shape of input on the pages of chat rooms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from masterdata.models import LANGUAGES, Site
from notifications.models import ChatRoom

FIELDS = ("name", "language", "site", "is_active")


class RoomForm(forms.Form):
    """A room, and the address that is entered once and never shown."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("As the notification list shows it.")
    )
    address = forms.CharField(
        label=_("Address"),
        required=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    language = forms.ChoiceField(label=_("Language of the messages"), choices=LANGUAGES)
    site = forms.ModelChoiceField(
        Site.objects.none(),
        label=_("Site"),
        required=False,
        empty_label=_("all sites"),
        help_text=_("A room of a site hears of its claims only."),
    )
    is_active = forms.BooleanField(label=_("In use"), required=False)

    def __init__(self, *args: Any, room: ChatRoom | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sites = Site.objects.filter(is_active=True)
        if room is not None:
            sites |= Site.objects.filter(pk=room.site_id or 0)
            text = _("It is never shown. Left empty, the known one stays.")
            self.fields["address"].help_text = text
        else:
            self.fields["address"].required = True
        self.fields["site"].queryset = sites.order_by("name")  # type: ignore[attr-defined]

    @classmethod
    def of(cls, room: ChatRoom | None) -> RoomForm:
        """The form as it is first shown."""
        if room is None:
            return cls(initial={"language": "ru", "is_active": True})
        return cls(initial={name: getattr(room, name) for name in (*FIELDS, "version")}, room=room)

    def values(self) -> dict[str, Any]:
        """What the command takes, beside address and version."""
        return {name: self.cleaned_data[name] for name in FIELDS}

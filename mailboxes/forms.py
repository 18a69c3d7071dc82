"""The shape of input; what it may mean, the commands decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from claims.states import Channel
from core.ui.controls import DateInput
from mailboxes.models import Mailbox, today
from mailboxes.states import DEFAULT_PORTS, Security
from masterdata.models import Site


class MailboxForm(forms.Form):
    """Where the mails lie, and what becomes of them."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("As lists show it."))
    host = forms.CharField(label=_("Mail server"), max_length=253)
    security = forms.ChoiceField(label=_("Encryption"), choices=Security.choices)
    port = forms.IntegerField(
        label=_("Port"),
        required=False,
        min_value=1,
        max_value=65535,
        help_text=_("Left empty, the usual one: 993 with TLS, otherwise 143."),
    )
    username = forms.CharField(
        label=_("User"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=_("Password"),
        required=False,
        max_length=500,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    folder = forms.CharField(label=_("Folder"), max_length=200, initial="INBOX")
    move_to = forms.CharField(
        label=_("Folder for fetched mails"),
        required=False,
        max_length=200,
        help_text=_("Left empty, they stay where they are and are marked as read."),
    )
    starts_on = forms.DateField(
        label=_("Mails received from"),
        widget=DateInput(),
        help_text=_("Older ones are left alone."),
    )
    site = forms.ModelChoiceField(Site.objects.none(), label=_("Site of the claims"))
    channel = forms.ChoiceField(label=_("Channel of the claims"), choices=Channel.choices)
    hourly_limit = forms.IntegerField(
        label=_("Mails of one sender within an hour"),
        min_value=1,
        max_value=10_000,
        help_text=_("More are kept but not processed: machines may be answering each other."),
    )
    is_active = forms.BooleanField(label=_("Read this mailbox"), required=False)

    def __init__(self, *args: Any, mailbox: Mailbox | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sites = Site.objects.filter(is_active=True)
        if mailbox is not None:
            sites |= Site.objects.filter(pk=mailbox.site_id)
            text = _("It is never shown. Left empty, the known one stays.")
            self.fields["password"].help_text = text
        else:
            self.fields["password"].required = True
        self.fields["site"].queryset = sites.order_by("name")  # type: ignore[attr-defined]

    @classmethod
    def of(cls, mailbox: Mailbox | None) -> MailboxForm:
        """The form as it is first shown."""
        if mailbox is None:
            return cls(initial=_fresh())
        shown = (*_FIELDS, "version")
        initial = {name: getattr(mailbox, name) for name in shown}
        return cls(initial=initial, mailbox=mailbox)

    def values(self) -> dict[str, Any]:
        """What the command takes, beside password and version."""
        values = {name: self.cleaned_data[name] for name in _FIELDS}
        values["port"] = values["port"] or DEFAULT_PORTS[Security(values["security"])]
        return values


_FIELDS = (
    "name", "host", "security", "port", "username", "folder", "move_to", "starts_on", "site",
    "channel", "hourly_limit", "is_active",
)  # fmt: skip


def _fresh() -> dict[str, Any]:
    sites = list(Site.objects.filter(is_active=True)[:2])
    return {
        "security": Security.TLS.value,
        "folder": "INBOX",
        "starts_on": today(),
        "site": sites[0].pk if len(sites) == 1 else None,
        "channel": Channel.EMAIL.value,
        "hourly_limit": 20,
        "is_active": True,
    }


class PauseForm(forms.Form):
    """Why nothing is fetched for a while."""

    reason = forms.CharField(label=_("Why to pause it"), max_length=300)

"""Letters: writing, agreeing, sending."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from claims.forms.fields import text_area
from claims.models import Attachment, Claim
from core.ui.controls import DateTimeInput
from masterdata.models import CustomerContact
from responses.models import Letter, LetterTemplate
from responses.models.letters import label_of
from responses.states import OTHER_CHANNELS, SHORT_TEXTS, TEXTS, LetterKind

# Rows of the text areas, as long as such texts usually are.
ROWS = {"body": 3, "findings": 5, "done": 4, "planned": 4, "settlement": 4, "closing": 2}
MOST_CHARACTERS = 20_000


class RecipientForm(forms.Form):
    """Who gets the letter: a contact of the customer, or a name and an address."""

    contact = forms.ModelChoiceField(
        CustomerContact.objects.none(),
        label=pgettext_lazy("recipient", "To"),
        required=False,
        empty_label="—",
    )
    recipient_name = forms.CharField(
        label=pgettext_lazy("person", "Name"), required=False, max_length=200
    )
    recipient_email = forms.EmailField(label=_("E-mail"), required=False)

    def __init__(self, *args: Any, claim: Claim, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        contacts = CustomerContact.objects.filter(customer=claim.customer_id or 0)
        self.fields["contact"].queryset = contacts  # type: ignore[attr-defined]


class LetterForm(RecipientForm):
    """The texts of one letter, its recipient and enclosures."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    subject = forms.CharField(label=_("Subject"), max_length=250)
    enclosures = forms.ModelMultipleChoiceField(
        Attachment.objects.none(),
        label=_("Enclosures"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, letter: Letter, **kwargs: Any) -> None:
        super().__init__(*args, claim=letter.claim, **kwargs)
        for name in letter.text_fields:
            self.fields[name] = _text_field(name, letter.kind, letter.language)
        self.fields["subject"].widget.attrs["lang"] = letter.language
        files = Attachment.objects.filter(claim=letter.claim)
        self.fields["enclosures"].queryset = files  # type: ignore[attr-defined]
        self.fields["enclosures"].label_from_instance = str  # type: ignore[attr-defined]

    @classmethod
    def of(cls, letter: Letter, data: Any = None) -> LetterForm:
        """The form on what the letter says now."""
        names = ("contact", "recipient_name", "recipient_email", "version", "subject")
        start = {name: getattr(letter, name) for name in (*names, *letter.text_fields)}
        start["contact"] = letter.contact_id
        start["enclosures"] = [each.pk for each in letter.enclosures.all()]
        return cls(data, letter=letter, initial=start, auto_id="letter_%s")

    def values(self) -> dict[str, Any]:
        """What the command takes besides the enclosures."""
        apart = ("version", "enclosures")
        return {name: value for name, value in self.cleaned_data.items() if name not in apart}


def _text_field(name: str, kind: str, language: str) -> forms.CharField:
    attrs = {"lang": language, "data-mirror": f"lp-{name}"}
    label = _("Opening") if name == "body" and kind == LetterKind.FINAL else label_of(name)
    label = str(label)[:1].upper() + str(label)[1:]
    if name == "greeting":
        widget: forms.Widget = forms.TextInput(attrs=attrs)
        return forms.CharField(label=label, required=False, max_length=200, widget=widget)
    widget = text_area(ROWS[name] if kind == LetterKind.FINAL else 8)
    widget.attrs |= attrs
    return forms.CharField(label=label, required=False, max_length=MOST_CHARACTERS, widget=widget)


class ComposeForm(RecipientForm):
    """A new acknowledgement or interim reply, begun from a template."""

    template = forms.ModelChoiceField(
        LetterTemplate.objects.none(), widget=forms.HiddenInput, required=False
    )
    kind = forms.ChoiceField(
        choices=[(kind.value, kind.label) for kind in LetterKind if kind != LetterKind.FINAL],
        widget=forms.HiddenInput,
    )
    subject = forms.CharField(label=_("Subject"), max_length=250)
    greeting = forms.CharField(label=_("Greeting"), required=False, max_length=200)
    body = forms.CharField(label=_("Message"), max_length=MOST_CHARACTERS, widget=text_area(7))

    def __init__(self, *args: Any, claim: Claim, language: str, **kwargs: Any) -> None:
        super().__init__(*args, claim=claim, **kwargs)
        short = [kind for kind, texts in TEXTS.items() if texts == SHORT_TEXTS]
        templates = LetterTemplate.objects.filter(kind__in=short, is_active=True)
        self.fields["template"].queryset = templates  # type: ignore[attr-defined]
        for name in ("subject", "greeting", "body"):
            self.fields[name].widget.attrs["lang"] = language

    def letter_values(self) -> dict[str, Any]:
        """Texts and recipient as the command takes them."""
        names = ("subject", *SHORT_TEXTS, "contact", "recipient_name", "recipient_email")
        return {name: self.cleaned_data[name] for name in names}


class SignForm(forms.Form):
    """The signature: the password once more, and what the approver wants to add."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    comment = forms.CharField(
        label=_("Comment"), required=False, max_length=4000, widget=text_area(2)
    )
    password = forms.CharField(
        label=_("Your password"),
        required=False,
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class MarkSentForm(forms.Form):
    """How a letter reached the customer without our mail."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    channel = forms.ChoiceField(
        label=_("Sent as"), choices=[(each.value, each.label) for each in OTHER_CHANNELS]
    )
    sent_at = forms.DateTimeField(label=_("When"), required=False, widget=DateTimeInput())
    remark = forms.CharField(
        label=_("To whom, or under which number"), max_length=500, widget=text_area(2)
    )

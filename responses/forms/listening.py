"""What others say: the customer's messages, internal notes, the lawyers' notes."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from claims.forms.fields import text_area
from claims.states import Channel
from core.ui.controls import DateTimeInput, QuantityField
from responses.states import CURRENCIES

CHANNELS = [
    (each.value, each.label) for each in Channel if each not in (Channel.API, Channel.SHOP_FLOOR)
]


class IncomingForm(forms.Form):
    """Something the customer wrote or said."""

    channel = forms.ChoiceField(label=_("Channel"), choices=CHANNELS)
    received_at = forms.DateTimeField(label=_("When"), required=False, widget=DateTimeInput())
    sender_name = forms.CharField(label=_("From"), required=False, max_length=200)
    subject = forms.CharField(label=_("Subject"), required=False, max_length=250)
    text = forms.CharField(
        label=_("What the customer said"), max_length=20_000, widget=text_area(5)
    )


class NoteForm(forms.Form):
    """An internal note; the customer never sees it."""

    text = forms.CharField(label=_("Internal note"), max_length=10_000, widget=text_area(3))


class WaiverForm(forms.Form):
    """Why no acknowledgement is sent."""

    reason = forms.CharField(
        label=_("Why no acknowledgement is sent"), max_length=500, widget=text_area(2)
    )


class LegalNoteForm(forms.Form):
    """A note of the legal reviewer, maybe with the sum of a settlement."""

    text = forms.CharField(label=_("Legal note"), max_length=10_000, widget=text_area(4))
    settlement_amount = QuantityField(
        label=_("Settlement sum"), required=False, min_value=0, max_digits=16, decimal_places=2
    )
    currency = forms.ChoiceField(label=_("Currency"), choices=[(c, c) for c in CURRENCIES])

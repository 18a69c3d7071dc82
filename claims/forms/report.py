"""The one-minute report: everything may be left out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims.forms.fields import AnyFiles, text_area
from claims.lookups import customer_named, defect_groups, lot_coded, product_named
from claims.states import FoundWhere
from core.ui.controls import QuantityField

CUSTOMER, OWN = "customer", "own"
TITLE_WORDS = 120


class ReportForm(forms.Form):
    """What somebody on the shop floor can say in a minute.

    Product, lot and customer are plain text that is recognised when it can be; what cannot is kept
    as said.
    """

    defect = forms.ModelChoiceField(
        defect_groups(),
        label=_("What is wrong?"),
        empty_label=None,
        required=False,
        widget=forms.RadioSelect,
    )
    description = forms.CharField(
        label=_("In your own words"), required=False, max_length=10_000, widget=text_area(3)
    )
    photos = AnyFiles(label=_("Photos"))
    product = forms.CharField(label=_("Product"), required=False, max_length=200)
    lot = forms.CharField(label=_("Lot"), required=False, max_length=64)
    quantity = QuantityField(
        label=_("How many"), required=False, min_value=0, max_digits=13, decimal_places=3
    )
    found_by = forms.ChoiceField(
        label=_("Who found it"),
        choices=[(CUSTOMER, _("customer")), (OWN, _("we did"))],
        required=False,
        initial=CUSTOMER,
        widget=forms.RadioSelect,
    )
    customer = forms.CharField(label=_("Which customer"), required=False, max_length=200)
    stop = forms.ChoiceField(
        label=_("Stop something right now?"),
        choices=[("no", _("No")), ("yes", _("Yes, stop it"))],
        required=False,
        initial="no",
        widget=forms.RadioSelect,
    )
    stop_note = forms.CharField(
        label=_("What has to be stopped, and where"),
        required=False,
        max_length=1000,
        widget=text_area(2),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        wants_stop = data.get("stop") == "yes"
        told = data.get("stop_note") or data.get("description")
        if wants_stop and not told:
            self.add_error("stop_note", _("Say what has to be stopped, and where."))
        if not wants_stop:
            data["stop_note"] = ""
        elif not data.get("stop_note"):
            data["stop_note"] = told or ""
        return data

    def is_empty(self) -> bool:
        """Nothing was said at all: not even a photo."""
        said = ("defect", "description", "photos", "product", "lot")
        return not any(self.cleaned_data.get(name) for name in said)

    def claim_fields(self) -> dict[str, Any]:
        """The fields of the claim, as `report_claim` takes them."""
        data = self.cleaned_data
        customer = customer_named(data["customer"])
        return {
            "title": self._title(),
            "description": self._description(),
            "customer": customer,
            "reporter": "" if customer else data["customer"],
            "found_where": FoundWhere.OWN_PLANT if data["found_by"] == OWN else "",
        }

    def items(self) -> list[dict[str, Any]]:
        """The one item, if anything is known of it."""
        data = self.cleaned_data
        product = product_named(data["product"])
        lot = lot_coded(data["lot"], product)
        if lot is not None and product is not None and lot.product_id != product.pk:
            lot = None
        values = {
            "product": product,
            "lot": lot,
            "lot_code": data["lot"].strip(),
            "quantity_claimed": data["quantity"],
            "defect": data["defect"],
        }
        return [values] if any(values.values()) else []

    def _title(self) -> str:
        """The first words, or the kind of defect and the product when nothing was written."""
        data = self.cleaned_data
        text = " ".join(data["description"].split())
        if text:
            return _shortened(text)
        product = product_named(data["product"])
        about = product.code if product else data["product"].strip()
        parts = [str(data["defect"] or ""), about or data["lot"].strip()]
        title = ", ".join(part for part in parts if part)
        return title or (gettext("Report with photos") if data["photos"] else "")

    def _description(self) -> str:
        """The text as written; a product that is not known is kept in a line of its own."""
        data = self.cleaned_data
        stated = data["product"].strip()
        if not stated or product_named(stated) is not None:
            return str(data["description"])
        line = gettext("Product as stated: %(product)s") % {"product": stated}
        return "\n".join(part for part in (data["description"], line) if part)


def _shortened(text: str) -> str:
    """A title of whole words: the first sentence, cut if it is long."""
    sentence = text.split(". ", maxsplit=1)[0].rstrip(".")
    if len(sentence) <= TITLE_WORDS:
        return sentence
    return sentence[: TITLE_WORDS - 1].rsplit(" ", 1)[0] + "…"

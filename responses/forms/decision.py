"""The decision and its lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.forms.formsets import formset_factory
from django.utils.translation import gettext_lazy as _

from claims.models import Claim, ClaimItem
from claims.states import Outcome
from core.errors import InvalidInput
from core.text import whole_number
from core.ui.controls import QuantityField
from responses.commands import Line
from responses.models import Decision, DecisionLine
from responses.states import CURRENCIES, DecisionReason

MAX_LINES = 50
ICONS = {
    Outcome.ACCEPTED: "check",
    Outcome.PARTLY: "circle-half-2",
    Outcome.REJECTED: "x",
    Outcome.GOODWILL: "heart-handshake",
}
VERBS = [
    (Outcome.ACCEPTED.value, _("Accept")),
    (Outcome.PARTLY.value, _("Accept in part")),
    (Outcome.REJECTED.value, _("Reject")),
    (Outcome.GOODWILL.value, _("Goodwill")),
]
SAID = ("outcome", "reason_code", "reason", "apology", "no_compensation", "legal_matter")


class DecisionForm(forms.Form):
    """What is decided and why; `version` is the decision's own, 0 while there is none."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    outcome = forms.ChoiceField(label=_("Decision"), choices=VERBS, widget=forms.RadioSelect)
    reason_code = forms.ChoiceField(
        label=_("It rests on"), choices=[("", "—"), *DecisionReason.choices]
    )
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=4000, widget=forms.Textarea
    )
    currency = forms.ChoiceField(label=_("Currency"), choices=[(code, code) for code in CURRENCIES])
    apology = forms.BooleanField(label=_("We apologise"), required=False)
    no_compensation = forms.BooleanField(label=_("There is no compensation"), required=False)
    legal_matter = forms.BooleanField(
        label=_("Injury, threat of court or legal hold"), required=False
    )

    @classmethod
    def of(cls, claim: Claim, decision: Decision | None, data: Any = None) -> DecisionForm:
        """The form on what is decided now."""
        if decision is None:
            currency = claim.demand_currency
            start: dict[str, Any] = {
                "version": 0,
                "currency": currency if currency in CURRENCIES else CURRENCIES[0],
            }
        else:
            start = {name: getattr(decision, name) for name in (*SAID, "currency", "version")}
        return cls(data, initial=start, auto_id="dec_%s")

    def options(self) -> Iterator[tuple[Any, str]]:
        """The chips of the decision, each with its icon."""
        for option in self["outcome"]:
            yield option, ICONS[Outcome(option.data["value"])]


def _money(label: Any) -> QuantityField:
    return QuantityField(label=label, required=False, min_value=0, max_digits=16, decimal_places=2)


class LineForm(forms.Form):
    """One line: an item of the claim, or a demand in words."""

    item_id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(label=_("Item"), required=False, max_length=200)
    quantity_accepted = QuantityField(
        label=_("Quantity accepted"),
        required=False,
        min_value=0,
        max_digits=16,
        decimal_places=3,
    )
    value_claimed = _money(_("Claimed"))
    value_accepted = _money(_("Accepted"))
    reason = forms.CharField(label=_("Reason"), required=False, max_length=300)

    def __init__(self, *args: Any, items: dict[str, ClaimItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.item = items.get(str(self["item_id"].value() or ""))

    @property
    def is_said(self) -> bool:
        """The row says something: one of the claim's items, or words of its own."""
        said = {name: value for name, value in self.cleaned_data.items() if value}
        return bool(set(said) - {"DELETE"}) and not said.get("DELETE")


LineSet = formset_factory(LineForm, extra=1, can_delete=True, max_num=MAX_LINES)


def lines_of(claim: Claim, decision: Decision | None, data: Any = None) -> Any:
    """The rows as decided, then the items that have none, then an empty one."""
    items = {str(item.pk): item for item in claim.items.all()}
    saved = list(decision.lines.all()) if decision else []
    rows = [_row_of(line) for line in saved]
    known = {line.item_id for line in saved}
    rows += [_new_row(item) for item in items.values() if item.pk not in known]
    return LineSet(data, initial=rows, prefix="lines", form_kwargs={"items": items})


def _row_of(line: DecisionLine) -> dict[str, Any]:
    names = ("item_id", "text", "quantity_accepted", "value_claimed", "value_accepted", "reason")
    return {name: getattr(line, name) for name in names}


def _new_row(item: ClaimItem) -> dict[str, Any]:
    return {
        "item_id": item.pk,
        "quantity_accepted": item.quantity_accepted,
        "value_claimed": item.value_claimed,
        "value_accepted": item.value_accepted,
    }


def to_lines(formset: Any) -> list[Line]:
    """The rows as the command takes them."""
    return [
        Line(
            item=form.item,
            text="" if form.item else form.cleaned_data["text"],
            quantity_accepted=form.cleaned_data["quantity_accepted"],
            value_claimed=form.cleaned_data["value_claimed"],
            value_accepted=form.cleaned_data["value_accepted"],
            reason=form.cleaned_data["reason"],
        )
        for form in said_rows(formset)
    ]


def said_rows(formset: Any) -> list[LineForm]:
    """The rows that say something, in their order."""
    return [form for form in formset if form.is_said]


def add_line_errors(form: DecisionForm, formset: Any, error: InvalidInput) -> None:
    """Put a command's objections to the decision or to the rows they concern."""
    rows: Iterable[LineForm] = said_rows(formset)
    by_place = dict(enumerate(rows))
    for name, texts in error.fields.items():
        words = [str(text) for text in texts]
        first, _dot, rest = name.partition(".")
        place, _dot, field = rest.partition(".")
        if first == "lines" and whole_number(place) in by_place:
            row = by_place[int(place)]
            row.add_error(field if field in row.fields else None, words)
        else:
            form.add_error(name if name in form.fields else None, words)

"""One row of the registration form: a product, its lot, how many and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.forms.formsets import formset_factory
from django.utils.translation import gettext_lazy as _

from claims.commands import ItemEdit
from claims.forms.fields import SearchField, currency_choices
from claims.lookups import defect_codes, lot_coded
from claims.models import ClaimItem
from core.ui.controls import DateInput, QuantityField, UnitField
from masterdata.models import DefectCode, Product, ProductionLine

MAX_ROWS = 200
PLAIN = (
    "product", "lot_code", "lot_unknown_reason", "serial_no", "line", "produced_on", "unit",
    "quantity_claimed", "quantity_delivered", "quantity_returned", "quantity_confirmed",
    "value_claimed", "currency", "defect", "defect_location",
)  # fmt: skip
# Fields that most items do without; they stand folded.
FOLDED = (
    "lot_unknown_reason", "quantity_delivered", "quantity_returned", "quantity_confirmed",
    "value_claimed", "serial_no", "defect_location", "other_defects",
)  # fmt: skip
# What a new row has without anybody having said it.
UNSAID = ("item_id", "unit", "currency", "DELETE")


def grouped_defects(codes: Iterable[DefectCode]) -> list[Any]:
    """Choices of the codes, those without a group first."""
    rows = sorted(codes, key=lambda code: code.group.code if code.group else "")
    grouped = groupby(rows, key=lambda code: code.group.name if code.group else "")
    choices: list[Any] = [("", "—")]
    for name, members in grouped:
        entries = [(code.pk, code.name) for code in members]
        choices += [(name, entries)] if name else entries
    return choices


class Offered:
    """What the rows of a form may choose from: active records, and those its items have already.

    A code that was deactivated, or the group that a reporter named, would get lost by saving.
    """

    def __init__(self, items: Iterable[ClaimItem] = ()) -> None:
        """`items` should come with their other defects prefetched."""
        items = list(items)
        others = {code.pk for item in items for code in item.other_defects.all()}
        defects = defect_codes({item.defect_id for item in items if item.defect_id} | others)
        lines = _active_or(ProductionLine, {item.line_id for item in items})
        grouped = grouped_defects(defects)
        self.rows: dict[str, QuerySet[Any]] = {
            "product": _active_or(Product, {item.product_id for item in items}),
            "line": lines,
            "defect": defects,
            "other_defects": defects,
        }
        self.choices: dict[str, list[Any]] = {
            "defect": grouped,
            "other_defects": grouped[1:],
            "line": [("", "—"), *lines.values_list("pk", "name")],
            "currency": currency_choices(item.currency for item in items),
        }


def _active_or(model: type[Product | ProductionLine], kept: set[int | None]) -> QuerySet[Any]:
    return model._default_manager.filter(Q(is_active=True) | Q(pk__in=kept - {None}))


def _quantity(label: Any) -> QuantityField:
    return QuantityField(label=label, required=False, min_value=0, max_digits=16, decimal_places=3)


class ItemForm(forms.Form):
    """Everything of an item that people write; the lot is typed and recognised when it is known."""

    item_id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    product = SearchField(
        Product.objects.none(),
        url_name="claims:lookup_products",
        label=_("Product"),
        required=False,
    )
    lot_code = forms.CharField(label=_("Lot"), required=False, max_length=64)
    lot_unknown_reason = forms.CharField(
        label=_("Why the lot is unknown"), required=False, max_length=300
    )
    quantity_claimed = _quantity(_("Claimed"))
    quantity_delivered = _quantity(_("Delivered"))
    unit = UnitField(label=_("Unit"), required=False, max_length=16)
    defect = forms.ModelChoiceField(
        DefectCode.objects.none(),
        label=_("Defect"),
        required=False,
        widget=forms.Select(attrs={"data-select": ""}),
    )
    other_defects = forms.ModelMultipleChoiceField(
        DefectCode.objects.none(),
        label=_("Other defects"),
        required=False,
        widget=forms.SelectMultiple(attrs={"data-select": ""}),
    )
    defect_location = forms.CharField(
        label=_("Place of the defect"), required=False, max_length=200
    )
    serial_no = forms.CharField(label=_("Serial number"), required=False, max_length=64)
    line = forms.ModelChoiceField(ProductionLine.objects.none(), label=_("Line"), required=False)
    produced_on = forms.DateField(label=_("Made on"), required=False, widget=DateInput())
    quantity_returned = _quantity(_("Returned"))
    quantity_confirmed = _quantity(_("Confirmed"))
    value_claimed = QuantityField(
        label=_("Value claimed"), required=False, min_value=0, max_digits=16, decimal_places=2
    )
    currency = forms.ChoiceField(label=_("Currency"), required=False)

    def __init__(self, *args: Any, offered: Offered, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in offered.rows.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
        for name, choices in offered.choices.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def lots_id(self) -> str:
        """Id of the list of suggested lots of this row."""
        return f"{self['lot_code'].id_for_label}-list"

    @property
    def lots_target(self) -> str:
        return f"#{self.lots_id}"

    @property
    def facts_id(self) -> str:
        """Id of the place where facts about the typed lot appear."""
        return f"{self['lot_code'].id_for_label}-facts"

    @property
    def has_more(self) -> bool:
        """Whether the folded fields say something, or something is wrong with them."""
        return any(self[name].errors or self[name].value() for name in FOLDED)

    def is_removed(self) -> bool:
        return bool(self.cleaned_data.get("DELETE"))

    def says_something(self) -> bool:
        """Whether more than the defaults of a new row was given."""
        said = (value for name, value in self.cleaned_data.items() if name not in UNSAID)
        return any(value not in (None, "", []) and value != () for value in map(_plain, said))

    def edit(self) -> ItemEdit:
        """The row as `save_record` takes it; an empty row is the removal of nothing."""
        item_id = self.cleaned_data.get("item_id")
        if self.is_removed() or not (item_id or self.says_something()):
            return ItemEdit(item_id=item_id, remove=True)
        return ItemEdit(values=self.values(), item_id=item_id)

    def values(self) -> dict[str, Any]:
        """The fields of the item; the lot record belongs to the code as typed."""
        data = self.cleaned_data
        values = {name: data[name] for name in PLAIN if name != "currency" or data[name]}
        values["lot"] = lot_coded(data["lot_code"], data["product"])
        values["other_defects"] = list(data["other_defects"])
        return values


def _plain(value: Any) -> Any:
    """A value to compare with nothing; a queryset as the rows it has."""
    return list(value) if hasattr(value, "iterator") else value


def item_initial(item: ClaimItem) -> dict[str, Any]:
    """What a row shows of an item; its other defects should be prefetched."""
    initial = {name: getattr(item, name) for name in PLAIN}
    others = [each.pk for each in item.other_defects.all()]
    return {"item_id": item.pk, "other_defects": others, **initial}


ItemFormSet = formset_factory(
    ItemForm, extra=0, can_delete=True, max_num=MAX_ROWS, absolute_max=MAX_ROWS
)

"""Form fields in the product's look: label above, hint, control, message, tied together by ids."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField, BoundWidget
from django.forms.forms import BaseForm
from django.forms.formsets import BaseFormSet
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

from core.kept_files import PostedFiles

GROUPS = (forms.RadioSelect, forms.CheckboxSelectMultiple)
SELECTS = (forms.Select, forms.SelectMultiple)
PLAIN = frozenset(f"django/forms/widgets/{kind}.html" for kind in ("text", "date", "number"))


@dataclass(frozen=True)
class FormError:
    """One line of the error summary; `target` is the id of the control, "" for the whole form."""

    label: str
    message: str
    target: str


@dataclass(frozen=True)
class Option:
    """One choice of a group; `tag` is its control.

    Written here rather than by Django's widget templates, three for each choice: the filters of a
    list have fifty choices.
    """

    value: Any
    choice_label: Any
    id_for_label: str
    tag: SafeString

    @classmethod
    def of(cls, option: BoundWidget) -> Option:
        data = option.data
        return cls(data["value"], option.choice_label, option.id_for_label, _input(data))


def _input(data: dict[str, Any]) -> SafeString:
    """The tag that Django's `input.html` draws of a widget's data."""
    value = {} if data["value"] is None else {"value": str(data["value"])}
    attrs = {"type": data["type"], "name": data["name"], **value, **data["attrs"]}
    shown = (
        f" {name}" if value is True else f' {name}="{conditional_escape(value)}"'
        for name, value in attrs.items()
        if value is not False and value is not None
    )
    return mark_safe(f"<input{''.join(shown)}>")


def _drawn(bound: BoundField, attrs: dict[str, Any]) -> SafeString:
    """The control; plain inputs, of which pages have many, without their template."""
    widget = bound.field.widget
    if widget.template_name not in PLAIN or bound.field.localize:
        return bound.as_widget(attrs=attrs)
    attrs = bound.build_widget_attrs(attrs, widget)
    if bound.auto_id and "id" not in widget.attrs:
        attrs.setdefault("id", bound.auto_id)
    return _input(widget.get_context(bound.html_name, bound.value(), attrs)["widget"])


def kind_of(bound: BoundField) -> str:
    """How a field is laid out: hidden, group, check, file or control."""
    widget = bound.field.widget
    if widget.is_hidden:
        return "hidden"
    if isinstance(widget, GROUPS):
        return "group"
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    return "file" if isinstance(widget, forms.FileInput) else "control"


def field_context(
    bound: BoundField,
    *,
    col: str = "",
    label: Any = None,
    hint: Any = None,
    look: str = "list",
    mark: bool = True,
    **attrs: Any,
) -> dict[str, Any]:
    """Everything components/field.html needs; `attrs` go to the control (`rows=4`)."""
    kind = kind_of(bound)
    field_id = bound.auto_id or bound.html_name
    hint = bound.help_text if hint is None else hint
    described = " ".join(
        part
        for part in (
            f"{field_id}-hint" if hint else "",
            f"{field_id}-error" if bound.errors else "",
        )
        if part
    )
    context = {
        "bound": bound,
        "kind": kind,
        "field_id": field_id,
        "col": col,
        "look": look,
        "label": bound.label if label is None else label,
        "hint": hint,
        "described": described,
        "optional": mark and not bound.field.required and kind in ("control", "file", "group"),
    }
    if kind == "group":
        bound.field.widget.attrs["class"] = "form-check-input" if look == "list" else ""
        context["options"] = [Option.of(each) for each in bound]
    elif kind != "hidden":
        context["one_file"] = kind == "file" and not bound.field.widget.attrs.get("multiple")
        context["control"] = _drawn(bound, _attributes(bound, kind, described, attrs))
    if kind == "file" and isinstance(bound.form.files, PostedFiles):
        context["kept"], context["not_kept"] = bound.form.files.keep(bound.html_name)
    return context


def _attributes(
    bound: BoundField, kind: str, described: str, extra: dict[str, Any]
) -> dict[str, Any]:
    widget = bound.field.widget
    base = "form-control"
    if kind == "check":
        base = "form-check-input"
    elif isinstance(widget, SELECTS):
        base = "form-select"
    own = widget.attrs.get("class", "")
    names = [base, own, "is-invalid" if bound.errors else ""]
    attributes: dict[str, Any] = {"class": " ".join(filter(None, names))}
    if kind == "file":
        # Else browsers say "No file chosen" there, in their own language.
        attributes["title"] = bound.label
    if described:
        attributes["aria-describedby"] = described
    if bound.errors:
        attributes["aria-invalid"] = "true"
    return attributes | {key.replace("_", "-"): value for key, value in extra.items()}


def chosen_words(bound: BoundField) -> str:
    """What a filter is set to: the label of one choice, "first +2" for several, or the value."""
    value = bound.value()
    values = [str(v) for v in (value if isinstance(value, list | tuple) else [value])]
    values = [v for v in values if v not in ("", "None")]
    if not values:
        return ""
    if not hasattr(bound.field, "choices"):
        return values[0]
    flat = dict(_flat_choices(bound.field.widget.choices))
    first = flat.get(values[0], values[0])
    return first if len(values) == 1 else f"{first} +{len(values) - 1}"


def _flat_choices(choices: Iterable[Any]) -> Iterable[tuple[str, str]]:
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat_choices(label)
        else:
            yield str(key), str(label)


def _flat(forms_or_sets: Iterable[Any]) -> Iterable[BaseForm]:
    for item in forms_or_sets:
        if isinstance(item, BaseFormSet):
            yield from item.forms
        elif item is not None:
            yield item


def form_errors(*forms_or_sets: BaseForm | BaseFormSet[Any] | None) -> dict[str, Any]:
    """The error summary of one or several forms and formsets."""
    lines: list[FormError] = []
    fields = 0
    for item in forms_or_sets:
        if isinstance(item, BaseFormSet) and item.is_bound:
            lines += [FormError("", str(text), "") for text in item.non_form_errors()]
    for form in _flat(forms_or_sets):
        if not form.is_bound:
            continue
        lines += [FormError("", str(text), "") for text in form.non_field_errors()]
        for bound in form:
            if bound.errors:
                fields += 1
                target = bound.auto_id or bound.html_name
                lines.append(FormError(str(bound.label), str(bound.errors[0]), target))
    title = gettext("Not saved")
    if fields:
        title = ngettext(
            "Not saved: correct %(count)d field", "Not saved: correct %(count)d fields", fields
        ) % {"count": fields}
    return {"title": title, "lines": lines}

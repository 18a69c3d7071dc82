"""Two people changed the same thing: what each of them changed, and a form that settles it.

The form on the page carries `version` and, by `{% form_base form %}`, the values it began with.
From those, the posted values and the present ones follows who changed what. The conflict panel is
itself an ordinary form with the same field names and the new version: sending it saves what was
chosen.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from core.text import whole_number

EMPTY = "—"
Values = tuple[str, ...]


@dataclass(frozen=True)
class FieldConflict:
    """One field that somebody changed; `changed` says who: "mine", "theirs" or "both"."""

    name: str
    label: str
    changed: str
    base: str
    theirs: str
    mine: str
    theirs_raw: str
    mine_raw: str


@dataclass(frozen=True)
class Unchanged:
    """A field both sides agree on; its values travel along hidden."""

    name: str
    values: Values


@dataclass(frozen=True)
class Conflict:
    """What components/conflict.html shows; `back` leads to the changes of the other side."""

    version: int
    who: str
    action: str
    fields: list[FieldConflict]
    same: list[Unchanged] = field(default_factory=list)
    back: str = ""
    hx: bool = False

    @property
    def open(self) -> int:
        """Fields that both sides changed, so that somebody has to choose."""
        return sum(1 for item in self.fields if item.changed == "both")

    @property
    def my_text(self) -> str:
        """Everything the user changed, as text to copy."""
        mine = [item for item in self.fields if item.changed != "theirs"]
        return "\n\n".join(f"{item.label}: {item.mine}" for item in mine)


def compare(
    mine: forms.BaseForm,
    theirs: forms.BaseForm,
    *,
    version: int,
    who: str,
    action: str,
    back: str = "",
    hx: bool = False,
) -> Conflict:
    """The conflict between a bound form and an unbound one of the present state.

    Fields with several values (check boxes, multiple selects) cannot be offered as one choice: the
    user's own are kept when they changed, and shown.
    """
    changed: list[FieldConflict] = []
    same: list[Unchanged] = []
    for bound in mine.visible_fields():
        name = bound.html_name
        base = _values(bound, _base_of(bound))
        ours = _values(bound, bound.data)
        others = _values(bound, theirs[bound.name].value())
        if ours == others:
            same.append(Unchanged(name, ours))
            continue
        side = "mine" if others == base else "theirs" if ours == base else "both"
        if max(len(ours), len(others)) > 1:
            same.append(Unchanged(name, others if side == "theirs" else ours))
            continue
        changed.append(_difference(bound, side, base, others, ours))
    hidden = [bound for bound in mine.hidden_fields() if bound.name != "version"]
    same += [Unchanged(bound.html_name, _values(bound, bound.data)) for bound in hidden]
    return Conflict(version, who, action, changed, same, back, hx)


def _difference(
    bound: BoundField, side: str, base: Values, theirs: Values, mine: Values
) -> FieldConflict:
    return FieldConflict(
        name=bound.html_name,
        label=str(bound.label),
        changed=side,
        base=_shown(bound, base),
        theirs=_shown(bound, theirs),
        mine=_shown(bound, mine),
        theirs_raw=theirs[0] if theirs else "",
        mine_raw=mine[0] if mine else "",
    )


def _base_of(bound: BoundField) -> Any:
    widget = bound.field.hidden_widget()
    return widget.value_from_datadict(bound.form.data, bound.form.files, bound.html_initial_name)


def _values(bound: BoundField, value: Any) -> Values:
    """A value as the strings a form would send."""
    if isinstance(bound.field.widget, forms.CheckboxInput):
        return ("on",) if value and str(value).lower() not in ("false", "0") else ()
    shown = bound.field.widget.format_value(bound.field.prepare_value(value))
    items = shown if isinstance(shown, list | tuple) else [shown]
    return tuple(str(item).replace("\r\n", "\n") for item in items if item not in (None, ""))


def _shown(bound: BoundField, values: Values) -> str:
    """The words a reader knows for a value: the label of a choice instead of its key."""
    labels = _labels(bound.field, values)
    return ", ".join(labels.get(value, value) for value in values) or EMPTY


def _labels(field: Any, values: Values) -> dict[str, str]:
    """Words for the keys in `values`; of a long table only those rows are read."""
    rows = getattr(field, "queryset", None)
    if rows is not None and not field.to_field_name:
        found = rows.filter(pk__in=[value for value in values if whole_number(value) is not None])
        return {str(row.pk): str(field.label_from_instance(row)) for row in found}
    labels: dict[str, str] = {}
    for key, label in getattr(field, "choices", None) or ():
        group = label if isinstance(label, list | tuple) else [(key, label)]
        labels |= {str(each): str(name) for each, name in group}
    return labels

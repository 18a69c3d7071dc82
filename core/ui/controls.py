"""Form fields and widgets that all apps share: dates, quantities, searchable selects, files."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.kept_files import LostFile
from core.ui.wording import is_russian, quantity, unit, unit_code

GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?\Z")
MEGABYTE = 1024 * 1024


class DateInput(forms.DateInput):
    """The browser's own date picker, which wants ISO dates whatever the language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DateTimeInput(forms.DateTimeInput):
    """The browser's own date and time picker, in the reader's time zone."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class QuantityField(forms.DecimalField):
    """A number typed the local way: "1 234,5", "1,234.5" and "1234.5" are the same."""

    widget = forms.TextInput

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.widget.attrs.setdefault("inputmode", "decimal")
        self.widget.attrs.setdefault("autocomplete", "off")

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        if isinstance(value, str):
            value = "".join(value.split())
            # In English 1,234 is a thousand; everywhere else, and in 1,5, the comma is decimal.
            grouped = not is_russian() and GROUPED.match(value)
            value = value.replace(",", "" if grouped else ".")
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        return quantity(value) if isinstance(value, Decimal | int | float) else value


class UnitField(forms.CharField):
    """A unit, shown and typed in the reader's language, kept as its code: "шт." is "pcs"."""

    def to_python(self, value: Any) -> str:
        return unit_code(super().to_python(value) or "")

    def prepare_value(self, value: Any) -> Any:
        return unit(value) if isinstance(value, str) else value


def _fits(queryset: Any, key: str, value: Any) -> bool:
    """Whether a value as it was sent can be a key at all."""
    meta = queryset.model._meta
    field = meta.pk if key == "pk" else meta.get_field(key)
    try:
        field.run_validators(field.to_python(value))
    except (ValidationError, TypeError, ValueError):
        return False
    return value not in (None, "") and "\0" not in str(value)


class _ChosenOnly:
    """Draws only the chosen options: the rest is searched at `data-url`."""

    choices: Any

    def optgroups(self, name: str, value: list[str], attrs: Any = None) -> Any:
        everything = self.choices
        queryset = getattr(everything, "queryset", None)
        if queryset is not None:
            key = everything.field.to_field_name or "pk"
            wanted = [v for v in value if _fits(queryset, key, v)]
            chosen = queryset.filter(**{f"{key}__in": wanted}) if wanted else ()
            self.choices = [everything.choice(row) for row in chosen]
            if not getattr(self, "allow_multiple_selected", False):
                self.choices.insert(0, ("", "—"))
        try:
            return super().optgroups(name, value, attrs)  # type: ignore[misc]
        finally:
            self.choices = everything


class RemoteSelect(_ChosenOnly, forms.Select):
    """A select over many rows, searched on the server: `RemoteSelect("masterdata:lots")`."""

    def __init__(self, url_name: str, attrs: dict[str, Any] | None = None) -> None:
        self.url_name = url_name
        super().__init__(attrs)

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> dict[str, Any]:
        from django.urls import reverse

        attrs = super().build_attrs(base_attrs, extra_attrs)
        return attrs | {"data-select": "", "data-url": reverse(self.url_name)}


class RemoteSelectMultiple(RemoteSelect, forms.SelectMultiple):
    """The same for several rows."""


class FilesInput(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class FilesField(forms.FileField):
    """Several files; the value is a list. What a file really is, the app that stores it decides."""

    widget = FilesInput

    def __init__(
        self, *, max_files: int = 10, max_size: int = 20 * MEGABYTE, **options: Any
    ) -> None:
        self.max_files, self.max_size = max_files, max_size
        super().__init__(**options)
        self.widget.attrs["data-max-size"] = max_size
        self.widget.attrs["multiple"] = True

    def files_in(self, data: Any) -> list[Any]:
        """The files of a sent form; a ValidationError names those that were kept and are lost."""
        files = data if isinstance(data, list | tuple) else [data]
        lost = [str(file) for file in files if isinstance(file, LostFile)]
        if lost:
            raise ValidationError(lost)
        return [file for file in files if file]

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = self.files_in(data)
        cleaned = [super(FilesField, self).clean(file, initial) for file in files]
        if not cleaned:
            super().clean(None, initial)
        if len(cleaned) > self.max_files:
            raise ValidationError(
                ngettext("At most %(n)d file.", "At most %(n)d files.", self.max_files)
                % {"n": self.max_files}
            )
        for file in cleaned:
            if file.size > self.max_size:
                raise ValidationError(
                    _("%(name)s is larger than %(limit)d MB."),
                    params={"name": file.name, "limit": self.max_size // MEGABYTE},
                )
        return cleaned

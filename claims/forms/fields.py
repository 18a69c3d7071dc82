"""Fields that several forms of claims share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.ui.controls import FilesField, RemoteSelect

TYPED = "typed:"
CURRENCIES = ("RUB", "EUR", "USD", "CNY", "BYN", "KZT")


def _is_typed(value: Any) -> bool:
    """Whether a value is a natural key typed by hand."""
    return isinstance(value, str) and value.startswith(TYPED)


class SearchSelect(RemoteSelect):
    """A select searched on the server; without JavaScript a code is typed beside it."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        typed = value.removeprefix(TYPED) if _is_typed(value) else ""
        select = super().render(name, "" if typed else value, attrs, renderer)
        label = gettext("or type its code, without the list")
        return format_html(
            '{}<noscript><label class="form-hint">{} <input class="form-control" name="{}-typed"'
            ' value="{}" autocomplete="off"></label></noscript>',
            select,
            label,
            name,
            typed,
        )

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        typed = data.get(f"{name}-typed", "").strip()
        return f"{TYPED}{typed}" if typed else super().value_from_datadict(data, files, name)


class SearchField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One row of a long table, found by search or, without JavaScript, by its natural key."""

    def __init__(self, queryset: Any, *, url_name: str, key: str = "code", **options: Any) -> None:
        self.key = key
        super().__init__(queryset, widget=SearchSelect(url_name), **options)

    def to_python(self, value: Any) -> Any:
        if not _is_typed(value):
            return super().to_python(value)
        typed = value.removeprefix(TYPED)
        rows: Any = self.queryset
        found = rows.filter(**{f"{self.key}__iexact": typed}).first()
        if found is None:
            raise ValidationError(
                _("There is no %(code)s. Check the code."), "unknown", {"code": typed}
            )
        return found


class AnyFiles(FilesField):
    """Several files of which none is refused here: the command says for each why it is not kept.

    Refusing the whole form would make people choose the good ones again.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return self.files_in(data)


def currency_choices(kept: Iterable[str] = ()) -> list[tuple[str, str]]:
    """The usual currencies, and those in use already: saving would lose what is not offered."""
    return [(code, code) for code in dict.fromkeys([*CURRENCIES, *filter(None, kept)])]


def text_area(rows: int, **attrs: Any) -> forms.Textarea:
    """A text area of so many rows."""
    return forms.Textarea(attrs={"rows": rows, **attrs})

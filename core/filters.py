"""Filters that lists share, pages and API alike."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

FLAGS = {"1": True, "true": True, "0": False, "false": False}


class _FlagField(forms.NullBooleanField):
    """Yes or no, as addresses write it; anything else is refused, not taken for nothing."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> bool | None:  # type: ignore[override]
        if value in (None, ""):
            return None
        if str(value).lower() not in FLAGS:
            raise ValidationError(_("Either 1 or 0."))
        return FLAGS[str(value).lower()]


class FlagFilter(django_filters.BooleanFilter):  # type: ignore[misc]
    """`1` or `true`, `0` or `false`."""

    field_class = _FlagField

"""The shapes of requests and answers: what comes in is checked strictly, what goes out is plain."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Model
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.serializers import BaseSerializer

FIRST_YEAR, LAST_YEAR = 1980, 2100
NO_OFFSET = _("Add the offset from UTC: 2026-11-24T10:00:00+03:00.")


def lacks_offset(text: str) -> bool:
    """Whether an instant leaves open in which part of the world it is."""
    moment = parse_datetime(text)
    return moment is not None and moment.tzinfo is None


class Input(serializers.Serializer[Any]):
    """A request body. A name it does not know is refused, so that a typing error is not lost."""

    default_error_messages = {"unknown": _("There is no field of this name here.")}

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = [name for name in data if name not in self.fields]
            if unknown:
                text = self.error_messages["unknown"]
                refusal = serializers.ErrorDetail(str(text), code="unknown")
                raise serializers.ValidationError({name: [refusal] for name in unknown})
        return super().to_internal_value(data)


class VersionedInput(Input):
    """A request body that may say which version of the object it was made from."""

    version = serializers.IntegerField(
        min_value=1,
        max_value=2**31 - 1,
        required=False,
        help_text="The version you have read; another one meanwhile is refused with 409.",
    )


class Output(serializers.Serializer[Any]):
    """An answer. Give it objects whose relations are loaded: it never asks the database.

    It knows nothing but the object (no request, no context), so one instance serves all answers.
    """


def shaped(shape: type[BaseSerializer[Any]], obj: Any) -> Any:
    """`obj` as `shape` shows it."""
    return _shaper(shape).to_representation(obj)


def all_shaped(shape: type[BaseSerializer[Any]], rows: Iterable[Any]) -> list[Any]:
    """Each of `rows` as `shape` shows it."""
    shaper = _shaper(shape)
    return [shaper.to_representation(row) for row in rows]


_shapers: dict[type[BaseSerializer[Any]], BaseSerializer[Any]] = {}


def _shaper(shape: type[BaseSerializer[Any]]) -> BaseSerializer[Any]:
    """The one instance: making one copies all its fields, which costs more than using it."""
    if shape not in _shapers:
        _shapers[shape] = shape()
    return _shapers[shape]


class CodeField(serializers.SlugRelatedField[Any]):
    """A record named by its natural key: `CodeField(Customer.objects.all())`.

    The serializer's context may bring `known`: model → {code: record}, read beforehand in one
    query for many rows.
    """

    default_error_messages = {
        "does_not_exist": _("There is no “{value}”."),
        "invalid": _("The code is a text."),
    }

    def __init__(self, queryset: Any = None, *, slug_field: str = "code", **options: Any) -> None:
        super().__init__(queryset=queryset, slug_field=slug_field, **options)

    def to_internal_value(self, data: Any) -> Model:
        if not isinstance(data, str):
            self.fail("invalid")
        queryset = self.get_queryset()
        assert queryset is not None
        known = self.context.get("known", {}).get(queryset.model)
        if known is None:
            return super().to_internal_value(data)  # type: ignore[no-any-return]
        if data not in known:
            self.fail("does_not_exist", slug_name=self.slug_field, value=data)
        return known[data]  # type: ignore[no-any-return]


class RowField(serializers.DictField):
    """One row of a bulk call, whatever it is: each is judged by itself and spoils no other."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return data


class LongText(serializers.CharField):
    """A text of several paragraphs."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": 20_000, **options})


class ShortText(serializers.CharField):
    """An optional text of one line: left out it stays, empty it is cleared."""

    def __init__(self, max_length: int, **options: Any) -> None:
        super().__init__(
            **{"max_length": max_length, "required": False, "allow_blank": True, **options}
        )


class MomentField(serializers.DateTimeField):
    """An instant that calendars can reckon with; RFC 3339."""

    default_error_messages = {
        "range": _("An instant between 1980 and 2100."),
        "no_offset": NO_OFFSET,
    }

    def to_internal_value(self, value: Any) -> datetime:
        moment = super().to_internal_value(value)
        if isinstance(value, str) and lacks_offset(value):
            self.fail("no_offset")
        if not FIRST_YEAR <= moment.year < LAST_YEAR:
            self.fail("range")
        return moment


class DayField(serializers.DateField):
    """A day that calendars can reckon with: `2026-11-24`."""

    default_error_messages = {"range": _("A day between 1980 and 2100.")}

    def to_internal_value(self, value: Any) -> date:
        day = super().to_internal_value(value)
        if not FIRST_YEAR <= day.year < LAST_YEAR:
            self.fail("range")
        return day


class QuantityField(serializers.DecimalField):
    """A quantity: a decimal with three places, as text in answers."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=16, decimal_places=3, **options)


class MoneyField(serializers.DecimalField):
    """An amount of money: a decimal with two places, as text in answers."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=16, decimal_places=2, **options)


class FullNameField(serializers.CharField):
    """The name of a person, asked for without looking at every time whether it can be called."""

    def get_attribute(self, instance: Any) -> str:
        return str(instance.get_full_name())


class PersonOut(Output):
    """A person, addressed by e-mail."""

    email = serializers.EmailField()
    name = FullNameField()

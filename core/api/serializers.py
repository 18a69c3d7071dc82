"""The shapes of requests and answers: what comes in is checked strictly, what goes out is plain."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers


class Input(serializers.Serializer[Any]):
    """A request body. A name it does not know is refused, so that a typing error is not lost."""

    default_error_messages = {"unknown": _("There is no field of this name here.")}

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = [name for name in data if name not in self.fields]
            if unknown:
                text = self.error_messages["unknown"]
                refusal = serializers.ErrorDetail(text, code="unknown")
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


class RemarkInput(VersionedInput):
    """A remark or reason, for commands that need nothing else."""

    remark = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")


class Output(serializers.Serializer[Any]):
    """An answer. Give it objects whose relations are loaded: it never asks the database."""


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
        known = self.context.get("known", {}).get(self.get_queryset().model)
        if known is None:
            return super().to_internal_value(data)  # type: ignore[no-any-return]
        if data not in known:
            self.fail("does_not_exist", slug_name=self.slug_field, value=data)
        return known[data]  # type: ignore[no-any-return]


class QuantityField(serializers.DecimalField):
    """A quantity: a decimal with three places, as text in answers."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=16, decimal_places=3, **options)


class MoneyField(serializers.DecimalField):
    """An amount of money: a decimal with two places, as text in answers."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=16, decimal_places=2, **options)


class PersonOut(Output):
    """A person, addressed by e-mail."""

    email = serializers.EmailField()
    name = serializers.CharField(source="get_full_name")

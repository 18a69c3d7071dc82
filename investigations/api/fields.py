"""Rows of the claim in the path, as the API names them. Facts go by their number (`5` is F5)."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from claims.models import Attachment
from investigations.models import Cause, Fact


@extend_schema_field(OpenApiTypes.INT32)
class RowOfClaim(serializers.SlugRelatedField[Any]):
    """A row of the claim in the path, by one of its fields; rows of other claims do not exist."""

    model: Any

    def get_queryset(self) -> QuerySet[Any]:
        view = self.context.get("view")
        claim = getattr(view, "claim", None) if view is not None and view.kwargs else None
        if claim is None:
            return self.model.objects.none()  # type: ignore[no-any-return]
        return self.model.objects.filter(claim=claim)  # type: ignore[no-any-return]

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, bool) or not isinstance(data, int) or not 0 < data < 2**31:
            self.fail("does_not_exist", slug_name=self.slug_field, value=str(data)[:40])
        return super().to_internal_value(data)


class FactField(RowOfClaim):
    """A fact of the claim by its number."""

    model = Fact

    def __init__(self, **options: Any) -> None:
        super().__init__(slug_field="number", queryset=Fact.objects.none(), **options)


class CauseField(RowOfClaim):
    """A cause of the claim by its id."""

    model = Cause

    def __init__(self, **options: Any) -> None:
        super().__init__(slug_field="pk", queryset=Cause.objects.none(), **options)


class EvidenceField(RowOfClaim):
    """A file of the claim by its id."""

    model = Attachment

    def __init__(self, **options: Any) -> None:
        super().__init__(slug_field="pk", queryset=Attachment.objects.none(), **options)


def facts_field(**options: Any) -> serializers.ListField:
    """Facts by their numbers, in requests."""
    return serializers.ListField(child=FactField(), max_length=100, **options)


class Linked(serializers.ListField):
    """Linked rows in an answer, each by one of its fields; they are loaded beforehand."""

    child = serializers.IntegerField()

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(read_only=True)

    def to_representation(self, data: Any) -> list[int]:
        return [getattr(row, self.name) for row in data.all()]


def fact_numbers() -> Any:
    """The numbers of linked facts, in answers."""
    return Linked("number")

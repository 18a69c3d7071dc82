"""Filters of master data."""

from __future__ import annotations

import django_filters
from django.utils.translation import gettext_lazy as _

from core.api.filters import MomentFilter
from core.filters import FlagFilter
from masterdata.models import Lot


class RecordFilter(django_filters.FilterSet):  # type: ignore[misc]
    """What all kinds of records can be narrowed by."""

    is_active = FlagFilter()
    updated_after = MomentFilter(
        label=_("Changed after"), field_name="updated_at", lookup_expr="gt"
    )
    code = django_filters.CharFilter(max_length=64)


class LotFilter(RecordFilter):
    """Lots, also by product and line."""

    product = django_filters.CharFilter(field_name="product__code", max_length=64)
    line = django_filters.CharFilter(field_name="line__code", max_length=64)
    is_blocked = FlagFilter(
        label=_("Held by a containment order"),
        field_name="blocked_at",
        lookup_expr="isnull",
        exclude=True,
    )

    class Meta:
        model = Lot
        fields: list[str] = []

"""Filters of lists, strictly: a filter that does not exist must not silently list everything."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_filters.fields import IsoDateTimeField
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.request import Request

from core.api.errors import ParameterInvalid
from core.api.serializers import FIRST_YEAR, LAST_YEAR, NO_OFFSET, lacks_offset

PAGING = frozenset({"cursor", "page_size", "ordering", "with_count"})


class _MomentField(IsoDateTimeField):  # type: ignore[misc]
    """An instant that databases can compare with."""

    def to_python(self, value: Any) -> datetime | None:
        # In an address that nobody encoded the sign of the offset arrives as a space.
        text = value.replace(" ", "+") if value else value
        moment: datetime | None = super().to_python(text)
        if moment is not None and lacks_offset(text):
            raise ValidationError(NO_OFFSET)
        if moment is not None and not FIRST_YEAR <= moment.year < LAST_YEAR:
            raise ValidationError(_("An instant between 1980 and 2100."))
        return moment


class MomentFilter(django_filters.IsoDateTimeFilter):  # type: ignore[misc]
    """By an instant; RFC 3339."""

    field_class = _MomentField


class StrictFilters(DjangoFilterBackend):  # type: ignore[misc]
    """The filterset that the view names as `filterset_class`; unknown names are refused."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> Any:
        filterset = self.get_filterset(request, queryset, view)
        known = PAGING | set(filterset.form.fields)
        unknown = sorted(set(request.query_params) - known)
        if unknown:
            text = _("There is no filter of this name here.")
            raise ParameterInvalid(dict.fromkeys(unknown, text), code="unknown")
        if not filterset.is_valid():
            raise ParameterInvalid({name: list(each) for name, each in filterset.errors.items()})
        return filterset.qs

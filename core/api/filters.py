"""Filters of lists, strictly: a filter that does not exist must not silently list everything."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.request import Request

from core.api.errors import ParameterInvalid

PAGING = frozenset({"cursor", "page_size", "ordering", "with_count"})


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

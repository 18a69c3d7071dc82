"""Counts of several querysets in one query."""

from __future__ import annotations

from django.db.models import IntegerField, Subquery


class CountRows(Subquery):
    """How many rows a queryset has, inside another query."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()
    empty_result_set_value = 0

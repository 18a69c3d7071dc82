"""Reading imports."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from imports.models import ImportProblem, ImportRun


def problems_of(run: ImportRun) -> QuerySet[ImportProblem, tuple[Any, ...]]:
    """Row, key, column, value, reason, and whether it was refused: all that did not go in."""
    return run.problems.values_list("row", "key", "column", "value", "reason", "is_refusal")

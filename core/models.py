"""Abstract bases only: core owns no table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models

from core import clock


class Timestamped(models.Model):
    """When a row came to be and was last changed, by the product's own clock."""

    created_at = models.DateTimeField(default=clock.now, editable=False)
    updated_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        abstract = True


class Versioned(Timestamped):
    """A row that people change; `version` is the optimistic lock that forms and ETags carry."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    def save_changes(self, *fields: str) -> None:
        """Write only `fields`, raise the version and the time of change."""
        self.version += 1
        self.updated_at = clock.now()
        self.save(update_fields=[*fields, "version", "updated_at"])


def keep_related(obj: models.Model, name: str, rows: Sequence[models.Model]) -> None:
    """Let `obj` know the rows on its other side, as after `prefetch_related(name)`."""
    known = getattr(obj, name).get_queryset()
    known._result_cache, known._prefetch_done = list(rows), True  # noqa: SLF001 - as Django does
    cache = obj.__dict__.setdefault("_prefetched_objects_cache", {})
    cache[name] = known


def changes_of(obj: models.Model, values: dict[str, Any]) -> dict[str, list[Any]]:
    """Set `values` on `obj` and return what really changed as `{field: [old, new]}` for its event.

    Nothing is saved. Foreign keys are compared and reported by their natural text.
    """
    changed: dict[str, list[Any]] = {}
    for name, new in values.items():
        old = getattr(obj, name)
        if old != new:
            setattr(obj, name, new)
            changed[name] = [old, new]
    return changed

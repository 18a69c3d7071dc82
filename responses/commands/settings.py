"""What quality managers set up: letter templates and the limits of legal review."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import transaction

from core.actors import Actor
from core.models import Versioned, changes_of
from events.commands import record
from responses import events
from responses.models import LegalLimit, LetterTemplate
from responses.policies import can_edit_templates, require_may

Row = TypeVar("Row", bound=Versioned)


def save_template(
    *, actor: Actor, template: LetterTemplate | None, values: dict[str, Any]
) -> LetterTemplate:
    """Add a letter template or change it. Raises NotPermitted."""
    return _save(actor, template or LetterTemplate(), values, events.TEMPLATE_CHANGED)


def save_limit(*, actor: Actor, limit: LegalLimit | None, values: dict[str, Any]) -> LegalLimit:
    """Set from which amount legal has to sign. Raises NotPermitted."""
    return _save(actor, limit or LegalLimit(), values, events.LIMIT_CHANGED)


def _save(actor: Actor, row: Row, values: dict[str, Any], kind: Any) -> Row:
    require_may(can_edit_templates(actor))
    with transaction.atomic():
        changes = changes_of(row, values)
        if row.pk is None:
            row.save()
        elif changes:
            row.save_changes(*changes)
        if changes:
            record(kind, actor=actor, subject=row, changes=changes)
    return row

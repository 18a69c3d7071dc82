"""What quality managers set up: letter templates and the limits of legal review."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from core.actors import Actor
from core.errors import InvalidInput
from core.models import Versioned, changes_of
from events.commands import record
from responses import events
from responses.filling import PLACEHOLDER, VALUES
from responses.models import LegalLimit, LetterTemplate
from responses.policies import can_edit_templates, require_may
from responses.states import FINAL_TEXTS

Row = TypeVar("Row", bound=Versioned)


def save_template(
    *, actor: Actor, template: LetterTemplate | None, values: dict[str, Any]
) -> LetterTemplate:
    """Add a letter template or change it.

    Raises NotPermitted, InvalidInput for a placeholder that nothing fills.
    """
    check_placeholders(values)
    return _save(actor, template or LetterTemplate(), values, events.TEMPLATE_CHANGED)


def check_placeholders(values: dict[str, Any]) -> None:
    """Every `{name}` in the texts is one that letters fill. Raises InvalidInput."""
    wrong: dict[str, Any] = {}
    for name in ("subject", *FINAL_TEXTS):
        text = str(values.get(name) or "")
        unknown = [each for each in PLACEHOLDER.findall(text) if each not in VALUES]
        if unknown:
            wrong[name] = _("There is no placeholder %(names)s.") % {
                "names": ", ".join(f"{{{each}}}" for each in unknown)
            }
    if wrong:
        raise InvalidInput(wrong)


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

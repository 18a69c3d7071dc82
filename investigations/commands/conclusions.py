"""The finding of a short investigation, and the is / is-not comparison."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from claims.models import Claim
from core.actors import Actor
from core.errors import InvalidInput
from core.inputs import one_of, said
from core.models import changes_of
from investigations import events
from investigations.commands.base import investigating, unchanged
from investigations.models import Fact, Finding, IsIsNot
from investigations.states import Dimension, FindingKind


def state_finding(
    *,
    actor: Actor,
    claim: Claim,
    kind: str,
    text: str,
    facts: Iterable[Fact],
    version: int | None = None,
) -> Finding:
    """State what the initial investigation came to and the facts it rests on; replaces the last.

    Raises NotPermitted, Stale, InvalidInput (no fact).
    """
    one_of("kind", kind, FindingKind)
    text = said("text", text, _("State the finding."))
    with investigating(actor, claim) as work:
        chosen = work.live_facts(facts)
        if not chosen:
            raise InvalidInput({"facts": _("Choose the fact that shows it.")}, code="required")
        work.begin()
        old = Finding.objects.filter(claim=work.claim).first()
        values = {"kind": kind, "text": text, "by": actor.user, "by_label": actor.label}
        finding = unchanged(old, version) if old else Finding(claim=work.claim)
        changes = changes_of(finding, values)
        if old:
            finding.save_changes(*values)
        else:
            finding.save()
        finding.facts.set(chosen)
        work.note(
            events.FINDING_STATED,
            finding,
            kind=kind,
            text=text,
            facts=[fact.number for fact in chosen],
            changes=changes if old else {},
        )
    return finding


def save_comparison(
    *,
    actor: Actor,
    claim: Claim,
    row: IsIsNot | None = None,
    values: dict[str, Any],
    version: int | None = None,
) -> IsIsNot:
    """Add a row of the comparison or change one (`dimension`, `is_text`, `is_not_text`,
    `distinction`).

    Raises NotPermitted, Stale, InvalidInput.
    """
    one_of("dimension", values.get("dimension", ""), Dimension)
    values = {**values, "is_text": said("is_text", values.get("is_text", ""), _("Say what is."))}
    with investigating(actor, claim) as work:
        if row is None:
            fresh = IsIsNot.objects.create(claim=work.claim, **values)
            changes = {name: ["", text] for name, text in values.items() if text}
        else:
            fresh = work.row(IsIsNot, row.pk, version)
            changes = changes_of(fresh, values)
            if changes:
                fresh.save_changes(*changes)
        if changes:
            work.note(events.COMPARED, fresh, changes=changes)
    return fresh


def remove_comparison(*, actor: Actor, claim: Claim, row: IsIsNot) -> None:
    """Take a row of the comparison out. Raises NotPermitted."""
    with investigating(actor, claim) as work:
        fresh = work.row(IsIsNot, row.pk)
        work.note(events.COMPARED, fresh, removed=str(fresh))
        fresh.delete()

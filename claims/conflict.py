"""Two people saved the same claim: the form and its rows compared field by field."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.forms.boundfield import BoundField
from django.urls import reverse
from django.utils.translation import gettext as _

from claims.forms.record import SEVERITY_HINTS, Record
from claims.models import Claim
from core.ui.conflicts import Conflict, FieldConflict, Unchanged, compare
from core.ui.marks import SEVERITY_WORDS
from events.selectors import list_claim_events


def conflict_of(mine: Record, theirs: Record, claim: Claim) -> Conflict:
    """What each side changed; sending the panel saves what was chosen on the present version.

    A row that the others removed stays as typed and is added again when sent.
    """
    found = compare(
        mine.form,
        theirs.form,
        version=claim.version,
        who=last_editor(claim),
        action=reverse("claims:edit", args=[claim.number]),
        back=reverse("claims:edit", args=[claim.number]),
    )
    fields, same = [_worded(each) for each in found.fields], list(found.same)
    same += _typed(mine.items.management_form)
    now = {row.initial.get("item_id"): row for row in theirs.items}
    for number, row in enumerate(mine.items, start=1):
        their_row = now.get(row.cleaned_data.get("item_id")) if row.cleaned_data else None
        if their_row is None:
            same += _typed(row)
            continue
        rows = compare(row, their_row, version=0, who="", action="")
        fields += [_numbered(each, number) for each in rows.fields]
        same += [each for each in rows.same if not each.name.endswith("-DELETE")]
        same += _typed([row["DELETE"]])
    return replace(found, fields=fields, same=same)


def last_editor(claim: Claim) -> str:
    """Who changed the claim last."""
    event = list_claim_events(claim.pk).first()
    return event.actor_label if event is not None else _("somebody")


def _typed(bounds: Iterable[BoundField]) -> list[Unchanged]:
    """Fields exactly as they were sent."""
    kept = []
    for bound in bounds:
        value: Any = bound.data
        values = value if isinstance(value, list | tuple) else [value]
        sent = tuple("on" if each is True else str(each) for each in values if each)
        kept.append(Unchanged(bound.html_name, sent))
    return kept


def _numbered(item: FieldConflict, number: int) -> FieldConflict:
    label = _("Item %(number)s: %(field)s") % {"number": number, "field": item.label}
    return replace(item, label=label)


def _worded(item: FieldConflict) -> FieldConflict:
    """The severity by its name; its choices in the form are explanations."""
    if item.name != "severity":
        return item
    names = {str(hint): str(SEVERITY_WORDS[value]) for value, hint in SEVERITY_HINTS}
    shown = {side: getattr(item, side) for side in ("base", "theirs", "mine")}
    return replace(item, **{side: names.get(text, text) for side, text in shown.items()})

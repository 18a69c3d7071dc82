"""The cells of the claims list, written here because a page has hundreds of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from claims.listing import Column
from claims.models import Claim, ClaimItem
from core.ui import marks, wording
from core.ui.icons import icon

register = template.Library()

Draw = Callable[[Claim, ClaimItem | None], Any]


def _muted(text: str) -> SafeString:
    return format_html('<span class="mut">{}</span>', text)


def _due(claim: Claim, item: ClaimItem | None) -> Any:
    if not claim.is_open:
        return ""
    soon, held = claim.step_soon_at, claim.step_held_at
    return marks.due(claim.step_due_at, mode="tight", soon_at=soon, held_at=held)


def _number(claim: Claim, item: ClaimItem | None) -> Any:
    url = reverse("claims:detail", args=[claim.number])
    return format_html('<a class="c-no" href="{}">{}</a>', url, claim.number)


def _severity(claim: Claim, item: ClaimItem | None) -> Any:
    return marks.severity(claim.severity, short=True)


def _product(claim: Claim, item: ClaimItem | None) -> Any:
    product = item.product if item is not None else None
    return format_html("<b>{}</b> {}", product.code, product.name) if product else ""


def _lot(claim: Claim, item: ClaimItem | None) -> Any:
    if item is None or item.lot is None or item.lot.blocked_at is None:
        return item.lot_code if item is not None else ""
    mark = icon("lock", 14, "txt-late")
    blocked = '{} {}<span class="visually-hidden">{}</span>'
    return format_html(blocked, item.lot_code, mark, _("blocked"))


def _step(claim: Claim, item: ClaimItem | None) -> Any:
    if claim.step_number is None:
        return marks.state("off", claim.get_step_display())
    return format_html(
        '<span class="q-stin">{}<span class="q-stn"><b>{}</b> <span>{}</span></span></span>',
        marks.track(claim.step_number, late=claim.is_late),
        claim.step_number,
        claim.get_step_display(),
    )


def _owner(claim: Claim, item: ClaimItem | None) -> Any:
    return claim.owner.get_short_name() if claim.owner else _muted(_("nobody"))


def _missing(claim: Claim, item: ClaimItem | None) -> Any:
    missing = claim.missing
    return marks.lack(missing.text, missing.kind, missing.title) if missing else ""


def _answer_due(claim: Claim, item: ClaimItem | None) -> Any:
    return marks.due(
        claim.response_due_at,
        claim.final_response_at,
        mode="tight",
        soon_at=claim.response_soon_at,
        held_at=claim.response_held_at,
    )


CELLS: dict[str, Draw] = {
    "due": _due,
    "number": _number,
    "severity": _severity,
    "product": _product,
    "lot": _lot,
    "step": _step,
    "missing": _missing,
    "owner": _owner,
    "received": lambda claim, item: wording.day(claim.received_at),
    "answer_due": _answer_due,
    "updated": lambda claim, item: wording.short_moment(claim.updated_at),
}
# Cut off where the column is narrow; pointing at them shows the rest.
TITLED = frozenset({"title", "customer", "defect"})


@register.simple_tag
def cells(columns: Iterable[Column], claim: Claim) -> SafeString:
    """One row's cells, in the order of the columns."""
    items = claim.items.all()
    item = items[0] if items else None
    return mark_safe("".join(_cell(column, claim, item) for column in columns))


def _cell(column: Column, claim: Claim, item: ClaimItem | None) -> str:
    draw = CELLS.get(column.name)
    shown = conditional_escape(column.value(claim) if draw is None else draw(claim, item))
    title = f' title="{shown}"' if column.name in TITLED else ""
    return f'<td class="{column.css}"{title}>{shown}</td>'

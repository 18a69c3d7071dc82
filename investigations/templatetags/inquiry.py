"""Marks of an investigation: how a cause stands, which facts something rests on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.ui import icons, marks
from investigations.models import AffectedLot, Cause, Fact
from investigations.states import CauseStatus, LotStatus

register = template.Library()

# Status → (class, icon).
CAUSE_MARKS = {
    CauseStatus.HYPOTHESIS: ("is-h", "question-mark"),
    CauseStatus.CONFIRMED: ("is-c", "check"),
    CauseStatus.RULED_OUT: ("is-x", "x"),
}
LOT_MARKS = {
    LotStatus.SUSPECTED: ("risk", "alert-triangle"),
    LotStatus.CONFIRMED: ("late", "alert-circle"),
    LotStatus.CLEARED: ("done", "check"),
}


@register.filter
def cause_class(cause: Cause) -> str:
    """The CSS class of a cause by its status."""
    css, _icon = CAUSE_MARKS[CauseStatus(cause.status)]
    return f"{css} is-root" if cause.is_root else css


@register.filter
def cause_word(cause: Cause) -> str:
    """hypothesis, confirmed, root cause or ruled out."""
    return _("root cause") if cause.is_root else str(cause.get_status_display())


@register.filter
def cause_icon(cause: Cause) -> SafeString:
    """The drawing of the status, to be put into an SVG."""
    return icons.shapes(_icon_of(cause))


@register.simple_tag
def cause_state(cause: Cause) -> SafeString:
    """The mark beside a cause."""
    return format_html(
        '<span class="h-st {}">{}{}</span>',
        cause_class(cause),
        icons.icon(_icon_of(cause), 14),
        cause_word(cause),
    )


@register.simple_tag
def status_mark(status: str, text: Any) -> SafeString:
    """The same mark for a number of causes or in a legend; `root` stands for the root cause."""
    css, name = ("is-c is-root", "target") if status == "root" else CAUSE_MARKS[CauseStatus(status)]
    return format_html('<span class="h-st {}">{}{}</span>', css, icons.icon(name, 14), text)


@register.simple_tag
def lot_state(affected: AffectedLot) -> SafeString:
    """The verdict on a lot."""
    kind, name = LOT_MARKS[LotStatus(affected.status)]
    return marks.state(kind, affected.get_status_display(), name)


@register.simple_tag
def fact_chips(facts: Iterable[Fact]) -> SafeString:
    """The chips of facts; superseded ones are struck."""
    return format_html_join(" ", "{}", ((fact_chip(fact),) for fact in facts))


@register.filter
def any_live(facts: Iterable[Fact]) -> bool:
    """Whether one of the facts was not superseded."""
    return any(fact.is_live for fact in facts)


@register.filter
def numbers(facts: Iterable[Fact]) -> str:
    """For `data-facts`: "5 12"."""
    return " ".join(str(fact.number) for fact in facts)


@register.filter
def fact_names(facts: Iterable[Fact]) -> str:
    """F5, F12."""
    return ", ".join(f"F{fact.number}" for fact in facts)


def _icon_of(cause: Cause) -> str:
    return "target" if cause.is_root else CAUSE_MARKS[CauseStatus(cause.status)][1]


@register.simple_tag
def fact_chip(fact: Fact) -> SafeString:
    """The chip of one fact."""
    chip = marks.fact(fact.number, f"#f{fact.number}")
    if fact.is_live:
        return chip
    return format_html('<del title="{}">{}</del>', _("superseded"), chip)

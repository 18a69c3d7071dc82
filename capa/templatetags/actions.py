"""Marks of actions: state, and the due date with how often it was moved."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from capa.models import Action
from capa.states import ActionState
from core.ui import icons, marks
from core.ui.wording import short_day

register = template.Library()

# State → (kind of mark, icon).
MARKS = {
    ActionState.PLANNED: ("new", "circle-dot"),
    ActionState.IN_PROGRESS: ("work", "progress"),
    ActionState.DONE: ("wait", "zoom-check"),
    ActionState.EFFECTIVE: ("done", "circle-check"),
    ActionState.INEFFECTIVE: ("late", "arrow-back-up"),
    ActionState.CANCELLED: ("off", "circle-off"),
}


@register.simple_tag
def action_state(action: Action) -> SafeString:
    """The state of an action; an open request for more time comes first."""
    if action.is_open and getattr(action, "asked", None):
        return marks.state("risk", _("extension asked"), "calendar-question")
    kind, icon = MARKS[ActionState(action.state)]
    return marks.state(kind, action.get_state_display(), icon)


@register.simple_tag
def action_due(action: Action, mode: str = "tight") -> SafeString:
    """When it is due, or was, and how often that was moved."""
    if action.due_at is None:
        return format_html('<span class="t-empty">{}</span>', _("no date"))
    if action.is_open:
        due: Any = marks.due(action.due_at, mode=mode)
    else:
        due = format_html('<span class="at-past mut3">{}</span>', short_day(action.due_at))
    return format_html("{}{}", due, _moved(action))


def _moved(action: Action) -> SafeString:
    times = action.moved_times
    if not times:
        return SafeString("")
    words = ngettext("the due date was moved once", "the due date was moved %(n)d times", times) % {
        "n": times
    }
    return format_html(
        ' <span class="at-ext" title="{0}">{1}<span aria-hidden="true">{2}</span>'
        '<span class="visually-hidden">, {0}</span></span>',
        words,
        icons.icon("calendar-repeat", 14),
        times,
    )

"""Template tags of the product's components; docs/howto/build-a-page.md shows each in use."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django import template
from django.forms.boundfield import BoundField
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.dates import WEEKDAYS
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from core.ui import fields, icons, marks, wording

register = template.Library()

NOTE_ICONS = {
    "": "info-circle",
    "act": "info-circle",
    "risk": "alert-triangle",
    "late": "alert-octagon",
    "done": "circle-check",
}

# --- Marks inside lines -----------------------------------------------------------------------

register.simple_tag(icons.icon, name="icon")
register.simple_tag(marks.severity, name="severity")
register.simple_tag(marks.track, name="track")
register.simple_tag(marks.due, name="due")
register.simple_tag(marks.state, name="state")
register.simple_tag(marks.tag, name="tag")
register.simple_tag(marks.fact, name="fact")
register.simple_tag(marks.lack, name="lack")
register.simple_tag(marks.person, name="person")

# --- Numbers, dates, words --------------------------------------------------------------------

register.filter("qty", wording.quantity)
register.filter("unit", wording.unit)
register.filter("country", wording.country)
register.filter("money", wording.money)
register.filter("percent", wording.percent)
register.filter("day", wording.day)
register.filter("short_day", wording.short_day)
register.filter("clock", wording.clock_time)
register.filter("moment", wording.moment)
register.filter("short_moment", wording.short_moment)
register.filter("deadline", wording.deadline)
register.filter("initials", marks.initials)
register.filter("by", wording.agree)
register.filter("bare_number", wording.bare_number)


@register.filter(needs_autoescape=True)
def typo(text: Any, autoescape: bool = True) -> SafeString:
    """Keep short Russian words with the next one, and numbers like 26-0147, L-2291 in one piece."""
    bound = wording.bind_short_words(str(conditional_escape(text) if autoescape else text))
    return mark_safe(wording.CODE.sub(r'<span class="nw">\g<0></span>', bound))


@register.filter
def nw(text: Any) -> SafeString:
    """Keep a number or code ("26-0147") on one line."""
    return format_html('<span class="nw">{}</span>', text)


@register.filter
def weekday(number: int) -> str:
    """The name of a weekday, 0 Monday to 6."""
    return str(WEEKDAYS[number]).capitalize()


@register.filter
def number_link(text: Any, url: str) -> SafeString:
    """A number as a link to the rows behind it."""
    return format_html('<a class="link-n" href="{}">{}</a>', url, text)


# --- Forms ------------------------------------------------------------------------------------


@register.simple_tag
def field(bound: BoundField, **options: Any) -> SafeString:
    """Label, control, hint and message of one field; options: col label hint look mark,
    anything else becomes an attribute of the control."""
    context = fields.field_context(bound, **options)
    return render_to_string("components/field.html", context)


@register.simple_tag
def form_key() -> SafeString:
    """One key for this showing of the form: sent twice, it has one effect and one answer."""
    return format_html('<input type="hidden" name="form_key" value="{}">', uuid.uuid4())


@register.inclusion_tag("components/form_errors.html")
def form_errors(*forms: Any) -> dict[str, Any]:
    """The error summary of one or several forms; nothing while there are no errors."""
    return fields.form_errors(*forms)


@register.simple_tag
def form_base(form: Any) -> SafeString:
    """What the form showed at first, hidden: lets a conflict tell who changed what."""
    return mark_safe("".join(bound.as_hidden(only_initial=True) for bound in form.visible_fields()))


@register.inclusion_tag("components/formset.html")
def formset(
    formset: Any, label: Any, add: Any = "", row: str = "components/formset_row.html"
) -> dict[str, Any]:
    """Repeatable rows; `row` is the template of one row and gets `form`."""
    return {"formset": formset, "label": label, "add": add, "row": row}


@register.simple_tag
def filter_field(bound: BoundField, **options: Any) -> SafeString:
    """A filter as a button that opens its choices; works without JavaScript."""
    context = fields.field_context(bound, **{"mark": False, "hint": "", **options})
    context["chosen"] = fields.chosen_words(bound)
    return render_to_string("components/filter_field.html", context)


# --- Blocks -----------------------------------------------------------------------------------


@register.simple_block_tag
def panel(content: Any, title: Any, **options: Any) -> SafeString:
    """A box with a header. Options: id, n (count), link, link_text, cls; `body=False` when the
    content is a table or a list that reaches the edges."""
    return _block("panel", content, title=title, **{"body": True, **options})


@register.simple_block_tag
def section(content: Any, title: Any, **options: Any) -> SafeString:
    """A section without a box, for right rails. Options: id, n, link, link_text."""
    return _block("section", content, title=title, **options)


@register.simple_block_tag
def note(content: Any, kind: str = "", **options: Any) -> SafeString:
    """An inline message; kinds: act risk late done or none. Options: icon, role, id."""
    return _block("note", content, kind=kind, **{"icon": NOTE_ICONS[kind], **options})


@register.simple_block_tag
def empty_state(content: Any, icon: str, title: Any, text: Any = "") -> SafeString:
    """What this place is, why it is empty; the content is what to do about it."""
    return _block("empty", content, icon=icon, title=title, text=text)


@register.simple_block_tag
def dialog(content: Any, name: str, title: Any) -> SafeString:
    """A native dialog with the id `name`, opened by `data-dialog="name"`."""
    return _block("dialog", content, id=name, title=title)


@register.simple_block_tag
def gate(content: Any, answers: Iterable[Any], **options: Any) -> SafeString:
    """What is needed to go on: open points first; the content is the one primary button.

    An answer has `met`, `sentence`, `detail`, `url` and may have `waiting` and `link_text`.
    Options: title, sub ("Step 5 → 6"), alt (a last line), id, oob.
    """
    points = sorted(answers, key=lambda point: bool(_value(point, "met")))
    met = sum(1 for point in points if _value(point, "met"))
    return _block(
        "gate",
        content,
        points=points,
        met=met,
        total=len(points),
        bars=_meter(met, len(points)),
        **{"id": "gate", **options},
    )


def _value(point: Any, name: str) -> Any:
    return point.get(name) if isinstance(point, dict) else getattr(point, name, None)


def _meter(met: int, total: int) -> list[dict[str, Any]]:
    """Bars of a 210 wide meter, one per point."""
    if not total:
        return []
    step = 210 / total
    width = round(step - 2.3, 1)
    return [
        {"x": f"{i * step:.1f}", "w": f"{max(width, 1):.1f}", "ok": i < met} for i in range(total)
    ]


def _block(name: str, content: Any, **context: Any) -> SafeString:
    return render_to_string(f"components/{name}.html", {"content": content, **context})


# --- Navigation -------------------------------------------------------------------------------


@register.inclusion_tag("components/tabs.html")
def tabs(items: Iterable[Any], label: Any, cls: str = "", oob: bool = False) -> dict[str, Any]:
    """Links to views or sections: label, url, current and maybe count, late, icon, id, target."""
    return {"items": items, "label": label, "cls": cls, "oob": oob}


@register.inclusion_tag("components/seg.html")
def seg(items: Iterable[Any], label: Any) -> dict[str, Any]:
    """Two to four exclusive views as links: label, url, current and maybe icon."""
    return {"items": items, "label": label}


@register.inclusion_tag("components/steps.html")
def steps(items: Iterable[Any], label: Any, line: Any = "") -> dict[str, Any]:
    """The steps in full width: number, name, kind (d n f s), late, url, when, who."""
    return {"items": items, "label": label, "line": line}


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: Any, page: Any = None, **options: Any) -> dict[str, Any]:
    """Keyset paging of a `core.paging.Page`; what the address says besides stays as it is.

    Options: text (what is shown), target (for htmx), next and previous (addresses of your own).
    """
    steps = {}
    if page is not None:
        steps = {
            "next": _with_query(context["request"], cursor=page.next),
            "previous": _with_query(context["request"], cursor=page.previous),
        }
    return {"next": "", "previous": "", "text": "", "target": "", **steps, **options}


def _with_query(request: HttpRequest, **changes: str) -> str:
    """The present address with some of its parameters changed; "" when there is nothing to set."""
    if not any(changes.values()):
        return ""
    query = request.GET.copy()
    for name, value in changes.items():
        query[name] = value
    return f"?{query.urlencode()}"


@register.inclusion_tag("components/sort.html", takes_context=True)
def sort_head(
    context: Any, label: Any, key: str, cls: str = "", param: str = "sort"
) -> dict[str, Any]:
    """A column head that sorts by `key`; a second click turns the order round.

    The order in force is that of the address, or else the variable of the parameter's name.
    """
    query = context["request"].GET.copy()
    now = query.get(param) or str(context.get(param, ""))
    order = {key: "ascending", f"-{key}": "descending"}.get(now, "")
    query[param] = f"-{key}" if now == key else key
    query.pop("cursor", None)
    return {"label": label, "order": order, "url": f"?{query.urlencode()}", "cls": cls}

"""Small marks inside lines and rows: severity, step track, deadline, state, tag, person."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core import clock
from core.ui import due as deadlines
from core.ui.icons import icon
from core.ui.wording import clock_time, deadline

SEVERITY_WORDS = {
    "critical": pgettext_lazy("severity", "Critical"),
    "major": pgettext_lazy("severity", "Major"),
    "minor": pgettext_lazy("severity", "Minor"),
}
SHORT_SEVERITY_WORDS = {
    "critical": pgettext_lazy("severity in a narrow column", "Critical"),
    "major": pgettext_lazy("severity in a narrow column", "Major"),
    "minor": pgettext_lazy("severity in a narrow column", "Minor"),
}
DIAMOND = "M6 1.1 10.9 6 6 10.9 1.1 6z"
SEVERITY_SHAPES = {
    "critical": '<path class="sv-f" d="M6 .7 11.3 6 6 11.3.7 6z"/>',
    "major": f'<path class="sv-o" d="{DIAMOND}"/><path class="sv-f" d="M6 1.1 10.9 6H1.1z"/>',
    "minor": f'<path class="sv-o" d="{DIAMOND}"/>',
}
# State kind → (class, icon), see DESIGN "c-state".
STATES = {
    "new": ("new", "sparkles"),
    "work": ("work", "progress"),
    "wait": ("wait", "hourglass"),
    "done": ("done", "check"),
    "risk": ("risk", "alert-triangle"),
    "late": ("late", "clock-exclamation"),
    "off": ("off", "circle-off"),
    "stop": ("stop", "hand-stop"),
}
# Kind of lack → (icon, what the icon says).
LACKS = {
    "lack": ("circle-dashed", ""),
    "wait": ("hourglass", _("waits for others")),
    "pause": ("player-pause", _("paused")),
    "go": ("arrow-right", _("can go on")),
}
TAG_ICONS = {"stop": "hand-stop", "risk": "alert-triangle", "done": "check", "act": "", "": ""}
GAP = 11  # from one segment of the track to the next
NOBODY = _("nobody yet")


def severity(value: str, word: bool = True, short: bool = False) -> SafeString:
    """Diamond and word; `word=False` keeps the word for screen readers only (dense rows).

    `short` writes "Значит." in narrow columns, with the whole word to point at.
    """
    key = str(value)
    if key not in SEVERITY_SHAPES:
        return format_html('<span class="c-sev t-empty">{}</span>', gettext("not judged"))
    return format_html(
        '<span class="c-sev is-{0}"{1}><svg class="sv" viewBox="0 0 12 12" aria-hidden="true"'
        ' focusable="false">{2}</svg><span{3}>{4}</span></span>',
        key,
        "" if word and not short else format_html(' title="{}"', SEVERITY_WORDS[key]),
        mark_safe(SEVERITY_SHAPES[key]),
        "" if word else mark_safe(' class="visually-hidden"'),
        (SHORT_SEVERITY_WORDS if short else SEVERITY_WORDS)[key],
    )


def track(
    step: int,
    total: int = 8,
    late: bool = False,
    skipped: str = "",
    closed: bool = False,
    label: str = "",
) -> SafeString:
    """The step meter: done, tall now (red when late), dashed skipped ("5 6"), pale ahead."""
    if not label:
        label = gettext("closed") if closed else gettext("step %(step)d of %(total)d")
        label %= {"step": step, "total": total}
    return format_html(
        '<svg class="c-track" viewBox="0 0 {} 12" role="img" aria-label="{}">{}</svg>',
        total * GAP - 2,
        label,
        _bars(step, total, late, str(skipped), closed),
    )


@lru_cache(maxsize=512)
def _bars(step: int, total: int, late: bool, skipped: str, closed: bool) -> SafeString:
    """The drawing of a track: lists repeat the same few in every row."""
    missed = {int(part) for part in skipped.replace(",", " ").split()}
    bars = [
        (_track_class(number, step, late=late, closed=closed, missed=missed), number)
        for number in range(1, total + 1)
    ]
    return format_html_join(
        "",
        '<rect class="{}" x="{}" y="{}" width="9" height="{}" rx="1"/>',
        ((cls, (number - 1) * GAP, *_bar(cls)) for cls, number in bars),
    )


def _track_class(number: int, step: int, *, late: bool, closed: bool, missed: set[int]) -> str:
    if number in missed and number != step:
        return "tk-s"
    if closed or number < step:
        return "tk-d"
    if number == step:
        return "tk-l" if late else "tk-n"
    return "tk-f"


def _bar(cls: str) -> tuple[int, int]:
    """Top and height: only the present step is tall, so that "now" does not hang on colour."""
    return (0, 12) if cls in ("tk-n", "tk-l") else (3, 6)


def due(
    due_at: datetime | None,
    done_at: datetime | None = None,
    mode: str = "long",
    soon_at: datetime | None = None,
    held_at: datetime | None = None,
    now: datetime | None = None,
) -> SafeString:
    """A deadline. Modes: long (date and words), tight (tables), clock (two lines), words."""
    if due_at is None:
        return format_html('<span class="t-empty">{}</span>', gettext("no date"))
    seen = deadlines.standing(due_at, done_at=done_at, soon_at=soon_at, held_at=held_at, now=now)
    return DUE_MODES[mode](seen, now)


def _due_frame(seen: deadlines.Due, inner: Any, title: str = "") -> SafeString:
    soon = gettext("due soon") if seen.is_soon else ""
    return format_html(
        '<span class="c-due is-{}"{}>{}<span>{}{}</span></span>',
        seen.css,
        format_html(' title="{}"', title) if title else "",
        icon("alert-triangle" if soon else seen.icon),
        inner,
        format_html('<span class="visually-hidden">, {}</span>', soon) if soon else "",
    )


def _due_long(seen: deadlines.Due, now: datetime | None) -> SafeString:
    inner = format_html(
        '<b>{}</b> <span class="du-rel">{}</span>', deadlines.date_words(seen), seen.words
    )
    return _due_frame(seen, inner, deadline(seen.at))


def _due_words(seen: deadlines.Due, now: datetime | None) -> SafeString:
    return _due_frame(seen, format_html("<b>{}</b>", seen.words), deadline(seen.at))


def _due_tight(seen: deadlines.Due, now: datetime | None) -> SafeString:
    inner = format_html(
        '<b>{}</b> <span class="du-rel" aria-hidden="true">{}</span>'
        '<span class="visually-hidden">, {}</span>',
        deadlines.date_words(seen),
        seen.short,
        seen.words,
    )
    return _due_frame(seen, inner, f"{seen.words} ({deadline(seen.at)})")


def _due_clock(seen: deadlines.Due, now: datetime | None) -> SafeString:
    if seen.kind == "today":
        left = seen.at - (now or clock.now())
        first = format_html("<b>{}</b>", clock_time(seen.at))
        second = gettext("in %(span)s") % {"span": deadlines.span(left)}
    else:
        words = gettext("tomorrow") if seen.kind == "soon" else seen.words
        first, second = format_html('<span class="du-rel">{}</span>', words), deadline(seen.at)
    return format_html(
        '<span class="wk-due">{}<small>{}</small></span>', _due_frame(seen, first), second
    )


DUE_MODES = {"long": _due_long, "words": _due_words, "tight": _due_tight, "clock": _due_clock}


def state(kind: str, text: Any, icon_name: str = "") -> SafeString:
    """Icon and word; kinds: new work wait done risk late off stop."""
    cls, usual = STATES[kind]
    return format_html(
        '<span class="c-state is-{}">{}<span>{}</span></span>', cls, icon(icon_name or usual), text
    )


def lack(text: Any, kind: str = "lack", title: Any = "") -> SafeString:
    """What a thing lacks to go on, in a few words; kinds: lack, wait (for others), pause, go."""
    name, said = LACKS[kind]
    return format_html(
        '<span class="c-lack is-{}" title="{}">{}{}<span class="cut">{}</span></span>',
        kind,
        title or text,
        icon(name, 14) if name else "",
        format_html('<span class="visually-hidden">{}: </span>', said) if said else "",
        text,
    )


def tag(text: Any, kind: str = "", icon_name: str = "") -> SafeString:
    """A small filled label for objects and orders; kinds: stop risk done act or none."""
    name = icon_name or TAG_ICONS[kind]
    return format_html(
        '<span class="c-tag{}">{}{}</span>',
        f" is-{kind}" if kind else "",
        icon(name) if name else "",
        text,
    )


def fact(number: Any, url: str = "") -> SafeString:
    """A fact's chip, "F5". Pointing at it lights up everything that rests on it."""
    element = "a" if url else "span"
    return format_html(
        '<{0} class="c-fact"{1} data-fact="{2}">'
        '<span class="visually-hidden">{3} </span>F{2}</{0}>',
        mark_safe(element),
        format_html(' href="{}"', url) if url else "",
        number,
        gettext("fact"),
    )


def initials(name: str) -> str:
    """Two letters for a name: "Anna Kravtsova" → AK."""
    words = [word for word in name.replace(".", " ").split() if word[0].isalnum()]
    return "".join(word[0] for word in words[:2]).upper() or "?"


def person(user: Any, role: Any = "", full: bool = False, none: Any = NOBODY) -> SafeString:
    """Initials and short name ("A. Kravtsova"), the role below; also takes a plain name."""
    if not user:
        return format_html('<span class="t-empty">{}</span>', none)
    whole = user.get_full_name() if hasattr(user, "get_full_name") else str(user)
    short = user.get_short_name() if hasattr(user, "get_short_name") else whole
    return format_html(
        '<span class="c-person"><span class="pa" aria-hidden="true">{}</span>'
        '<span class="pn">{}{}</span></span>',
        initials(whole),
        whole if full else short,
        format_html("<small>{}</small>", role) if role else "",
    )

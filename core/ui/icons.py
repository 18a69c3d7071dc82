"""Outline icons as inline SVG, read once from static/vendor/icons (Tabler, filled by ./run)."""

from __future__ import annotations

import logging
import re
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

log = logging.getLogger(__name__)
SIZES = {14: "s14", 16: "", 20: "s20", 24: "s24"}
NAME = re.compile(r"[a-z0-9-]+\Z")
FRAME = re.compile(r'<path[^>]*d="M0 0h24v24H0z"[^>]*/>')


class UnknownIcon(LookupError):
    """There is no icon of this name in the set."""


def folder() -> Path:
    """Where the icon files are."""
    return Path(settings.BASE_DIR) / "static" / "vendor" / "icons" / "outline"


@lru_cache(maxsize=512)
def shapes(name: str) -> SafeString:
    """The drawing inside the icon's SVG element."""
    path = folder() / f"{name}.svg"
    if not NAME.match(name) or not path.is_file():
        raise UnknownIcon(f"There is no icon {name!r} in {folder()}.")
    body = path.read_text(encoding="utf-8")
    inner = body[body.index(">", body.index("<svg")) + 1 : body.rindex("</svg>")]
    return mark_safe(" ".join(FRAME.sub("", inner).split()))


def icon(name: str, size: int = 16, cls: str = "") -> SafeString:
    """An icon for sighted readers; the meaning stands in text beside it.

    An unknown name stops a debug start and the tests; in production the page goes without it.
    """
    try:
        drawing = shapes(name)
    except UnknownIcon:
        if getattr(settings, "STRICT_ICONS", settings.DEBUG):
            raise
        log.warning("unknown icon", extra={"icon": name})
        return SafeString("")
    return _framed(drawing, " ".join(filter(None, ["i", SIZES[size], cls])))


@lru_cache(maxsize=1024)
def _framed(drawing: SafeString, classes: str) -> SafeString:
    """A page has a hundred icons of a few kinds."""
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>',
        classes,
        drawing,
    )

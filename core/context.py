"""What every page knows: the sidebar, the theme, the reader's habits."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from core import navigation

THEMES = ("light", "dark")
THEME_COOKIE = "theme"
SIDE_COOKIE = "side"


def theme_of(request: HttpRequest) -> str:
    """light, dark, or "" to follow the system: the person's own choice wins over the cookie."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        chosen = getattr(user, "theme", "")
    else:
        chosen = request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else ""


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of the page frame; everything that costs anything is lazy."""
    user = getattr(request, "user", None) or AnonymousUser()
    signed_in = user.is_authenticated
    entries = SimpleLazyObject(lambda: navigation.entries(request) if signed_in else [])
    return {
        "nav_entries": entries,
        "phone_entries": SimpleLazyObject(lambda: [each for each in entries if each.item.phone]),
        "links": SimpleLazyObject(lambda: navigation.shortcuts(user)),
        "theme": theme_of(request),
        "keys_enabled": getattr(user, "keys_enabled", True),
        "company": getattr(settings, "COMPANY_NAME", ""),
        "help_desk": getattr(settings, "HELP_DESK", ""),
        "side_collapsed": request.COOKIES.get(SIDE_COOKIE) == "small",
    }

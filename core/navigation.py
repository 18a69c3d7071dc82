"""The sidebar as a registry: each app adds its own entries from `AppConfig.ready()`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse


@dataclass(frozen=True)
class NavItem:
    """An entry of the sidebar.

    `order` also groups: a rule is drawn where its hundreds change (10 and 20 together, 110 apart).
    `count` gets the request and answers a number or None, `visible` gets the user; both are cheap.
    `phone` puts the entry into the bottom bar, `key` is the letter after "g". The entry stays
    marked on every page whose address begins with its own. `live` is the URL name of the count as
    a fragment: the open page asks for it now and then.
    """

    name: str
    label: Any
    url_name: str
    icon: str
    order: int
    count: Callable[[HttpRequest], int | None] | None = None
    visible: Callable[[Any], bool] | None = None
    phone: bool = False
    key: str = ""
    live: str = ""


@dataclass(frozen=True)
class Entry:
    """A NavItem as one request shows it."""

    item: NavItem
    url: str
    current: bool
    starts_group: bool
    request: HttpRequest

    @property
    def live_url(self) -> str:
        """Where the open page asks for the count, or "" for one that stands still."""
        return reverse(self.item.live) if self.item.live else ""

    @property
    def count(self) -> int | None:
        """Asked for once per request, only when the page draws it."""
        if self.item.count is None:
            return None
        cache: dict[str, int | None] = self.request.__dict__.setdefault("_nav_counts", {})
        if self.item.name not in cache:
            cache[self.item.name] = self.item.count(self.request)
        return cache[self.item.name]


def tell_count(request: HttpRequest, name: str, count: int | None) -> None:
    """Let the entry `name` show a count that the page has anyway, rather than ask for it again."""
    request.__dict__.setdefault("_nav_counts", {})[name] = count


@dataclass(frozen=True)
class Shortcut:
    """An address that the frame itself offers, under a name the templates know."""

    url_name: str
    visible: Callable[[Any], bool] | None = None


_items: dict[str, NavItem] = {}
_shortcuts: dict[str, Shortcut] = {}


def register(item: NavItem) -> None:
    """Add an entry; the same name again replaces it."""
    _items[item.name] = item


def register_shortcut(
    name: str, url_name: str, visible: Callable[[Any], bool] | None = None
) -> None:
    """Offer a page in the frame: home, report, new_claim, search, profile, public_claim …"""
    _shortcuts[name] = Shortcut(url_name, visible)


def shortcuts(user: Any) -> dict[str, str]:
    """Addresses of the frame's own links for this user; those without a page are left out."""
    found: dict[str, str] = {}
    for name, shortcut in _shortcuts.items():
        # Who may see what is a question about people: guests get only what is for everybody.
        if shortcut.visible is not None and not (user.is_authenticated and shortcut.visible(user)):
            continue
        try:
            found[name] = reverse(shortcut.url_name)
        except NoReverseMatch:
            continue
    return found


def entries(request: HttpRequest) -> list[Entry]:
    """The entries this request's user may see, in order; entries without a page are left out."""
    shown: list[Entry] = []
    group = None
    for item in sorted(_items.values(), key=lambda entry: entry.order):
        if item.visible is not None and not item.visible(request.user):
            continue
        try:
            url = reverse(item.url_name)
        except NoReverseMatch:
            continue
        current = request.path == url or (url != "/" and request.path.startswith(url))
        starts = group is not None and item.order // 100 != group
        group = item.order // 100
        shown.append(Entry(item, url, current, starts, request))
    return shown

"""The sidebar as a registry: each app adds its own entries from `AppConfig.ready()`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from core.counting import CountRows

# Beyond that the sidebar says "99+", and nothing is counted any further.
MOST = 99


@dataclass(frozen=True)
class NavItem:
    """An entry of the sidebar.

    `order` also groups: a rule is drawn where its hundreds change (10 and 20 together, 110 apart).
    `rows` gets the request and answers what is counted beside the label, `count_words` says what
    that is; `visible` gets the user and is cheap. `phone` puts the entry into the bottom bar, `key`
    is the letter after "g". The entry stays marked on every page whose address begins with its own.
    `live` is the URL name of the count as a fragment: the open page asks for it now and then.
    """

    name: str
    label: Any
    url_name: str
    icon: str
    order: int
    rows: Callable[[HttpRequest], Iterable[QuerySet[Any]]] | None = None
    count_words: Any = ""
    visible: Callable[[Any], bool] | None = None
    phone: bool = False
    key: str = ""
    live: str = ""


@dataclass
class Counts:
    """The numbers beside the entries of one request, counted when the page draws the first one."""

    request: HttpRequest
    items: list[NavItem] = field(default_factory=list)

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Name → how many; those that the page has not told, all in one query."""
        told = _told(self.request)
        asked = {
            item.name: [_capped(rows) for rows in item.rows(self.request)]
            for item in self.items
            if item.rows is not None and item.name not in told
        }
        columns = [column for each in asked.values() for column in each]
        if not columns:
            return told
        people: QuerySet[Any] = get_user_model().objects.filter(pk__in=[self.request.user.pk])
        found = iter(people.values_list(*columns).get())
        return {name: sum(next(found) for _ in each) for name, each in asked.items()} | told


def _capped(rows: QuerySet[Any]) -> CountRows:
    return CountRows(rows.order_by().values("pk")[: MOST + 1])


def _told(request: HttpRequest) -> dict[str, int]:
    told: dict[str, int] = request.__dict__.setdefault("_nav_counts", {})
    return told


def tell_count(request: HttpRequest, name: str, count: int) -> None:
    """Let the entry `name` show a count that the page has anyway, rather than ask for it again."""
    _told(request)[name] = count


@dataclass(frozen=True)
class Entry:
    """A NavItem as one request shows it."""

    item: NavItem
    url: str
    current: bool
    starts_group: bool
    counts: Counts

    @property
    def live_url(self) -> str:
        """Where the open page asks for the count, or "" for one that stands still."""
        return reverse(self.item.live) if self.item.live else ""

    @property
    def count(self) -> int | None:
        """How much there is, counted up to one past `MOST`; None where nothing is counted."""
        return self.counts.numbers.get(self.item.name)


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
    counts = Counts(request)
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
        counts.items.append(item)
        shown.append(Entry(item, url, current, starts, counts))
    return shown

"""The frame of the claim page, which apps above fill without claims reaching up to them.

A tab is a page of its own app at its own address that extends `claims/claim_base.html` with the
context made here; a panel is a piece of the overview rendered by its app. Both are registered from
`AppConfig.ready()`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from claims import frame
from claims.models import Claim
from claims.policies import (
    can_attach_file,
    can_coordinate_claim,
    can_edit_claim,
    can_investigate,
)
from claims.selectors import get_claim, is_watching, list_clocks, list_step_records, open_pause
from claims.states import ClockKind
from core import clock
from core.actors import Actor
from core.ui.due import span


@dataclass(frozen=True)
class Tab:
    """A section of the claim page. `count` answers a short text beside the label, or "".

    `visible` gets actor and claim.
    """

    name: str
    label: Any
    url_name: str
    order: int
    count: Callable[[Claim], str] | None = None
    visible: Callable[[Actor, Claim], bool] | None = None


@dataclass(frozen=True)
class Panel:
    """A piece of the overview: `render` answers its HTML, or "" to be left out.

    `place` is "main" or "rail".
    """

    name: str
    place: str
    order: int
    render: Callable[[HttpRequest, Claim], str]


@dataclass(frozen=True)
class MenuLink:
    """An entry of the claim page's "more" menu: `url` answers an address, or "" to be left out.

    A `modal` entry opens its page as a dialog.
    """

    name: str
    label: Any
    icon: str
    order: int
    url: Callable[[Actor, Claim], str]
    modal: bool = False


_tabs: dict[str, Tab] = {}
_panels: dict[str, Panel] = {}
_links: dict[str, MenuLink] = {}


def register_tab(tab: Tab) -> None:
    """Add a section to every claim page."""
    _tabs[tab.name] = tab


def register_panel(panel: Panel) -> None:
    """Add a piece to the overview of every claim."""
    _panels[panel.name] = panel


def register_menu_link(link: MenuLink) -> None:
    """Add an entry to the "more" menu of every claim (the 8D report, for one)."""
    _links[link.name] = link


@dataclass(frozen=True)
class ShownTab:
    """A tab as one claim shows it.

    `count` is None where nothing is counted, and "" where there is nothing yet: the place for the
    number is there then, to be filled without loading the page anew.
    """

    name: str
    label: str
    url: str
    count: str | None
    current: bool


@dataclass(frozen=True)
class ShownLink:
    """A menu entry as one person sees it."""

    label: str
    url: str
    icon: str
    modal: bool


def claim_of(request: HttpRequest, number: str) -> Claim:
    """The claim of a page request; Claim.DoesNotExist (a 404) when it is not to be seen."""
    return get_claim(Actor.of_request(request), number)


def claim_context(request: HttpRequest, claim: Claim, tab: str) -> dict[str, Any]:
    """What `claims/claim_base.html` needs: claim, tabs, steps, the gate and the moves."""
    actor = Actor.of_request(request)
    records = list_step_records(claim)
    tabs = _shown_tabs(actor, claim, tab)
    items, clocks = list(claim.items.all()), list_clocks(claim)
    return {
        "claim": claim,
        "items": items,
        "lots": frame.lots_of(items),
        "tabs": tabs,
        "current_tab": next((each for each in tabs if each.current), None),
        "step_records": records,
        "steps": frame.step_items(claim, records, clocks),
        "skipped": frame.skipped_numbers(claim, records),
        "clocks": clocks,
        "step_clock": frame.step_clock(claim, claim.step, clocks),
        "response_clock": next((c for c in clocks if c.kind == ClockKind.FINAL_RESPONSE), None),
        "open_for": span(clock.now() - claim.received_at),
        "pause": open_pause(claim),
        "menu_links": _shown_links(actor, claim),
        "watching": is_watching(actor, claim),
        "can_edit": can_edit_claim(actor, claim),
        "can_coordinate": can_coordinate_claim(actor, claim),
        "can_attach": can_attach_file(actor, claim),
        **gate_context(actor, claim),
    }


def gate_context(actor: Actor, claim: Claim) -> dict[str, Any]:
    """What `claims/gate.html` needs: the moves, and the points of the one the page leads to."""
    moves = frame.moves_of(actor, claim)
    main = frame.main_move_of(claim, moves)
    helps = can_edit_claim(actor, claim) or can_investigate(actor, claim)
    return {
        "claim": claim,
        "moves": moves,
        "main_move": main,
        "other_moves": [each for each in moves if each is not main and each.allowed],
        "gate": frame.gate_of(claim, main, helps=helps or (main is not None and main.allowed)),
    }


def _shown_tabs(actor: Actor, claim: Claim, current: str) -> list[ShownTab]:
    return [
        ShownTab(
            name=tab.name,
            label=str(tab.label),
            url=reverse(tab.url_name, args=[claim.number]),
            count=tab.count(claim) if tab.count else None,
            current=tab.name == current,
        )
        for tab in sorted(_tabs.values(), key=lambda each: each.order)
        if tab.visible is None or tab.visible(actor, claim)
    ]


def _shown_links(actor: Actor, claim: Claim) -> list[ShownLink]:
    links = sorted(_links.values(), key=lambda each: each.order)
    found = [(each, each.url(actor, claim)) for each in links]
    return [ShownLink(str(each.label), url, each.icon, each.modal) for each, url in found if url]


def panels_html(request: HttpRequest, claim: Claim, place: str) -> list[str]:
    """The rendered panels of one place of the overview, empty ones left out."""
    panels = sorted(_panels.values(), key=lambda each: each.order)
    shown = [panel.render(request, claim) for panel in panels if panel.place == place]
    return [html for html in shown if html]

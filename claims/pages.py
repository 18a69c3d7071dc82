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

from claims.lifecycle import Transition, main_transition, transitions_from
from claims.models import Claim
from claims.policies import can_edit_claim, can_move_claim
from claims.requirements import Answer, answers_for
from claims.selectors import get_claim, list_clocks, list_step_records
from core.actors import Actor


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


_tabs: dict[str, Tab] = {}
_panels: dict[str, Panel] = {}


def register_tab(tab: Tab) -> None:
    """Add a section to every claim page."""
    _tabs[tab.name] = tab


def register_panel(panel: Panel) -> None:
    """Add a piece to the overview of every claim."""
    _panels[panel.name] = panel


@dataclass(frozen=True)
class ShownTab:
    """A tab as one claim shows it."""

    name: str
    label: str
    url: str
    count: str
    is_current: bool


@dataclass(frozen=True)
class Move:
    """A transition as one person sees it on one claim."""

    transition: Transition
    allowed: bool
    answers: list[Answer]

    @property
    def missing(self) -> int:
        """How many requirements are open."""
        return sum(not each.met for each in self.answers)

    @property
    def ready(self) -> bool:
        """The person may do it and nothing is missing."""
        return self.allowed and not self.missing


def claim_of(request: HttpRequest, number: str) -> Claim:
    """The claim of a page request; Claim.DoesNotExist (a 404) when it is not to be seen."""
    return get_claim(Actor.of_request(request), number)


def moves_of(actor: Actor, claim: Claim) -> list[Move]:
    """Every way out of the claim's step, with what each still needs."""
    return [
        Move(each, can_move_claim(actor, claim, each), answers_for(claim, each))
        for each in transitions_from(claim.step)
    ]


def claim_context(request: HttpRequest, claim: Claim, tab: str) -> dict[str, Any]:
    """What `claims/claim_base.html` needs: claim, tabs, steps, the gate and the moves."""
    actor = Actor.of_request(request)
    moves = moves_of(actor, claim)
    main = main_transition(claim.step)
    return {
        "claim": claim,
        "items": list(claim.items.select_related("product", "lot", "line", "defect")),
        "tabs": _shown_tabs(actor, claim, tab),
        "steps": list_step_records(claim),
        "clocks": list_clocks(claim),
        "moves": moves,
        "main_move": next((each for each in moves if main and each.transition is main), None),
        "can_edit": can_edit_claim(actor, claim),
    }


def _shown_tabs(actor: Actor, claim: Claim, current: str) -> list[ShownTab]:
    return [
        ShownTab(
            name=tab.name,
            label=str(tab.label),
            url=reverse(tab.url_name, args=[claim.number]),
            count=tab.count(claim) if tab.count else "",
            is_current=tab.name == current,
        )
        for tab in sorted(_tabs.values(), key=lambda each: each.order)
        if tab.visible is None or tab.visible(actor, claim)
    ]


def panels_html(request: HttpRequest, claim: Claim, place: str) -> list[str]:
    """The rendered panels of one place of the overview, empty ones left out."""
    panels = sorted(_panels.values(), key=lambda each: each.order)
    shown = [panel.render(request, claim) for panel in panels if panel.place == place]
    return [html for html in shown if html]

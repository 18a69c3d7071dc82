"""A reader's choices: cookies for guests, kept with the person by the app that knows people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from core.actors import Actor

Keeper = Callable[..., Any]
_keepers: list[Keeper] = []


def register(keeper: Keeper) -> None:
    """`keeper(actor=…, user=…, **choices)` writes the choices of a signed-in person."""
    if keeper not in _keepers:
        _keepers.append(keeper)


def keep(request: HttpRequest, **choices: str) -> None:
    """Write `choices` (language, theme) for the signed-in person; guests have their cookies."""
    if request.user.is_authenticated:
        for keeper in _keepers:
            keeper(actor=Actor.of_request(request), user=request.user, **choices)

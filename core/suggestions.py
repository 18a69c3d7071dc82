"""What a reader may have meant by an address that leads nowhere; apps offer guesses."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.http import HttpRequest

MOST = 3


@dataclass(frozen=True)
class Suggestion:
    """A page this reader may open and may have meant."""

    url: str
    label: str
    detail: str = ""


Guess = Callable[[HttpRequest], Iterable[Suggestion]]
_guesses: list[Guess] = []


def register(guess: Guess) -> None:
    """`guess(request)` answers only what this reader may see."""
    if guess not in _guesses:
        _guesses.append(guess)


def for_request(request: HttpRequest) -> list[Suggestion]:
    """The first few guesses for a signed-in reader; guests get none."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    found = [suggestion for guess in _guesses for suggestion in guess(request)]
    return found[:MOST]

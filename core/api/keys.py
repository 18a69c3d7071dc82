"""Idempotency keys: the same request sent twice has one effect and one answer.

The app that keeps the keys registers itself here, because every endpoint stands below it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from django.http.response import HttpResponseBase
from rest_framework.request import Request

HEADER = "Idempotency-Key"
Answer = Callable[[], HttpResponseBase]


class Keeper(Protocol):
    """Runs `answer` at most once for a key, or gives back what it answered then."""

    def __call__(
        self, request: Request, view: Any, answer: Answer, refuse: Callable[[Exception], Any]
    ) -> HttpResponseBase: ...


_keeper: list[Keeper] = []


def use(keeper: Keeper) -> None:
    """Let `keeper` look after the keys of all POST requests."""
    _keeper[:] = [keeper]


def once(
    request: Request, view: Any, answer: Answer, refuse: Callable[[Exception], Any]
) -> HttpResponseBase:
    """`answer()`, at most once if the request carries a key.

    `refuse` turns an exception of it into a response, or raises it again.
    """
    if _keeper and request.method == "POST" and HEADER in request.headers:
        return _keeper[0](request, view, answer, refuse)
    return answer()

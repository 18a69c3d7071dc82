"""Refusals of what came from outside: a code for programs, a sentence for the sender."""

from __future__ import annotations

from typing import Any

from core.errors import InvalidInput


class Refusal(InvalidInput):
    """Something sent in cannot be taken; `message` says why and what to do about it."""

    def __init__(self, code: str, message: Any) -> None:
        super().__init__(message, code=code)


class RefusedFile(Refusal):
    """A file that is not let in."""


class RefusedTable(Refusal):
    """A table, or a column of one, that cannot be read without guessing."""

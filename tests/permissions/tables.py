"""The tables of permissions as tests read them.

`matrix.txt` says for every page and API operation what each principal meets; see its head.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
OK, REFUSED, MISSING, SIGN_IN = "ok", "no", "--", "in"
OUTCOMES = (OK, REFUSED, MISSING, SIGN_IN)
_PART = re.compile(r"\(\?P<[^()]*\)|<[^>]*>|[\^$]")


@dataclass(frozen=True)
class Row:
    """One operation on one claim: `cells` maps a principal to what it meets."""

    method: str
    place: str
    claim: str
    cells: dict[str, str]
    line: int

    @property
    def shape(self) -> str:
        """The address without what stands in for its parts, as `shape_of` makes it of a pattern."""
        return shape_of(self.place)

    def __str__(self) -> str:
        return f"{self.method} {self.place} {self.claim}"


def shape_of(place: str) -> str:
    """The address of a pattern, or of a row, with `<>` for each of its parts."""
    return _PART.sub(lambda found: "" if found[0] in "^$" else "<>", place)


def read_matrix(name: str = "matrix.txt") -> tuple[list[str], list[Row]]:
    """The principals named in the head, and all rows."""
    principals: list[str] = []
    rows: list[Row] = []
    for number, words in _lines(name):
        if words[0] == "WHO":
            principals = words[1:]
            continue
        method, place, claim, *cells = words
        assert len(cells) == len(principals), f"{name}:{number} has {len(cells)} cells"
        unknown = set(cells) - set(OUTCOMES)
        assert not unknown, f"{name}:{number} says {unknown}"
        place = place.removeprefix("/")
        rows.append(Row(method, place, claim, dict(zip(principals, cells, strict=True)), number))
    return principals, rows


def _lines(name: str) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate((HERE / name).read_text().splitlines(), 1):
        text = line.split("#")[0].strip()
        if text:
            yield number, text.split()


@dataclass(frozen=True)
class Way:
    """One way out of one step: who may take it, and what it needs besides."""

    transition: str
    source: str
    target: str
    who: frozenset[str]
    needs: tuple[str, ...]


def read_ways() -> dict[tuple[str, str], Way]:
    """The ways of `steps.txt` by transition and step."""
    ways = {}
    for _number, words in _lines("steps.txt"):
        transition, source, _arrow, target, *rest = words
        parted = rest.index(":")
        way = Way(transition, source, target, frozenset(rest[:parted]), tuple(rest[parted + 1 :]))
        ways[transition, source] = way
    return ways


def read_models() -> tuple[list[str], dict[str, dict[str, str]]]:
    """The principals and the rights by model of `administration.txt`."""
    who: list[str] = []
    models: dict[str, dict[str, str]] = {}
    for _number, (name, *cells) in _lines("administration.txt"):
        if name == "WHO":
            who = cells
        else:
            models[name] = dict(zip(who, cells, strict=True))
    return who, models

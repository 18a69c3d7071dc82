"""What changed between two versions of a text, word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

WORDS = re.compile(r"\S+\s*|\s+")
SAME, OLD, NEW = "same", "old", "new"


@dataclass(frozen=True)
class Piece:
    """A run of words; `kind` is same, old (taken out) or new (put in)."""

    kind: str
    text: str


def pieces_of(old: str, new: str) -> list[Piece]:
    """The new text with what was taken out and put in marked."""
    before, after = WORDS.findall(old), WORDS.findall(new)
    found: list[Piece] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Piece(SAME, "".join(after[j1:j2])))
            continue
        found += [Piece(OLD, "".join(before[i1:i2]))] if i2 > i1 else []
        found += [Piece(NEW, "".join(after[j1:j2]))] if j2 > j1 else []
    return found


def count_changes(pieces: list[Piece]) -> int:
    """How many places differ: an exchange counts once."""
    count, open_change = 0, False
    for piece in pieces:
        changed = piece.kind != SAME
        count += changed and not open_change
        open_change = changed
    return count

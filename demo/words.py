"""Words that many claims share, by name."""

from __future__ import annotations

import random

from demo.content import Text, load_table


def words(name: str, chance: random.Random | None = None) -> Text:
    """The pair of that name; where there are several, one of them by chance."""
    found = load_table("words")[name]
    if isinstance(found[0], str):
        return Text(*found)
    assert chance is not None, f"“{name}” has several wordings"
    return Text(*chance.choice(found))

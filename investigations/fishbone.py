"""The Ishikawa diagram as geometry: where every bone, box and line of text stands.

The template only writes it down as SVG. Six bones, three above and three below the spine; the
diagram grows in height with the number of causes on its fullest bone.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from investigations.models import Cause
from masterdata.models import CauseCategory

UPPER = (CauseCategory.PEOPLE, CauseCategory.MACHINE, CauseCategory.MATERIAL)
LOWER = (CauseCategory.METHOD, CauseCategory.MEASUREMENT, CauseCategory.ENVIRONMENT)
WIDTH = 1150
BONE_AT = (256, 566, 876)
LEAN = 62
LABEL = 28
BOX = 218
STEM = 16
LINE = 16
GAP = 16
SHORTEST = 150
# What fits into a box and into the head at their sizes of type.
BOX_CHARS, BOX_LINES = 25, 4
HEAD_CHARS, HEAD_LINES = 15, 5


@dataclass(frozen=True)
class Text:
    """A line of text and its baseline."""

    y: float
    text: str


@dataclass(frozen=True)
class Box:
    """A cause: box from (x, y), stem to the bone at (dot_x, stem_y)."""

    cause: Cause
    x: float
    y: float
    height: float
    stem_y: float
    dot_x: float
    lines: list[Text]
    facts_y: float

    @property
    def right(self) -> float:
        return self.x + BOX

    @property
    def text_x(self) -> float:
        return self.x + 32

    @property
    def icon_x(self) -> float:
        return self.x + 9

    @property
    def icon_y(self) -> float:
        return self.y + 9


@dataclass(frozen=True)
class Bone:
    """A category: its label, the line to the spine, and its causes."""

    label: str
    label_x: float
    label_y: float
    top_x: float
    top_y: float
    spine_x: float
    boxes: list[Box] = field(default_factory=list)

    @property
    def text_y(self) -> float:
        return self.label_y + 19


@dataclass(frozen=True)
class Diagram:
    """Everything the template writes down."""

    width: int
    height: float
    spine_y: float
    bones: list[Bone]
    head: list[Text]

    @property
    def tail(self) -> str:
        y = self.spine_y
        return f"M24 {y} L6 {y - 20} M24 {y} L6 {y + 20}"

    @property
    def head_shape(self) -> str:
        """The fish's head, at the right end of the spine."""
        y = self.spine_y
        return (
            f"M968 {y - 46} L1116 {y - 46} Q1146 {y} 1116 {y + 46} "
            f"L968 {y + 46} Q982 {y} 968 {y - 46}Z"
        )


def draw(effect: str, causes: Sequence[Cause]) -> Diagram:
    """The diagram of `causes` for `effect`, children after the cause they belong to."""
    upper = [_on(category, causes) for category in UPPER]
    lower = [_on(category, causes) for category in LOWER]
    above = max(SHORTEST, *(_needed(each) for each in upper))
    below = max(SHORTEST, *(_needed(each) for each in lower))
    spine_y = LABEL + 6 + above
    height = spine_y + below + LABEL + 6
    bones = [
        _bone(category, x, found, spine_y, above, upwards=True)
        for category, x, found in zip(UPPER, BONE_AT, upper, strict=True)
    ]
    bones += [
        _bone(category, x, found, spine_y, below, upwards=False)
        for category, x, found in zip(LOWER, BONE_AT, lower, strict=True)
    ]
    return Diagram(WIDTH, height, spine_y, bones, _head(effect, spine_y))


def _on(category: CauseCategory, causes: Iterable[Cause]) -> list[Cause]:
    """The causes of a category, each followed by those that belong to it."""
    mine = [cause for cause in causes if cause.category == category]
    known = {cause.pk for cause in mine}
    ordered: list[Cause] = []

    def add(cause: Cause) -> None:
        ordered.append(cause)
        for child in mine:
            if child.parent_id == cause.pk:
                add(child)

    for cause in mine:
        if cause.parent_id not in known:
            add(cause)
    return ordered


def _words(cause: Cause) -> list[str]:
    text = f"↳ {cause.text}" if cause.parent_id else cause.text
    return textwrap.wrap(text, BOX_CHARS, max_lines=BOX_LINES, placeholder=" …")


def _height(cause: Cause) -> float:
    return LINE * (len(_words(cause)) + 1) + 18


def _needed(causes: Sequence[Cause]) -> float:
    return sum(_height(cause) + GAP for cause in causes) + GAP


def _bone(
    category: CauseCategory,
    x: float,
    causes: Sequence[Cause],
    spine_y: float,
    length: float,
    *,
    upwards: bool,
) -> Bone:
    end_y = spine_y - length if upwards else spine_y + length
    spare = (length - _needed(causes)) / (len(causes) + 1)
    boxes, top = [], (end_y if upwards else spine_y) + GAP + spare
    for cause in causes:
        height = _height(cause)
        middle = top + height / 2
        way = (middle - end_y) / (spine_y - end_y)
        boxes.append(_box(cause, x + LEAN * way, top, height))
        top += height + GAP + spare
    return Bone(
        label=str(category.label),
        label_x=x - 59,
        label_y=end_y - LABEL if upwards else end_y,
        top_x=x,
        top_y=end_y,
        spine_x=x + LEAN,
        boxes=boxes,
    )


def _box(cause: Cause, bone_x: float, top: float, height: float) -> Box:
    lines = [Text(_r(top + 20 + LINE * i), text) for i, text in enumerate(_words(cause))]
    return Box(
        cause=cause,
        x=_r(bone_x - STEM - BOX),
        y=_r(top),
        height=height,
        stem_y=_r(top + height / 2),
        dot_x=_r(bone_x),
        lines=lines,
        facts_y=_r(top + 20 + LINE * len(lines)),
    )


def _head(effect: str, spine_y: float) -> list[Text]:
    lines = textwrap.wrap(effect, HEAD_CHARS, max_lines=HEAD_LINES, placeholder=" …")
    first = spine_y + 5 - 9 * (len(lines) - 1)
    return [Text(_r(first + 18 * i), text) for i, text in enumerate(lines)]


def _r(value: float) -> float:
    """A coordinate without noise behind the point."""
    return round(value, 1)

"""What the demo company tells: scenarios and master data, read from the TOML files beside this."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
LANGUAGES = ("ru", "en")


@dataclass(frozen=True)
class Text:
    """The same words in both languages; `{lot}` and the like stand for what a claim is about."""

    ru: str
    en: str

    def in_(self, language: str, values: Mapping[str, Any]) -> str:
        """The words in one language, filled."""
        text = self.ru if language == "ru" else self.en
        return text.format_map(values)


@dataclass(frozen=True)
class FactText:
    """What a source of the plan yields."""

    source: str
    text: Text


@dataclass(frozen=True)
class CauseText:
    """A hypothesis and what becomes of it: root, yes, no, or open while the claim is worked on.

    `facts` are positions in the story's list of facts, from 1.
    """

    verdict: str
    category: str
    type: str
    code: str
    facts: tuple[int, ...]
    text: Text


@dataclass(frozen=True)
class WhyText:
    """A link in a chain of whys."""

    facts: tuple[int, ...]
    question: Text
    answer: Text


@dataclass(frozen=True)
class ActionText:
    """What is done against a cause (its position from 1), by whom, in how many days."""

    cause: int
    kind: str
    part: str
    days: int
    documents: tuple[str, ...]
    text: Text
    done: Text


@dataclass(frozen=True)
class Story:
    """Why customers complain, what is found and what is done about it.

    A story with causes goes through the full investigation; one with a finding is answered
    directly. `share` is the claimed part of a delivery in per cent, from and to.
    """

    key: str
    kind: str
    defect: str
    products: tuple[str, ...]
    lines: tuple[str, ...]
    months: tuple[int, ...]
    severity: tuple[str, ...]
    found: str
    share: tuple[float, float]
    demands: tuple[str, ...]
    photos: tuple[str, ...]
    is_safety: bool
    location: Text | None
    titles: tuple[Text, ...]
    problem: Text
    should: Text
    facts: tuple[FactText, ...]
    causes: tuple[CauseText, ...]
    no_escape: Text | None
    why: tuple[WhyText, ...]
    why_escape: tuple[WhyText, ...]
    actions: tuple[ActionText, ...]
    replacement: ActionText | None
    outcome: str
    finding_kind: str
    finding: Text | None
    reply: Text
    promise: Text

    @property
    def is_full(self) -> bool:
        """Whether it needs the full investigation."""
        return bool(self.causes)


@cache
def load_table(name: str) -> dict[str, Any]:
    """A file of master data."""
    return tomllib.loads((FOLDER / "data" / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def load_stories() -> dict[str, Story]:
    """Every story by its key, the name of its file."""
    paths = sorted((FOLDER / "stories").glob("*.toml"))
    return {path.stem: _story(path) for path in paths}


def _story(path: Path) -> Story:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    finding = data.get("finding")
    replacement = data.get("replacement")
    return Story(
        key=path.stem,
        kind=data.get("kind", "quality"),
        defect=data["defect"],
        products=tuple(data["products"]),
        lines=tuple(data.get("lines", ())),
        months=tuple(data.get("months", ())),
        severity=tuple(data["severity"]),
        found=data["found"],
        share=(data["share"][0], data["share"][1]),
        demands=tuple(data["demands"]),
        photos=tuple(data["photos"]),
        is_safety=data.get("safety", False),
        location=_optional(data.get("location")),
        titles=tuple(Text(*pair) for pair in data["titles"]),
        problem=Text(*data["problem"]),
        should=Text(*data["should"]),
        facts=tuple(FactText(each[0], Text(*each[1:])) for each in data["facts"]),
        causes=tuple(_cause(each) for each in data.get("causes", ())),
        no_escape=_optional(data.get("no_escape")),
        why=tuple(_why(each) for each in data.get("why", ())),
        why_escape=tuple(_why(each) for each in data.get("why_escape", ())),
        actions=tuple(_action(each) for each in data.get("actions", ())),
        replacement=_replacement(replacement) if replacement else None,
        outcome=data.get("outcome", "accepted"),
        finding_kind=finding[0] if finding else "",
        finding=Text(*finding[1:]) if finding else None,
        reply=Text(*data["reply"]),
        promise=Text(*data["promise"]),
    )


def _optional(pair: list[str] | None) -> Text | None:
    return Text(*pair) if pair else None


def _cause(row: list[Any]) -> CauseText:
    types = {"o": "occurrence", "e": "escape", "s": "system"}
    verdict, category, kind, code, facts, *texts = row
    return CauseText(verdict, category, types[kind], code, tuple(facts), Text(*texts))


def _why(row: list[Any]) -> WhyText:
    facts, question_ru, answer_ru, question_en, answer_en = row
    return WhyText(tuple(facts), Text(question_ru, question_en), Text(answer_ru, answer_en))


def _action(row: list[Any]) -> ActionText:
    cause, kind, part, days, documents, ru, en, done_ru, done_en = row
    done = Text(done_ru, done_en)
    return ActionText(cause, kind, part, days, tuple(documents), Text(ru, en), done)


def _replacement(row: list[Any]) -> ActionText:
    """Takes the place of the first action."""
    part, days, ru, en, done_ru, done_en = row
    return ActionText(1, "corrective", part, days, (), Text(ru, en), Text(done_ru, done_en))

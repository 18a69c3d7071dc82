"""What the demo company tells is complete in both languages and fits together."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest

from demo.content import Story, Text, load_stories, load_table
from demo.pictures import content_of
from demo.supply import list_products
from demo.words import words

STORIES = load_stories()
FILLED = {"lot": "L-1", "code": "RK-12", "n": "3", "qty": "5", "delivered": "900"}


def texts_in(thing: object) -> Iterator[Text]:
    if isinstance(thing, Text):
        yield thing
    elif dataclasses.is_dataclass(thing):
        for field in dataclasses.fields(thing):
            yield from texts_in(getattr(thing, field.name))
    elif isinstance(thing, tuple):
        for each in thing:
            yield from texts_in(each)


def test_there_are_stories_of_every_kind():
    assert len(STORIES) >= 30
    assert sum(story.is_full for story in STORIES.values()) >= 20
    assert {story.kind for story in STORIES.values()} == {
        "quality", "quantity", "packaging", "documents", "delivery", "service",
    }  # fmt: skip
    assert {story.outcome for story in STORIES.values()} >= {
        "accepted", "rejected", "goodwill", "partly",
    }  # fmt: skip


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_every_text_is_there_in_both_languages(story: Story):
    for text in texts_in(story):
        russian, english = text.in_("ru", FILLED), text.in_("en", FILLED)
        assert russian
        assert english
        assert not any("а" <= char <= "я" for char in english.lower()), english


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_a_story_rests_on_its_facts(story: Story):
    places = set(range(1, len(story.facts) + 1))
    for cause in story.causes:
        assert set(cause.facts) <= places
        assert bool(cause.facts) == (cause.verdict != "open")
        assert bool(cause.code) == (cause.verdict in {"root", "yes"})
    for why in (*story.why, *story.why_escape):
        assert set(why.facts) <= places
    assert story.finding is not None or story.causes
    assert set(story.products) <= set(list_products())


@pytest.mark.parametrize("story", [s for s in STORIES.values() if s.is_full], ids=lambda s: s.key)
def test_every_confirmed_cause_has_its_action(story: Story):
    confirmed = {
        place for place, cause in enumerate(story.causes, 1) if cause.verdict in {"root", "yes"}
    }
    assert confirmed <= {action.cause for action in story.actions if action.kind == "corrective"}
    explained = {story.causes[place - 1].type for place in confirmed}
    assert "occurrence" in explained
    assert "escape" in explained or story.no_escape is not None


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_letters_keep_what_is_internal(story: Story):
    people = load_table("company")["people"]
    for text in (story.reply, story.promise):
        for language in ("ru", "en"):
            said = text.in_(language, FILLED)
            assert not any(row[1] in said for row in people.values())
            assert "ECR" not in said


def test_every_picture_can_be_sent():
    names = {name for story in STORIES.values() for name in story.photos}
    for name in names:
        content = content_of(name)
        assert content.startswith(b"\xff\xd8")
        assert len(content) < 100_000


def test_common_words_have_both_languages():
    for name, found in load_table("words").items():
        if isinstance(found[0], str):
            text = words(name)
            assert text.ru
            assert text.en
        else:
            assert all(len(pair) == 2 for pair in found)

"""The main pages in a real browser: access, room, quiet console, one language at a time."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from claims.states import Step
from tests.cast import Cast
from tests.responses.conftest import analysed
from tools.messages import read_catalogue

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

# What stands on the page in the reader's language: not what marks its own, not options to choose.
VISIBLE_TEXTS = """() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  const foreign = 'script, noscript, template, option, kbd, [lang]:not(html), [hidden]';
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const text = node.textContent.trim().replace(/\\s+/g, ' ');
    if (text && !node.parentElement.closest(foreign)) found.push(text);
  }
  for (const name of ['title', 'aria-label', 'placeholder', 'alt'])
    for (const element of document.querySelectorAll(`[${name}]`))
      if (!element.closest(foreign)) found.push(element.getAttribute(name));
  return found;
}"""
LOOKS = [("ru", "light", 1440), ("en", "dark", 360)]


def english_sources(cast: Cast) -> frozenset[str]:
    """Texts of the product of two words and more whose Russian differs; no data of the cast."""
    texts = (message.id for message in read_catalogue("ru") if message.id != message.string)
    words = frozenset(text for text in texts if isinstance(text, str) and " " in text.strip())
    return words - {person.position for person in cast.people.values()}


def main_pages(cast: Cast) -> list[tuple[str, str]]:
    """Person and address of the pages that people live in."""
    answer = analysed(cast)
    letter = answer.submitted()
    early, ended = cast.claim_in(Step.NOTIFICATION), cast.claim_in(Step.CLOSED)
    number = answer.claim.number
    tabs = ("claims:detail", "investigations:tab", "capa:tab", "responses:tab")
    more = ("responses:correspondence", "claims:files", "claims:history", "claims:edit")
    found = [("handler", reverse(name, args=[number])) for name in (*tabs, *more)]
    found += [("handler", reverse("claims:detail", args=[each.number])) for each in (early, ended)]
    names = ("worklist:home", "claims:list", "claims:board", "claims:new", "capa:list")
    found += [("handler", reverse(name)) for name in (*names, "notifications:inbox")]
    found += [
        ("handler", reverse("claims:list") + "?q=nothing+is+called+so"),
        ("handler", reverse("claims:detail", args=["26-9999"])),
        ("quality_manager", reverse("worklist:home")),
        ("quality_manager", reverse("responses:approve", args=[number, letter.pk])),
        ("reporter", reverse("worklist:home")),
        ("reporter", reverse("claims:report")),
    ]
    return found


def strangers(texts: list[str], language: str, english: frozenset[str]) -> list[str]:
    """Texts that stand there in the other language."""
    if language == "ru":
        return sorted(english.intersection(texts))
    return [text for text in texts if re.search(r"[а-яё]", text, re.IGNORECASE)]


def test_main_pages_are_sound_in_both_languages_and_themes(cast, visit):
    english = english_sources(cast)
    pages = main_pages(cast)
    faults: list[str] = []
    for language, theme, width in LOOKS:
        windows = {}
        for person in {who for who, _ in pages}:
            user = cast.people[person]
            user.language = language
            user.save()
            windows[person] = visit(user, theme=theme, width=width)
        for person, path in pages:
            window = windows[person]
            page = window.open(path)
            # A page that is missing on purpose makes the browser say so.
            said = [text for text in window.complaints if "status of 404" not in text]
            window.complaints.clear()
            texts = page.evaluate(VISIBLE_TEXTS)
            found = [*window.findings(), *said, *strangers(texts, language, english)]
            if window.sideways() > 0:
                found.append(f"{window.sideways()} px too wide")
            if found:
                faults.append(f"{person} {path} {language} {theme} {width}: {found}")
    assert not faults, "\n".join(faults)

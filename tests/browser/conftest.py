"""A real browser that notes everything it complains about."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

from accounts.models import User
from tests.conftest import CHROMIUM_FLAGS

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass
class Visit:
    """A page of a browser window and the complaints it has drawn so far."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Go to `path` of the site under test and wait until it is quiet."""
        self.page.goto(self.address + path)
        self.page.wait_for_load_state("networkidle")
        return self.page

    def findings(self) -> list[str]:
        """What axe-core objects to, rule by rule, with the first elements.

        The window is as high as the page meanwhile: where the page happens to be scrolled, a bar
        that stays in view covers some control by half, and axe-core would find that one too small.
        """
        size = self.page.viewport_size
        assert size is not None
        height = self.page.evaluate("document.documentElement.scrollHeight")
        self.page.set_viewport_size({"width": size["width"], "height": max(height, size["height"])})
        found = Axe().run(self.page, options={"runOnly": WCAG}).response["violations"]
        self.page.set_viewport_size(size)
        return [f"{rule['id']}: {[node['target'] for node in rule['nodes'][:4]]}" for rule in found]

    def sideways(self) -> int:
        """By how many pixels the page is wider than the window."""
        return self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )


@pytest.fixture(scope="session")
def chromium(chromium_path: str) -> Iterator[Browser]:
    # Playwright keeps an event loop running in this thread; the fixtures' queries are safe there.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path, args=list(CHROMIUM_FLAGS)
        )
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser, live_server) -> Iterator[Callable[..., Visit]]:
    """`visit(user, theme="dark", width=390)`: a window of its own, signed in if there is a user."""
    contexts = []

    def opened(
        user: User | None = None, theme: Literal["light", "dark"] = "light", width: int = 1440
    ) -> Visit:
        context = chromium.new_context(
            viewport={"width": width, "height": 844 if width < 700 else 900},
            color_scheme=theme,
            locale="en-GB",
        )
        contexts.append(context)
        if user is not None:
            client = Client()
            client.force_login(user)
            value = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])
        made = Visit(context.new_page(), live_server.url)
        made.page.on("console", lambda said: _note(made, said.type, said.text))
        made.page.on("pageerror", lambda error: made.complaints.append(str(error)))
        return made

    yield opened
    for context in contexts:
        context.close()


def _note(visit: Visit, kind: str, text: str) -> None:
    if kind in ("error", "warning"):
        visit.complaints.append(f"{kind}: {text}")

"""A person at a real browser: the same deeds as on plain pages, done with mouse and keyboard."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, expect

from accounts.models import User
from tests.browser.conftest import Visit
from tests.cast import PASSWORD

# Milliseconds; a busy machine takes its time, and nothing here is about speed.
PATIENCE = 30_000


class Window:
    """One person's window. While a dialog is open, everything happens inside it."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.page = visit.page

    @property
    def url(self) -> str:
        return self.page.url

    # --- Going about --------------------------------------------------------------------------

    def sign_in(self, user: User) -> None:
        self.open("/account/login/")
        self.fill("E-mail", user.email)
        self.fill("Password", PASSWORD)
        self.press("Sign in")

    def open(self, path: str) -> None:
        self.page.goto(self.visit.address + path)
        self._settled()

    def follow(self, name: str, *, part: str = "") -> None:
        link = self._scope(part).get_by_role("link", name=_begins(name)).first
        if link.get_attribute("data-modal") is None:
            with self.page.expect_event("framenavigated"):
                link.click()
        else:
            link.click()
            expect(self._dialog).to_be_visible(timeout=PATIENCE)
        self._settled()

    def sees(self, words: str) -> None:
        expect(self.page.get_by_text(words).first).to_be_visible()

    # --- Filling in ---------------------------------------------------------------------------

    def fill(self, label: str, value: str) -> None:
        self._field(label).fill(value)

    def pick(self, label: str, key: str, name: str) -> None:
        """Type a part of the name, and click what the search finds."""
        self._search(self._field(label), name)

    def select(self, label: str, option: str) -> None:
        field = self._field(label)
        if field.evaluate("element => element.tagName") == "SELECT":
            words = field.locator("option", has_text=_begins(option)).first
            field.select_option(label=words.inner_text())
        else:
            self._search(field, option)

    def _search(self, box: Locator, words: str) -> None:
        # What stands there already hides the box itself; people click the field around it.
        box.locator("xpath=ancestor::*[contains(@class, 'ts-control')]").click()
        box.press_sequentially(words)
        found = self._scope().locator(".ts-dropdown:visible [role=option]", has_text=words)
        found.first.click()
        self.page.keyboard.press("Tab")

    def choose(self, label: str) -> None:
        field = self._scope().get_by_label(_exactly(label))
        if not field.count():
            field = self._scope().get_by_label(_begins(label))
        field.first.check()

    def attach(self, label: str, name: str, content: bytes, media_type: str) -> None:
        """By the tile “Gallery”, which stands in the place of the plain field."""
        file: Any = {"name": name, "mimeType": media_type, "buffer": content}
        self.page.locator("[data-photo-source][multiple]").set_input_files(file)
        expect(self.page.get_by_role("img", name=name)).to_be_visible()

    def press(self, name: str, *, part: str = "") -> None:
        button = self._scope(part).get_by_role("button", name=_begins(name)).first
        if button.evaluate("button => button.form.hasAttribute('hx-post')"):
            with self.page.expect_response(lambda answer: answer.request.method == "POST"):
                button.click()
            expect(self._dialog).to_have_count(0, timeout=PATIENCE)
        else:
            with self.page.expect_navigation():
                button.click()
        self._settled()

    # --- Inside -------------------------------------------------------------------------------

    @property
    def _dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    def _scope(self, part: str = "") -> Locator:
        if self._dialog.count():
            return self._dialog
        if part:
            return self.page.get_by_role("region", name=part)
        return self.page.locator("body")

    def _field(self, label: str) -> Locator:
        field = self._scope().get_by_label(_exactly(label)).first
        if not field.is_visible():
            # Folded away: a person opens what it stands in.
            field.locator("xpath=ancestor::details[not(@open)]/summary").last.click()
        return field

    def _settled(self) -> None:
        self.page.wait_for_load_state("load")
        assert not self.visit.complaints, f"{self.visit.complaints} on {self.page.url}"


def _begins(words: str) -> re.Pattern[str]:
    # Between a word and what only screen readers hear, browsers count a space.
    return re.compile(r"^\s*" + re.escape(words).replace(":", r"\s*:"))


def _exactly(words: str) -> re.Pattern[str]:
    return re.compile(rf"^\s*{re.escape(words)}(\s+optional)?\s*$")

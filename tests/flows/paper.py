"""A person at the pages without JavaScript: reads HTML, fills in forms by their labels, sends them.

What is not on the page cannot be used: no link, no button, no label means a failed test.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from lxml import html

from accounts.models import User
from tests.cast import PASSWORD

HOST = "http://testserver"
OPTIONAL = " optional"


class Paper:
    """One person's browser; `page` is what it shows now."""

    def __init__(self) -> None:
        self.http = Client(enforce_csrf_checks=True)
        self.url = HOST
        self.page: html.HtmlElement = html.fromstring("<html></html>")
        self.files: dict[str, SimpleUploadedFile] = {}

    # --- Going about --------------------------------------------------------------------------

    def sign_in(self, user: User) -> None:
        self.open("/account/login/")
        self.fill("E-mail", user.email)
        self.fill("Password", PASSWORD)
        self.press("Sign in")

    def open(self, path: str) -> None:
        self._show(self.http.get(urljoin(self.url, path), follow=True))

    def follow(self, name: str, *, part: str = "") -> None:
        """Click the link that begins with `name`, in the part of the page under that heading."""
        link = _first(self._scope(part).iter("a"), name)
        assert link is not None, f"no link “{name}” on {self.url}: {self}"
        self.open(link.get("href"))

    def sees(self, words: str) -> None:
        assert words in _text(self.page), f"“{words}” is not on {self.url}: {self}"

    # --- Filling in ---------------------------------------------------------------------------

    def fill(self, label: str, value: str) -> None:
        """Write into the field with that label."""
        self._field(label).value = value

    def pick(self, label: str, key: str, name: str) -> None:
        """Choose one of very many; without JavaScript its key is typed beside the list."""
        typed = f"{self._field(label).get('name')}-typed"
        (field,) = self.page.xpath("//input[@name=$name]", name=typed)
        field.value = key

    def select(self, label: str, option: str) -> None:
        """Choose the option that begins with these words."""
        field = self._field(label)
        found = _first(field.iter("option"), option)
        assert found is not None, f"no “{option}” in “{label}”: {_text(field)}"
        if field.multiple:
            field.value.add(found.get("value"))
        else:
            field.value = found.get("value")

    def choose(self, label: str) -> None:
        """Set the radio button, or tick the box, with that label."""
        field = self._field(label)
        if field.get("type") == "radio":
            for other in self._form_of(field).xpath(".//input[@name=$n]", n=field.get("name")):
                other.checked = False
        field.checked = True

    def attach(self, label: str, name: str, content: bytes, media_type: str) -> None:
        self.files[self._field(label).get("name")] = SimpleUploadedFile(name, content, media_type)

    def press(self, name: str, *, part: str = "") -> None:
        """Press the button that begins with `name`: its form is sent."""
        button = _first(self._scope(part).iter("button"), name)
        assert button is not None, f"no button “{name}” on {self.url}: {self}"
        form = self._form_of(button)
        values: dict[str, Any] = {}
        for key, value in form.form_values():
            values.setdefault(key, []).append(value)
        if button.get("name"):
            values[button.get("name")] = button.get("value", "")
        address = button.get("formaction") or form.get("action") or self.url
        if (form.get("method") or "get").lower() == "get":
            self._show(self.http.get(urljoin(self.url, address), values, follow=True))
            return
        if form.get("enctype") == "multipart/form-data":
            values |= self.files
        self.files = {}
        self._show(self.http.post(urljoin(self.url, address), values, follow=True))

    # --- Reading ------------------------------------------------------------------------------

    def _show(self, response: Any) -> None:
        chain = getattr(response, "redirect_chain", ())
        path = chain[-1][0] if chain else response.request["PATH_INFO"]
        self.url = urljoin(self.url, path)
        self.page = html.fromstring(response.content.decode())
        for template in list(self.page.iter("template")):
            template.drop_tree()  # rows that only scripts add
        assert response.status_code == 200, f"{response.status_code} of {self.url}: {self}"

    def _scope(self, part: str) -> html.HtmlElement:
        if not part:
            return self.page
        headings = self.page.xpath("//section//h2[ancestor::section]")
        heading = _first(headings, part)
        assert heading is not None, f"no part “{part}” on {self.url}"
        return next(heading.iterancestors("section"))

    def _field(self, label: str) -> Any:
        found = _first(self.page.iter("label"), label, ending=OPTIONAL)
        assert found is not None, (
            f"no field “{label}” on {self.url}, only {[_text(x) for x in self.page.iter('label')]}"
        )
        field = self.page.get_element_by_id(found.get("for"), None)
        return next(found.iter("input")) if field is None else field

    def _form_of(self, control: Any) -> html.FormElement:
        if control.get("form"):
            return self.page.get_element_by_id(control.get("form"))
        return next(control.iterancestors("form"))

    def __str__(self) -> str:
        """The main part of the page in words, for messages of failed tests."""
        main = self.page.xpath("//main") or [self.page]
        return _text(main[0])[:3000]


def _text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def _first(elements: Any, name: str, *, ending: str = "") -> Any:
    """The element whose words are `name`, else the first whose words begin with it."""
    named = [(each, each.get("aria-label") or _text(each)) for each in elements]
    exact = [each for each, text in named if text.removesuffix(ending) == name]
    return next(iter(exact or [each for each, text in named if text.startswith(name)]), None)

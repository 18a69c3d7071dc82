"""Signing in, the profile and the error page in a real browser."""

import pytest
from playwright.sync_api import expect

from tests.cast import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/account/login/", "/account/password/reset/"])
def test_pages_before_signing_in(visit, theme, path):
    window = visit(theme=theme, width=360)
    window.open(path)
    assert window.findings() == []
    assert window.complaints == []
    assert window.sideways() <= 0


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    "path", ["/account/profile/", "/account/2fa/", "/account/password/change/"]
)
def test_pages_of_a_signed_in_person(cast, visit, theme, path):
    window = visit(cast.handler, theme=theme, width=390)
    window.open(path)
    assert window.findings() == []
    assert window.complaints == []
    assert window.sideways() <= 0


def test_signing_in_with_the_keyboard_only(cast, visit):
    window = visit()
    page = window.open("/account/login/?next=/account/profile/")
    expect(page.get_by_label("E-mail")).to_be_focused()
    page.keyboard.type(cast.handler.email)
    page.get_by_label("Password").focus()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Profile")).to_be_visible()
    assert window.complaints == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_missing_page(cast, visit, theme):
    window = visit(cast.handler, theme=theme, width=360)
    page = window.open("/claims-that-never-were/")
    expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()
    assert window.findings() == []
    assert window.sideways() <= 0

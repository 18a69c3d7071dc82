"""Every component in a real browser: look, contrast, room, keyboard, drafts."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _with_style_guide(settings):
    settings.ROOT_URLCONF = "tests.browser.style_urls"


@pytest.fixture
def guide(cast, visit):
    window = visit(cast.handler)
    window.open("/styleguide/")
    return window


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390, 360])
def test_no_complaints_no_findings_no_sideways_scroll(cast, visit, theme, width):
    window = visit(cast.handler, theme=theme, width=width)
    window.open("/styleguide/")
    assert window.findings() == []
    assert window.complaints == []
    assert window.sideways() <= 0


def test_the_theme_button_switches_at_once_and_is_kept(guide, cast, visit):
    root = guide.page.locator("html")
    expect(root).to_have_attribute("data-bs-theme", "light")
    with guide.page.expect_response("**/theme/"):
        guide.page.get_by_role("button", name="Dark or light theme").click()
    expect(root).to_have_attribute("data-bs-theme", "dark")
    elsewhere = visit(cast.handler)
    expect(elsewhere.open("/styleguide/").locator("html")).to_have_attribute(
        "data-bs-theme", "dark"
    )


def test_letters_move_through_rows_and_pick(guide):
    page = guide.page
    page.locator("body").press("j")
    expect(page.locator("[data-row]").first).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator("[data-row]").nth(1)).to_be_focused()
    page.keyboard.press("x")
    expect(page.locator("[data-bulk]")).to_be_visible()
    expect(page.locator("[data-bulk-n]")).to_have_text("1")
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("[data-bulk]")).to_be_hidden()


def test_letters_can_be_switched_off(cast, visit):
    type(cast.handler).objects.filter(pk=cast.handler.pk).update(keys_enabled=False)
    page = visit(cast.handler).open("/styleguide/")
    page.locator("body").press("?")
    expect(page.locator("#keys")).to_be_hidden()


def test_question_mark_lists_the_keys_and_escape_closes(guide):
    page = guide.page
    page.locator("body").press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()


def test_a_draft_comes_back_with_a_note_and_can_be_dropped(guide):
    page = guide.page
    page.get_by_label("Description").first.fill("The latch cracks at its base")
    expect(page.locator("[data-saved]")).to_have_text(
        re.compile(r"Kept on this device at \d\d:\d\d")
    )
    guide.open("/styleguide/")
    expect(page.get_by_text("Draft restored from this device.")).to_be_visible()
    expect(page.get_by_label("Description").first).to_have_value("The latch cracks at its base")
    page.get_by_role("button", name="Drop the draft").click()
    page.wait_for_load_state("networkidle")
    expect(page.get_by_label("Description").first).to_have_value("")


def test_signing_out_removes_drafts(guide):
    page = guide.page
    page.get_by_label("Description").first.fill("Secret")
    expect(page.locator("[data-saved]")).not_to_have_text("")
    page.get_by_title("Anna Kravtsova").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/account/login/")
    assert page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('draft:'))") == []


def test_rows_are_added_and_removed(guide):
    page = guide.page
    page.get_by_role("button", name="Add a product").click()
    expect(page.locator("#id_items-1-product")).to_be_focused()
    expect(page.locator("#id_items-TOTAL_FORMS")).to_have_value("2")
    page.get_by_role("button", name="Remove this row").nth(1).click()
    expect(page.locator("#id_items-1-product")).to_be_hidden()
    expect(page.locator("#id_items-1-DELETE")).to_be_checked()


def test_a_choice_reveals_what_depends_on_it(guide):
    page = guide.page
    expect(page.get_by_label("Why it is blocked")).to_be_hidden()
    page.get_by_label("Block the rest of lot").check()
    expect(page.get_by_label("Why it is blocked")).to_be_visible()


def test_the_error_summary_has_the_focus_and_leads_to_the_field(guide):
    page = guide.page
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.get_by_role("link", name=re.compile("^Description:")).click()
    expect(page.locator("#id_bad-description")).to_be_focused()


def test_searchable_selects_keep_their_label(guide):
    page = guide.page
    box = page.get_by_role("combobox", name="Customer").first
    box.click()
    page.keyboard.type("Arko")
    page.keyboard.press("Enter")
    expect(page.locator("#id_customer")).to_have_value("2")


def test_the_menu_is_a_drawer_on_phones(cast, visit):
    page = visit(cast.handler, width=390).open("/styleguide/")
    expect(page.locator("#side")).not_to_be_in_viewport()
    page.get_by_role("button", name="Menu", exact=True).click()
    expect(page.locator("#side")).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(page.locator("#side")).not_to_be_in_viewport()


def test_a_toast_comes_with_undo_and_can_be_used(guide):
    page = guide.page
    page.evaluate(
        "document.body.dispatchEvent(new CustomEvent('toast',"
        " {detail: {text: 'Block acknowledged', undo: '/theme/'}}))"
    )
    toast = page.locator(".toasts .c-toast", has_text="Block acknowledged")
    with page.expect_response("**/theme/"):
        toast.get_by_role("button", name="Undo").click()
    expect(toast).to_be_hidden()


def test_a_failed_fragment_says_so_and_loses_nothing(guide):
    page = guide.page
    page.evaluate("htmx.ajax('GET', '/no-such-fragment/', {target: '#table'})")
    expect(page.get_by_text("This is no longer here. Reload the page.")).to_be_visible()
    expect(page.locator("#table")).to_be_visible()
    page.context.clear_cookies()
    page.evaluate("htmx.ajax('GET', '/account/profile/', {target: '#table'})")
    expect(page.get_by_text("Your session has ended.")).to_be_visible()
    expect(page.locator("#table")).to_be_visible()

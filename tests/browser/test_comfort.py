"""What makes long days bearable: focus in view, drafts, labels read by the camera, own words."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from claims.states import Step
from tests.cast import Cast
from tests.core.samples import image

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

# Whether the focused control can be seen: no bar lies over its middle.
IN_VIEW = """() => {
  const at = document.activeElement, box = at.getBoundingClientRect();
  const seen = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return Boolean(seen && (at.contains(seen) || seen.contains(at)));
}"""
FIELD = "document.activeElement.matches('.rg-form input[type=text], .rg-form textarea')"
# A phone that finds one code on every picture.
PHONE = """window.BarcodeDetector = class {
  detect() { return Promise.resolve([{ rawValue: 'RK-12;L-2291;40' }]); }
};"""
STRANGE = PHONE.replace("RK-12;L-2291;40", "XX-99")


def label(name: str = "label.png") -> Any:
    return {"name": name, "mimeType": "image/png", "buffer": image()}


@pytest.mark.parametrize("width", [1440, 390])
def test_no_bar_covers_the_field_that_has_the_focus(cast: Cast, visit, width) -> None:
    claim = cast.claim_in(Step.REGISTRATION)
    window = visit(cast.handler, width=width)
    window.page.emulate_media(reduced_motion="reduce")  # scrolls at once
    page = window.open(f"/claims/{claim.number}/edit/")
    covered = []
    for _ in range(70):
        page.keyboard.press("Tab")
        if page.evaluate(FIELD) and not page.evaluate(IN_VIEW):
            covered.append(page.evaluate("document.activeElement.name"))
    assert covered == []


def test_a_dialog_gives_the_focus_back(cast: Cast, visit) -> None:
    claim = cast.claim_in(Step.REGISTRATION)
    page = visit(cast.handler).open(f"/claims/{claim.number}/")
    opener = page.get_by_role("link", name="Order", exact=True)
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()


def test_a_draft_is_saved_at_once_and_there_again(cast: Cast, visit) -> None:
    window = visit(cast.handler)
    page = window.open("/claims/new/")
    page.get_by_label("Title").fill("Cracked latches")
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator("[data-saved]")).to_contain_text("Kept on this device at")
    window.open("/claims/")
    page = window.open("/claims/new/")
    expect(page.get_by_label("Title")).to_have_value("Cracked latches")
    assert window.complaints == []


def test_a_label_fills_in_product_and_lot(cast: Cast, visit) -> None:
    window = visit(cast.reporter, width=390)
    window.page.add_init_script(PHONE)
    page = window.open("/report/")
    scan = page.locator("[data-scan]")
    expect(scan).to_be_visible()
    scan.locator("input").set_input_files(label())
    expect(page.get_by_label("Product")).to_have_value(str(cast.product))
    expect(page.get_by_label("Lot, if known")).to_have_value("L-2291")
    assert window.findings() == []
    assert window.complaints == []


def test_a_label_of_somebody_else_is_named_and_fills_in_nothing(cast: Cast, visit) -> None:
    window = visit(cast.reporter, width=390)
    window.page.add_init_script(STRANGE)
    page = window.open("/report/")
    page.locator("[data-scan] input").set_input_files(label())
    expect(page.locator("[data-scan] [role=status]")).to_contain_text("XX-99")
    expect(page.get_by_label("Product")).to_have_value("")


def test_browsers_that_read_no_codes_do_not_offer_it(cast: Cast, visit) -> None:
    window = visit(cast.reporter)
    window.page.add_init_script("delete window.BarcodeDetector")
    expect(window.open("/report/").locator("[data-scan]")).to_be_hidden()


def test_a_date_stands_in_the_words_of_the_page_where_the_browser_writes_another_way(
    cast: Cast, visit
) -> None:
    cast.handler.language = "ru"
    cast.handler.save()
    claim = cast.claim_in(Step.REGISTRATION)
    page = visit(cast.handler).open(f"/claims/{claim.number}/edit/")
    field = page.locator("input[name=customer_claim_date]")
    field.fill("2026-05-06")
    field.blur()
    expect(page.locator("#id_customer_claim_date-words")).to_have_text("6 мая 2026 г.")


def test_chosen_files_are_named_below_the_field(cast: Cast, visit) -> None:
    claim = cast.claim_in(Step.REGISTRATION)
    window = visit(cast.handler)
    page = window.open(f"/claims/{claim.number}/files/")
    page.locator("input[type=file]").set_input_files([label("one.png"), label("two.png")])
    expect(page.locator(".file-list li")).to_have_text(["one.png", "two.png"])
    assert window.findings() == []


def test_rows_of_every_severity_appear_on_a_tick(cast: Cast, visit) -> None:
    page = visit(cast.quality_manager).open("/notification-rules/")
    spare = page.locator(".nm .is-spare").first
    expect(spare).to_be_hidden()
    page.get_by_label("Rows of every severity").check()
    expect(spare).to_be_visible()

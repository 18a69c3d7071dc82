"""Long forms in a real browser: double clicks, files that wait, drafts that outlive a session."""

from __future__ import annotations

import re

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError
from playwright.sync_api import Page, expect

from claims.models import Claim
from tests.cast import PASSWORD, Cast
from tests.claims.test_files import photo

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

REPORTED = re.compile(r"/report/\d\d-\d{4}/$")
TEXT = "Flash on the rim. It cuts the glove."


def written(page: Page) -> None:
    """A report with a text, typed like a person does."""
    page.get_by_label("In your own words").press_sequentially(TEXT)
    page.wait_for_timeout(1000)


def sign_in(page: Page, cast: Cast) -> None:
    page.get_by_label("E-mail").fill(cast.reporter.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.wait_for_load_state("networkidle")


def test_a_double_click_makes_one_claim(cast: Cast, visit):
    page = visit(cast.reporter).open("/report/")
    written(page)
    page.get_by_role("button", name="Send").dblclick()
    expect(page).to_have_url(REPORTED)
    assert Claim.objects.count() == 1
    page.go_back()
    page.wait_for_load_state("networkidle")
    expect(page.get_by_text("Draft restored from this device.")).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_photos_wait_for_the_corrected_form(cast: Cast, visit, theme, tmp_path):
    window = visit(cast.reporter, theme=theme, width=390)
    page = window.open("/report/")
    long = "lid_of_the_third_box_on_the_second_pallet_from_line_3_second_shift.jpg"
    for name in ("rim.jpg", long):
        (tmp_path / name).write_bytes(photo(colour="red" if name == "rim.jpg" else "blue").read())
    (tmp_path / "page.html").write_text("<html><script>1</script></html>")
    files = [tmp_path / name for name in ("rim.jpg", long, "page.html")]
    page.locator("[data-photo-source][multiple]").set_input_files(files)
    written(page)
    page.get_by_label("How many, roughly").fill("many")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Kept: rim.jpg")).to_be_visible()
    expect(page.get_by_text("page.html was not kept.")).to_be_visible()
    assert window.findings() == []
    assert window.sideways() <= 0
    page.get_by_label(f"Remove {long}").check()
    page.get_by_label("How many, roughly").fill("3")
    page.get_by_role("button", name="Send").click()
    expect(page).to_have_url(REPORTED)
    assert [each.name for each in Claim.objects.get().attachments.all()] == ["rim.jpg"]


def test_a_session_that_ends_meanwhile_costs_no_text(cast: Cast, visit):
    page = visit(cast.reporter).open("/report/")
    written(page)
    Session.objects.all().delete()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Your session has ended, and what you sent")).to_be_visible()
    sign_in(page, cast)
    expect(page).to_have_url(re.compile(r"/report/$"))
    expect(page.get_by_label("In your own words")).to_have_value(TEXT)
    expect(page.get_by_text("Draft restored from this device.")).to_be_visible()
    page.get_by_role("button", name="Send").click()
    expect(page).to_have_url(REPORTED)
    page.goto(re.sub(REPORTED, "/report/", page.url))
    expect(page.get_by_label("In your own words")).to_have_value("")


def test_signing_in_in_another_tab_is_enough(cast: Cast, visit):
    """The token of the page is an old one then."""
    page = visit(cast.reporter).open("/report/")
    written(page)
    Session.objects.all().delete()
    other = page.context.new_page()
    other.goto(page.url)
    sign_in(other, cast)
    page.get_by_role("button", name="Send").click()
    expect(page).to_have_url(REPORTED)


def test_while_the_database_is_away_the_text_stays(cast: Cast, visit, monkeypatch):
    page = visit(cast.reporter).open("/report/")
    written(page)

    def away(**_arguments):
        raise OperationalError("closed")

    monkeypatch.setattr("claims.views.report.report_claim", away)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("What you sent was not saved.")).to_be_visible()
    monkeypatch.undo()
    page.go_back()
    page.wait_for_load_state("networkidle")
    expect(page.get_by_label("In your own words")).to_have_value(TEXT)
    page.get_by_role("button", name="Send").click()
    expect(page).to_have_url(REPORTED)

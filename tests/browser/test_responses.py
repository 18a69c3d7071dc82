"""The pages of the response in a real browser: access, room, live preview, kept drafts."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from responses import commands
from tests.responses.conftest import Answer, analysed

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def answer(cast) -> Answer:
    """A claim with correspondence, in step 7."""
    answer = analysed(cast)
    answer.do("receive_message", claim=answer.claim, text="Please answer by Friday.")
    letter = answer.letter("interim")
    answer.do("mark_sent", letter=letter, channel="phone", remark="Spoke to Ms Nair")
    return answer


def path(answer: Answer, name: str, *args: object) -> str:
    return reverse(f"responses:{name}", args=[answer.claim.number, *args])


@pytest.mark.parametrize(
    ("theme", "width"), [("light", 1440), ("dark", 1440), ("light", 390), ("light", 360)]
)
def test_no_findings_no_complaints_no_sideways_scroll(cast, visit, answer, theme, width):
    def look(person: str, *paths: str) -> None:
        window = visit(cast.people[person], theme=theme, width=width)
        for each in paths:
            window.open(each)
            assert window.findings() == [], each
            assert window.complaints == [], each
            assert window.sideways() <= 0, each

    look("handler", path(answer, "tab"), path(answer, "correspondence"), path(answer, "costs"))
    line = commands.Line(text="Line stop, 4 h", reason="clause 7.2: 2 h at most")
    answer.decided("partly", no_compensation=False, lines=[line])
    answer.compensated(320_716)
    letter = answer.letter()
    look("handler", path(answer, "tab"), path(answer, "tab") + "?decide=1")
    letter = answer.do("submit_letter", letter=letter)
    answer.do("return_letter", by="quality_manager", letter=letter, comment="Shorter.")
    answer.do("edit_letter", letter=letter, values={"findings": "Too dry."})
    letter = answer.do("submit_letter", letter=letter)
    look("quality_manager", path(answer, "approve", letter.pk), path(answer, "legal"))
    answer.sign(answer.sign(letter), by="legal")
    look("finance", path(answer, "tab"))
    answer.handed_over(letter)
    look("handler", path(answer, "tab"), path(answer, "letter", letter.pk))


def test_the_paper_follows_the_typing_and_the_draft_survives(cast, visit, answer):
    answer.decided()
    answer.letter()
    window = visit(cast.handler)
    page = window.open(path(answer, "tab"))
    page.get_by_label("What we found").fill("Typed just now.")
    expect(page.locator("#lp-findings")).to_have_text("Typed just now.")
    page.wait_for_timeout(1000)
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.get_by_label("What we found")).to_have_value("Typed just now.")


def test_rows_are_added_to_the_decision(cast, visit, answer):
    page = visit(cast.handler).open(path(answer, "tab"))
    page.get_by_text("Accept in part").click()
    page.get_by_label("It rests on").select_option("contract")
    page.get_by_label("Reason", exact=False).first.fill("Two hours are covered.")
    page.get_by_role("button", name="Item").click()
    rows = page.locator("[data-formset-rows] tr")
    expect(rows).to_have_count(3)
    rows.nth(2).get_by_label("Item").fill("Replacement freight")
    rows.nth(2).get_by_label("Accepted").fill("68,000")
    page.get_by_role("button", name="Record the decision").click()
    expect(page.get_by_role("rowheader", name="Replacement freight")).to_be_visible()
    assert "68,000" in page.content()


def test_a_letter_is_sent_from_a_dialog(cast, visit, answer):
    answer.approved()
    page = visit(cast.handler).open(path(answer, "tab"))
    page.get_by_role("link", name="Send to the customer").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("cannot be called back")
    dialog.get_by_role("button", name="Send").click()
    expect(page.get_by_text("on its way to the customer")).to_be_visible()

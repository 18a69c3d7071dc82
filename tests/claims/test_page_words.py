"""Small words of the pages: in the reader's language, said once, in the right form."""

from __future__ import annotations

import pytest

from claims.commands import add_comment, edit_claim
from claims.states import Step
from tests.cast import Cast


@pytest.fixture
def russian(cast: Cast, browse):
    """The handler's browser in Russian."""
    cast.handler.language = "ru"
    cast.handler.save()
    return browse(cast.handler)


def test_the_customers_number_keeps_one_number_sign(cast: Cast, russian) -> None:
    claim = cast.claim_in(Step.REGISTRATION, customer_claim_no="№ 82667")
    page = russian.get(f"/claims/{claim.number}/").text
    head = page.split('id="claim-head"')[1].split("</header>")[0]
    assert "их № 82667" in head
    assert "№ №" not in page


def test_units_are_in_the_language_of_the_page(cast: Cast, russian) -> None:
    claim = cast.claim_in(Step.REGISTRATION)
    page = russian.get(f"/claims/{claim.number}/").text
    assert "38 шт." in page
    assert "pcs" not in page
    record = russian.get(f"/claims/{claim.number}/edit/").text
    assert 'value="шт."' in record


def test_history_speaks_of_a_person_in_her_or_his_form(cast: Cast, russian) -> None:
    claim = cast.claim_in(Step.REGISTRATION)
    for name, first, last in (
        ("handler", "Анна", "Кравцова"),
        ("quality_manager", "Олег", "Бойко"),
    ):
        cast.people[name].first_name, cast.people[name].last_name = first, last
        cast.people[name].save()
    add_comment(actor=cast.actor("handler"), claim=claim, text="Seen on the line")
    edit_claim(actor=cast.actor("quality_manager"), claim=claim, values={"order_no": "PO-1"})
    page = russian.get(f"/claims/{claim.number}/history/").text
    assert "<b>Анна Кравцова</b> прокомментировала" in page
    assert "<b>Олег Бойко</b> изменил претензию" in page


def test_quotation_marks_are_those_of_the_language(cast: Cast, russian) -> None:
    claim = cast.claim_in(Step.FULL_INVESTIGATION)
    page = russian.get(f"/claims/{claim.number}/").text
    assert "“" not in page


def test_a_file_field_speaks_the_language_of_the_page(cast: Cast, russian) -> None:
    claim = cast.claim_in(Step.REGISTRATION)
    page = russian.get(f"/claims/{claim.number}/files/").text
    assert "Выбрать файлы" in page
    # What browsers show for a file field without a title is theirs, in their language.
    assert '<input type="file" name="uploads"' in page
    assert 'title="Файлы"' in page.split('name="uploads"')[1].split(">")[0]


def test_the_list_of_ones_own_claims_does_not_name_the_owner(cast: Cast, browse) -> None:
    cast.claim_in(Step.REGISTRATION)
    client = browse(cast.handler)
    assert ">Owner</th>" in client.get("/claims/?state=open").text
    assert ">Owner</th>" not in client.get("/claims/?state=open&owner=me").text
    client.post("/claims/columns/", {"columns": ["number", "owner"]})
    assert ">Owner</th>" in client.get("/claims/?state=open&owner=me").text


def test_an_export_says_what_is_missing(cast: Cast, browse) -> None:
    cast.claim_in(Step.REGISTRATION)
    answer = browse(cast.quality_manager).get("/claims/export/?format=csv")
    table = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "What is missing" in table
    assert "acknowledgement" in table


def test_the_board_takes_the_room_of_the_menu_unless_that_is_wanted_wide(
    cast: Cast, browse
) -> None:
    client = browse(cast.handler)
    assert 'class="app is-collapsed"' in client.get("/claims/board/").text
    client.cookies["side"] = "wide"
    assert 'class="app is-collapsed"' not in client.get("/claims/board/").text

"""The claims list as people use it: filters, views, order, paging, columns, exports, board."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from urllib.parse import unquote

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from claims.commands import save_view
from claims.models import Claim
from claims.states import Step


@pytest.fixture
def handler_page(client, cast):
    client.force_login(cast.handler)

    def get(query: str = "", name: str = "claims:list", **headers):
        return client.get(f"{reverse(name)}?{query}", headers=headers)

    return get


def numbers(response) -> list[str]:
    return [claim.number for claim in response.context["page"].rows]


def test_the_list_shows_what_the_person_may_see_and_nothing_else(client, cast):
    ours, theirs = cast.complete_report(), cast.report(site=cast.other_site)
    client.force_login(cast.handler)
    shown = numbers(client.get(reverse("claims:list")))
    assert ours.number in shown
    assert theirs.number not in shown


def test_filters_narrow_and_are_named_in_the_address(handler_page, cast):
    critical = cast.complete_report(severity="critical")
    other = cast.complete_report(severity="minor", customer=cast.other_customer, contact=None)
    bare = cast.report(site=cast.site)
    code = cast.customer.code
    assert numbers(handler_page("severity=critical")) == [critical.number]
    assert set(numbers(handler_page("severity=critical&severity=minor"))) == {
        critical.number,
        other.number,
    }
    assert numbers(handler_page(f"customer={code}")) == [critical.number]
    assert numbers(handler_page("owner=none")) == [bare.number]
    assert set(numbers(handler_page("owner=me"))) == {critical.number, other.number}
    assert set(numbers(handler_page(f"product={cast.product.code}&lot={cast.lot.code}"))) == {
        critical.number,
        other.number,
    }
    assert numbers(handler_page("lot=nothing-like-this")) == []


def test_an_empty_result_offers_to_drop_the_filters(handler_page, cast):
    cast.complete_report()
    page = handler_page("lot=nothing-like-this").content.decode()
    assert "No claim fits these filters" in page
    assert "Clear filters" in page


def test_search_finds_inflected_words_in_the_list(handler_page, cast):
    wanted = cast.complete_report(title="Трещины на защёлке", description="Найдены на сборке")
    cast.complete_report(title="Scratches", description="Scratches on the cover")
    assert numbers(handler_page("q=трещина защелки")) == [wanted.number]
    assert numbers(handler_page(f"q={wanted.number}")) == [wanted.number]


def test_paging_walks_through_all_claims_without_counting(handler_page, cast, monkeypatch):
    monkeypatch.setattr("claims.listing.PAGE_SIZE", 3)
    made = {cast.complete_report().number for _ in range(7)}
    seen, query = [], "sort=received"
    while query:
        response = handler_page(query)
        seen += numbers(response)
        query = response.context["next"].lstrip("?")
    assert len(seen) == 7
    assert set(seen) == made


def test_queries_do_not_grow_with_rows(handler_page, cast, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for _ in range(2):
        cast.complete_report()
    with CaptureQueriesContext(connection) as few:
        handler_page()
    for _ in range(10):
        cast.complete_report()
    with CaptureQueriesContext(connection) as many:
        handler_page()
    assert len(many) <= len(few)


def test_htmx_gets_the_part_and_the_back_button_the_page(handler_page, cast):
    cast.complete_report()
    part = handler_page("", **{"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<div id="claims">')
    headers = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<!doctype html>" in handler_page("", **headers).content.decode().lower()


def test_a_saved_view_is_kept_shown_and_deleted(client, handler_page, cast):
    cast.complete_report(severity="critical")
    client.post(
        reverse("claims:save_view"), {"name": "Critical ones", "query": "?severity=critical"}
    )
    page = handler_page()
    assert "Critical ones" in page.content.decode()
    view = cast.handler.saved_views.get()
    assert view.query == "severity=critical"
    client.post(reverse("claims:delete_view", args=[view.pk]))
    assert "Critical ones" not in handler_page().content.decode()


def test_somebody_elses_view_is_seen_only_when_shared_and_never_deleted(client, cast):
    own = save_view(actor=cast.actor("handler"), name="Mine", query="state=open")
    save_view(actor=cast.actor("handler"), name="Ours", query="state=open", is_shared=True)
    client.force_login(cast.second_handler)
    page = client.get(reverse("claims:list")).content.decode()
    assert "Ours" in page
    assert "Mine" not in page
    assert client.post(reverse("claims:delete_view", args=[own.pk])).status_code == 404


def test_chosen_columns_are_shown_and_exported(client, handler_page, cast):
    claim = cast.complete_report(customer_claim_no="NCR-88412")
    client.post(reverse("claims:choose_columns"), {"columns": ["customer_no"]})
    assert "NCR-88412" in handler_page().content.decode()
    text = b"".join(handler_page("format=csv", "claims:export").streaming_content)
    rows = list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))
    assert rows[0] == ["Number", "Customer's number"]
    assert rows[1] == [claim.number, "NCR-88412"]


def test_exports_hold_the_filtered_claims_and_no_formula(handler_page, cast):
    wanted = cast.complete_report(severity="critical", customer_claim_no="=1+1")
    cast.complete_report(severity="minor")
    answer = handler_page("severity=critical&format=xlsx", "claims:export")
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    rows = list(sheet.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert len(rows) == 2
    assert wanted.number in rows[1]


def test_a_csv_has_the_readers_time_and_a_name_in_the_readers_language(client, cast):
    handler = cast.handler
    handler.language, handler.time_zone = "ru", "Asia/Vladivostok"
    handler.save(update_fields=["language", "time_zone"])
    cast.complete_report(received_at=datetime(2026, 3, 2, 20, 30, tzinfo=UTC))
    client.force_login(handler)
    client.post(reverse("claims:choose_columns"), {"columns": ["received"]})
    answer = client.get(reverse("claims:export"), {"format": "csv"})
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    assert ";03.03.2026 06:30:00\r\n" in text
    name = answer["Content-Disposition"].partition("filename*=utf-8''")[2]
    assert unquote(name).startswith("претензии-")


def test_a_part_in_single_claims_does_not_export(client, cast):
    client.force_login(cast.reporter)
    assert client.get(reverse("claims:export")).status_code == 403


def test_the_board_groups_open_claims_by_step(handler_page, cast):
    received = cast.complete_report()
    registering = cast.claim_in(Step.REGISTRATION)
    cast.claim_in(Step.CANCELLED)
    columns = handler_page("", "claims:board").context["columns"]
    shown = {column["step"]: [card.number for card in column["cards"]] for column in columns}
    assert shown[Step.RECEIPT] == [received.number]
    assert shown[Step.REGISTRATION] == [registering.number]
    assert sum(len(cards) for cards in shown.values()) == 2


@pytest.mark.parametrize("owner", ["", "abc", "²", "9" * 30])
def test_handing_over_to_nobody_changes_nothing(client, cast, owner):
    claim = cast.complete_report()
    client.force_login(cast.quality_manager)
    sent = {"claims": [claim.number], "owner": owner}
    answer = client.post(reverse("claims:hand_over"), sent)
    assert answer.status_code == 422
    assert Claim.objects.get(pk=claim.pk).owner == claim.owner


@pytest.mark.parametrize(
    "address",
    ["lookup/lots/?product=", "lookup/contacts/?customer=", "claims/similar/?customer="],
)
def test_digits_that_are_no_number_find_nothing_and_break_nothing(client, cast, address):
    client.force_login(cast.handler)
    assert client.get(f"/{address}²").status_code == 200


@pytest.mark.parametrize(
    "address",
    ["/claims/", "/claims/board/", "/actions/", "/lookup/products/", "/claims/filter/customers/"],
)
def test_a_sign_that_no_database_keeps_is_a_bad_request(client, cast, address):
    client.force_login(cast.handler)
    assert client.get(f"{address}?q=%00&owner=%00").status_code == 400


def test_handing_over_names_the_claims_that_refuse(client, cast):
    first, second = cast.complete_report(), cast.claim_in(Step.CANCELLED)
    client.force_login(cast.quality_manager)
    response = client.post(
        reverse("claims:hand_over"),
        {"claims": [first.number, second.number], "owner": cast.second_handler.pk},
        follow=True,
    )
    assert Claim.objects.get(pk=first.pk).owner == cast.second_handler
    assert Claim.objects.get(pk=second.pk).owner != cast.second_handler
    text = response.content.decode()
    assert "1 claim handed over" in text
    assert second.number in text

"""Reporting, finding, reading and completing claims as an ERP does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from claims.models import Claim
from core import clock
from tests.api.caller import Caller, in_session, program
from tests.cast import Cast

pytestmark = pytest.mark.django_db

FULL = {
    "title": "Cracked latches on connector housing",
    "source_reference": "QM-481",
    "description": "The latch cracks at its base when inserted into the header.",
    "customer": "C-001",
    "customer_claim_no": "KS-7712",
    "demands": ["replace", "replace"],
    "demand_amount": "1200.50",
    "items": [
        {
            "product": "RK-12",
            "lot": "L-2291",
            "quantity_delivered": "3600",
            "quantity_claimed": 38,
            "defect": "MAT-CRACK",
        }
    ],
}


def test_two_fields_open_a_claim(erp: Caller) -> None:
    answer = erp.post("/claims/", {"title": "Cracked latches", "source_reference": "QM-1"})

    assert answer.status_code == 201
    claim = answer.json()
    assert claim["step"] == "receipt"
    assert claim["channel"] == "api"
    assert claim["source_client"] == "ERP"
    assert answer["ETag"] == '"1"'
    assert answer["Location"] == f"http://testserver/api/v1/claims/{claim['number']}/"
    assert erp.get(f"/claims/{claim['number']}/").json() == claim


def test_the_full_record_comes_back_as_sent(erp: Caller) -> None:
    claim = erp.post("/claims/", FULL).json()

    assert claim["customer"] == "C-001"
    assert claim["customer_name"] == "Kestrel Switchgear"
    assert claim["demands"] == ["replace"]
    assert claim["demand_amount"] == "1200.50"
    (item,) = claim["items"]
    assert item["product"] == "RK-12"
    assert item["lot"] == "L-2291"
    assert item["lot_known"] is True
    assert item["line"] == "L3"
    assert item["quantity_claimed"] == "38.000"
    assert item["defect"] == "MAT-CRACK"


def test_a_known_reference_answers_the_same_claim(erp: Caller) -> None:
    first = erp.post("/claims/", FULL)
    second = erp.post("/claims/", {"title": "Another text", "source_reference": "QM-481"})

    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json() == first.json()
    assert Claim.objects.count() == 1


def test_references_of_two_clients_do_not_meet(erp: Caller) -> None:
    other = program("MES")
    erp.post("/claims/", {"title": "Cracked", "source_reference": "1"})

    assert other.post("/claims/", {"title": "Dented", "source_reference": "1"}).status_code == 201


def test_a_persons_reference_does_not_show_a_foreign_claim(cast: Cast) -> None:
    in_session(cast.reporter).post("/claims/", {"title": "Cracked", "source_reference": "1"})

    answer = in_session(cast.employee).post(
        "/claims/", {"title": "Dented", "source_reference": "1"}
    )
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:claims:problem:reference_taken"


def test_a_lot_nobody_knows_stays_as_text(erp: Caller) -> None:
    body = {"title": "Cracked", "items": [{"product": "RK-12", "lot": "X-1"}]}
    (item,) = erp.post("/claims/", body).json()["items"]

    assert (item["lot"], item["lot_known"]) == ("X-1", False)


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"title": ""}, "/title", "blank"),
        ({"titel": "x"}, "/titel", "unknown"),
        ({"customer": "C-999"}, "/customer", "does_not_exist"),
        ({"items": [{"product": "NO"}]}, "/items/0/product", "does_not_exist"),
        ({"items": [{"lot": "L-2309", "product": "RK-12"}]}, "/items/0/lot", "other_product"),
        ({"items": [{}, {"colour": "red"}]}, "/items/1/colour", "unknown"),
        ({"items": [{"quantity_claimed": "-1"}]}, "/items/0/quantity_claimed", "min_value"),
        ({"items": [{"quantity_claimed": "NaN"}]}, "/items/0/quantity_claimed", "invalid"),
        ({"received_at": "2999-01-01T00:00:00Z"}, "/received_at", "range"),
        ({"received_at": "yesterday"}, "/received_at", "invalid"),
        ({"severity": "awful"}, "/severity", "invalid_choice"),
        ({"demand_currency": "rubles"}, "/demand_currency", "invalid"),
        ({"title": "a\0b"}, "/title", "invalid"),
        ({"title": "a\ud800b"}, "/title", "invalid"),
        ({"customer": 5}, "/customer", "invalid"),
    ],
)
def test_what_is_wrong_is_pointed_at(erp: Caller, change: dict, pointer: str, code: str) -> None:
    answer = erp.post("/claims/", {"title": "Cracked", **change})

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert (pointer, code) in [(row["pointer"], row["code"]) for row in problem["errors"]]
    assert problem["status"] == 400
    assert not Claim.objects.exists()


def test_an_empty_report_is_refused(erp: Caller) -> None:
    answer = erp.post("/claims/", {})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/title"


def test_a_bulk_call_keeps_the_good_rows(erp: Caller) -> None:
    erp.post("/claims/", {"title": "Known", "source_reference": "A"})
    rows = [
        {"title": "First", "source_reference": "B", "customer": "C-001"},
        {"title": "Bad", "customer": "C-999"},
        {"title": "Known again", "source_reference": "A"},
        {"title": "Twice", "source_reference": "B"},
        {"title": "Future", "received_at": (clock.now() + timedelta(days=2)).isoformat()},
        {"items": [{"lot": "L-2291"}], "description": "The latch cracks at its base."},
    ]
    answer = erp.post("/claims/bulk/", {"claims": rows})

    assert answer.status_code == 200
    result = answer.json()
    assert [row["status"] for row in result["results"]] == [
        "created", "refused", "known", "known", "refused", "created",
    ]  # fmt: skip
    assert (result["created"], result["known"], result["refused"]) == (2, 2, 2)
    assert result["results"][1]["errors"][0]["pointer"] == "/customer"
    assert result["results"][3]["number"] == result["results"][0]["number"]
    assert result["results"][4]["errors"][0]["pointer"] == "/received_at"
    assert Claim.objects.count() == 3


def test_a_bulk_call_takes_a_thousand(erp: Caller) -> None:
    rows = [{"title": f"Claim {n}", "source_reference": str(n)} for n in range(1001)]

    assert erp.post("/claims/bulk/", {"claims": rows}).status_code == 400
    assert erp.post("/claims/bulk/", {"claims": rows[:1000]}).json()["created"] == 1000
    assert erp.post("/claims/bulk/", {"claims": rows[:1000]}).json()["known"] == 1000


def test_filters_narrow_the_list(erp: Caller, cast: Cast) -> None:
    kestrel = cast.complete_report(severity="major").number
    arkona = cast.complete_report(customer=cast.other_customer, severity="minor").number

    def numbers(**query: str) -> list[str]:
        return sorted(row["number"] for row in erp.get("/claims/", query).json()["results"])

    assert numbers() == [kestrel, arkona]
    assert numbers(customer="C-002") == [arkona]
    assert numbers(severity="major") == [kestrel]
    assert numbers(lot="L-2291") == [kestrel, arkona]
    assert numbers(product="VF-310") == []
    assert numbers(step="receipt", customer="C-001") == [kestrel]
    assert numbers(owner=cast.handler.email) == [kestrel, arkona]
    assert numbers(q="защелки") == []
    assert numbers(q="latches header") == [kestrel, arkona]
    assert numbers(number=kestrel) == [kestrel]


@pytest.mark.parametrize(
    "query",
    [
        {"colour": "red"},
        {"severity": "awful"},
        {"page_size": "201"},
        {"page_size": "0"},
        {"page_size": "many"},
        {"ordering": "title"},
        {"cursor": "abc"},
        {"with_count": "yes"},
        {"received_from": "soon"},
        {"updated_after": "soon"},
        {"updated_after": "0001-01-01T00:00:00+14:00"},
        {"updated_after": "9999-12-31T23:59:59-14:00"},
        {"q": "a\0b"},
    ],
)
def test_a_parameter_that_makes_no_sense_is_refused(erp: Caller, query: dict) -> None:
    answer = erp.get("/claims/", query)

    assert answer.status_code == 400
    (name,) = query
    assert answer.json()["errors"][0]["pointer"] == f"?{name}"


def test_cursors_lead_through_the_list_and_back(erp: Caller, cast: Cast) -> None:
    expected = [cast.report(title=f"Claim {n}").number for n in range(7)][::-1]
    page = erp.get("/claims/", {"page_size": "3", "with_count": "1"}).json()
    assert (page["count"], page["previous"]) == (7, None)
    seen = []
    while True:
        seen += [row["number"] for row in page["results"]]
        if page["next"] is None:
            break
        last, page = page, erp.get(page["next"]).json()
    assert seen == expected
    assert erp.get(page["previous"]).json()["results"] == last["results"]


def test_a_cursor_belongs_to_its_order(erp: Caller, cast: Cast) -> None:
    for n in range(3):
        cast.report(title=f"Claim {n}")
    cursor = erp.get("/claims/", {"page_size": "1"}).json()["next"]

    assert erp.get(cursor + "&ordering=updated_at").status_code == 400


def test_an_incremental_pull_sees_what_changed(erp: Caller, cast: Cast) -> None:
    old, changed = cast.report(title="Old"), cast.report(title="Changed")
    since = Claim.objects.get(pk=changed.pk).updated_at.isoformat()
    assert old.number != changed.number
    erp_numbers = erp.get("/claims/", {"updated_after": since}).json()["results"]
    assert erp_numbers == []
    assert erp.get(f"/claims/?updated_after={since}").json()["results"] == []  # plus not encoded
    in_session(cast.handler).patch(f"/claims/{old.number}/", {"order_no": "45"})
    (row,) = erp.get("/claims/", {"updated_after": since, "ordering": "updated_at"}).json()[
        "results"
    ]
    assert row["number"] == old.number


def test_completing_a_claim_needs_the_version_read(handler: Caller, cast: Cast) -> None:
    number = cast.complete_report().number
    path = f"/claims/{number}/"
    tag = handler.get(path)["ETag"]

    answer = handler.patch(path, {"order_no": "45"}, if_match=tag)
    assert answer.status_code == 200
    assert answer.json()["order_no"] == "45"
    assert answer["ETag"] != tag

    stale = handler.patch(path, {"order_no": "46"}, if_match=tag)
    assert stale.status_code == 412
    assert stale.json()["version"] == answer.json()["version"]
    in_body = handler.patch(path, {"order_no": "46", "version": 1})
    assert in_body.status_code == 409
    assert handler.patch(path, {"order_no": "46"}, if_match='W/"1"').status_code == 412
    assert handler.patch(path, {"order_no": "46"}, if_match="*").status_code == 200


def test_a_client_completes_its_own_claims_until_registration(erp: Caller, cast: Cast) -> None:
    own = erp.post("/claims/", {"title": "Cracked"}).json()["number"]
    other = cast.complete_report().number

    assert erp.patch(f"/claims/{own}/", {"order_no": "45"}).status_code == 200
    assert erp.patch(f"/claims/{other}/", {"order_no": "45"}).status_code == 403


def test_a_contact_of_another_customer_is_refused(handler: Caller, cast: Cast) -> None:
    number = cast.complete_report(customer=cast.other_customer, contact=None).number

    answer = handler.patch(f"/claims/{number}/", {"contact": cast.contact.pk})
    assert answer.json()["errors"][0]["pointer"] == "/contact"
    moved = {"contact": cast.contact.pk, "customer": "C-001"}
    assert handler.patch(f"/claims/{number}/", moved).status_code == 200


def test_what_one_may_not_see_is_not_there(cast: Cast) -> None:
    number = cast.complete_report().number
    stranger = in_session(cast.outsider)

    missing = stranger.get("/claims/26-9999/")
    foreign = stranger.get(f"/claims/{number}/")
    assert (foreign.status_code, foreign.json()) == (404, missing.json())
    assert stranger.get("/claims/").json()["results"] == []

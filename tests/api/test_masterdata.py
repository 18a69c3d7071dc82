"""Master data as the ERP sends it."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from events.models import Event
from masterdata import commands
from masterdata.models import Customer, CustomerContact, ShipmentLine
from tests.api.caller import Caller, in_session, program
from tests.cast import Cast

pytestmark = pytest.mark.django_db

NEW = [
    ("customers", "C-100", {"name": "Orion", "country": "RU", "city": "Пермь"}),
    ("products", "P-1", {"name": "Bracket", "family": "F-CON", "unit": "kg"}),
    ("lots", "24/11-А", {"product": "RK-12", "line": "L3", "quantity": "10", "raw_lots": ["M-1"]}),
    ("lines", "L9", {"name": "Line 9", "site": "MAIN"}),
    ("sites", "WEST", {"name": "Tarvina West", "time_zone": "Asia/Yekaterinburg"}),
]


@pytest.mark.parametrize(("kind", "code", "body"), NEW)
def test_put_creates_and_then_changes(erp: Caller, kind: str, code: str, body: dict) -> None:
    path = f"/{kind}/{code}/"
    created = erp.put(path, body)
    assert created.status_code == 201
    assert created["ETag"] == '"1"'
    assert erp.get(path).json() == created.json()
    assert erp.put(path, body).json()["version"] == 1

    closed = erp.patch(path, {"is_active": False}, if_match='"1"')
    assert closed.status_code == 200
    assert (closed.json()["is_active"], closed.json()["version"]) == (False, 2)
    assert erp.put(path, body, if_match='"1"').status_code == 412
    assert erp.put(path, {**body, "version": 1}).status_code == 409
    kinds = Event.objects.filter(subject_type__startswith="masterdata").values_list("kind")
    assert [each for (each,) in kinds] == ["masterdata.created", "masterdata.changed"]


@pytest.mark.parametrize("tag", ['"1"', "*", 'W/"1"', '"x"'])
@pytest.mark.parametrize(("kind", "code", "body"), NEW[:2])
def test_a_record_that_is_not_there_matches_no_tag(
    erp: Caller, kind: str, code: str, body: dict, tag: str
) -> None:
    refused = erp.put(f"/{kind}/{code}/", body, if_match=tag)
    assert refused.status_code == 412
    assert refused.json()["type"] == "urn:claims:problem:stale"
    assert "There is no such record" in refused.json()["detail"]
    assert erp.get(f"/{kind}/{code}/").status_code == 404
    assert erp.put(f"/{kind}/{code}/", {**body, "version": 1}).status_code == 409
    assert erp.get(f"/{kind}/{code}/").status_code == 404


def test_any_record_matches_the_star(erp: Caller, cast: Cast) -> None:
    assert erp.put("/customers/C-001/", {"name": "Kestrel"}, if_match="*").status_code == 200


def test_creating_can_be_kept_from_changing(erp: Caller) -> None:
    """If-None-Match: * means: only if there is none yet."""
    created = erp.put("/customers/C-100/", {"name": "Orion"}, if_none_match="*")
    assert created.status_code == 201
    refused = erp.put("/customers/C-100/", {"name": "Lyra"}, if_none_match="*")
    assert refused.status_code == 412
    assert refused.json()["version"] == 1
    assert erp.get("/customers/C-100/").json()["name"] == "Orion"
    assert erp.patch("/customers/C-100/", {"name": "L"}, if_none_match="*").status_code == 412


def test_of_two_that_create_at_once_one_is_refused(erp: Caller, monkeypatch) -> None:
    """The other one was first, between the look and the writing."""

    def too_late(model, **arguments):
        monkeypatch.undo()
        commands.upsert(model, **{**arguments, "values": {"name": "First"}})
        raise IntegrityError

    monkeypatch.setattr("masterdata.api.views.commands.upsert", too_late)
    answer = erp.put("/customers/C-100/", {"name": "Second"}, if_none_match="*")
    assert answer.status_code == 412
    assert Customer.objects.get(code="C-100").name == "First"


def test_lists_are_filtered_and_paged(erp: Caller, cast: Cast) -> None:
    page = erp.get("/lots/", {"product": "RK-12"}).json()
    assert [row["code"] for row in page["results"]] == ["L-2291"]
    page = erp.get("/customers/", {"page_size": "1"}).json()
    assert [row["code"] for row in page["results"]] == ["C-001"]
    assert [row["code"] for row in erp.get(page["next"]).json()["results"]] == ["C-002"]
    assert erp.get("/customers/", {"colour": "red"}).status_code == 400


def test_a_customer_names_its_people_for_the_claims_about_them(erp: Caller, cast: Cast) -> None:
    person = CustomerContact.objects.create(
        customer=cast.customer, name="Asha Rao", email="asha@kestrel.example"
    )
    contacts = erp.get(f"/customers/{cast.customer.code}/").json()["contacts"]
    named = {each["id"]: (each["name"], each["email"]) for each in contacts}
    assert named[person.pk] == ("Asha Rao", "asha@kestrel.example")
    listed = erp.get("/customers/").json()["results"]
    assert [row["contacts"] for row in listed if row["code"] == cast.customer.code] == [contacts]


def test_patch_needs_a_record(erp: Caller) -> None:
    assert erp.patch("/customers/NEW/", {"name": "New"}).status_code == 404
    assert erp.get("/customers/NEW/").status_code == 404


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("/customers/C-9/", {}, "/name"),
        ("/customers/C-9/", {"name": "x", "country": "Russia"}, "/country"),
        ("/customers/C-9/", {"name": "x", "colour": "red"}, "/colour"),
        ("/lots/L-9/", {"product": "NO"}, "/product"),
        ("/lots/L-9/", {"product": "RK-12", "quantity": "1e30"}, "/quantity"),
        ("/sites/S-9/", {"name": "x", "time_zone": "Mars/Base"}, "/time_zone"),
        ("/customers/%20C-9/", {"name": "x"}, ""),
    ],
)
def test_what_is_wrong_is_pointed_at(erp: Caller, path: str, body: dict, pointer: str) -> None:
    answer = erp.put(path, body)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert not Customer.objects.filter(code__contains="C-9").exists()


def test_only_those_who_may_write_do(cast: Cast) -> None:
    reader = program("R", scopes=["masterdata:read"])
    assert reader.get("/customers/C-001/").status_code == 200
    assert reader.put("/customers/C-001/", {"name": "x"}).status_code == 403
    assert in_session(cast.handler).put("/customers/C-001/", {"name": "x"}).status_code == 403
    admin = in_session(cast.administrator)
    assert admin.put("/customers/C-001/", {"name": "Kestrel"}).status_code == 200


def line(**change: object) -> dict[str, object]:
    return {
        "document_no": "SH-1",
        "position": 1,
        "shipped_on": "2026-06-03",
        "customer": "C-001",
        "product": "RK-12",
        "lot": "L-2291",
        "quantity": "10",
        **change,
    }


def test_shipment_lines_are_judged_one_by_one(erp: Caller) -> None:
    lines = [
        line(),
        line(position=2, customer="C-999"),
        line(position=3, quantity="many"),
        line(position=4, quantity="-1"),
        line(position=5, lot="L-2309"),
        line(position=6, lot=""),
        {"document_no": "SH-2"},
    ]
    answer = erp.post("/shipments/bulk/", {"lines": lines})

    assert answer.status_code == 200
    result = answer.json()
    assert (result["kept"], result["refused"]) == (2, 5)
    first_errors = [
        row["errors"][0]["pointer"] if row["errors"] else None for row in result["results"]
    ]
    assert first_errors == [None, "/customer", "/quantity", "/quantity", "/lot", None, "/position"]
    assert ShipmentLine.objects.count() == 2


def test_lines_sent_again_overwrite_themselves(erp: Caller) -> None:
    erp.post("/shipments/bulk/", {"lines": [line()]})
    erp.post("/shipments/bulk/", {"lines": [line(quantity="12")]})

    assert [str(each.quantity) for each in ShipmentLine.objects.all()] == ["12.000"]


def test_a_call_takes_five_thousand_lines(erp: Caller) -> None:
    lines = [line(position=n) for n in range(1, 5002)]

    assert erp.post("/shipments/bulk/", {"lines": lines}).status_code == 400
    assert erp.post("/shipments/bulk/", {"lines": lines[:5000]}).json()["kept"] == 5000

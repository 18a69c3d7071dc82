"""What a client gets wrong is named: with the field it sent, in its language, and what to do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import rest_framework
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext, override

from masterdata.models import Customer
from tests.api.caller import Caller, in_session
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def pointers(answer: Any) -> list[str]:
    return [each["pointer"] for each in answer.json()["errors"]]


@pytest.mark.parametrize(("value", "found"), [("1", True), ("true", True), ("0", False)])
def test_flags_are_written_as_one_likes(erp: Caller, value: str, found: bool) -> None:
    erp.put("/customers/C-002/", {"name": "Arkona", "is_active": False})

    rows = erp.get("/customers/", {"is_active": value}).json()["results"]
    assert [row["code"] for row in rows] == (["C-001"] if found else ["C-002"])


def test_late_claims_by_number_and_word(erp: Caller) -> None:
    erp.post("/claims/", {"title": "On time"})
    late = erp.post("/claims/", {"title": "Late", "received_at": "2026-01-12T09:00:00+03:00"})

    for value in ("1", "true", "True"):
        rows = erp.get("/claims/", {"late": value}).json()["results"]
        assert [row["number"] for row in rows] == [late.json()["number"]]


@pytest.mark.parametrize(
    ("path", "name"),
    [("/claims/", "late"), ("/claims/", "paused"), ("/lots/", "is_blocked")],
)
def test_a_flag_that_says_neither_is_refused(erp: Caller, path: str, name: str) -> None:
    answer = erp.get(path, {name: "perhaps"})
    assert answer.status_code == 400
    assert pointers(answer) == [f"?{name}"]


def test_refusals_point_at_what_was_sent(handler: Caller, manager: Caller, cast: Cast) -> None:
    claim = cast.complete_report(severity="critical")
    path = f"/claims/{claim.number}"
    item = claim.items.get()

    assert pointers(handler.patch(f"{path}/items/{item.pk}/", {"lot": "L-2309"})) == ["/lot"]
    assert pointers(handler.post(f"{path}/duplicates/", {"answer": "repeat"})) == ["/other"]
    assert pointers(manager.post(f"{path}/severity/", {"severity": "minor"})) == ["/reason"]


def test_a_row_that_is_no_object_spoils_no_other(erp: Caller) -> None:
    claims = erp.post("/claims/bulk/", {"claims": [{"title": "Good"}, 5, None, "text"]})
    assert claims.status_code == 200
    results = claims.json()["results"]
    assert [row["status"] for row in results] == ["created", *["refused"] * 3]
    assert all(row["errors"] for row in results[1:])

    lines = erp.post("/shipments/bulk/", {"lines": [None, []]})
    assert lines.status_code == 200
    assert lines.json()["refused"] == 2


def test_what_is_not_there_has_no_version(erp: Caller) -> None:
    for headers, body, status in (
        ({"if_match": '"1"'}, {}, 412),
        ({"if_match": "*"}, {}, 412),
        ({}, {"version": 3}, 409),
    ):
        answer = erp.put("/customers/C-900/", {"name": "New", **body}, **headers)
        assert answer.status_code == status
    assert not Customer.objects.filter(code="C-900").exists()


def test_an_instant_says_where_in_the_world(erp: Caller) -> None:
    refused = erp.post("/claims/", {"title": "x", "received_at": "2026-06-01T10:00:00"})
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["code"] == "no_offset"
    answer = erp.get("/claims/", {"updated_after": "2026-06-01T10:00:00"})
    assert pointers(answer) == ["?updated_after"]


def test_further_defects_come_with_a_report_and_back(erp: Caller, handler: Caller) -> None:
    item = {"product": "RK-12", "defect": "MAT-CRACK", "other_defects": ["GEO-FLASH"]}
    number = erp.post("/claims/", {"title": "Two defects", "items": [item]}).json()["number"]

    (read,) = erp.get(f"/claims/{number}/items/").json()["results"]
    assert (read["defect"], read["other_defects"]) == ("MAT-CRACK", ["GEO-FLASH"])
    added = handler.post(f"/claims/{number}/items/", item)
    assert added.json()["other_defects"] == ["GEO-FLASH"]


def test_an_empty_file_is_refused_with_a_way_out(cast: Cast) -> None:
    claim = cast.report()
    file = SimpleUploadedFile("photo.jpg", b"")
    answer = in_session(cast.handler).upload(f"/claims/{claim.number}/attachments/", {"file": file})
    assert answer.status_code == 400
    assert answer.json()["detail"] == "The file is empty. Choose it again, or another one."


def test_no_english_in_russian_refusals(erp: Caller) -> None:
    body = {"title": ["x"], "is_safety": "perhaps", "items": [{}] * 201, "received_at": "2026"}
    answer = erp.post("/claims/", body, accept_language="ru")
    assert answer.status_code == 400
    for error in answer.json()["errors"]:
        assert re.search(r"[а-я]{3}", error["detail"]), error


def test_every_sentence_about_fields_is_said_in_russian() -> None:
    """A new version of the framework may bring sentences without a translation."""
    source = (Path(rest_framework.__file__).parent / "fields.py").read_text()
    found = re.findall(r"_\('([A-Z][^'\n]+\.)'\)", source)
    assert found
    with override("ru"):
        assert not [text for text in found if gettext(text) == text]

"""Items, comments, files and samples of a claim by API."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from claims.models import Attachment
from claims.states import Step
from tests.api.caller import Caller, in_session
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def photo(colour: str = "red") -> SimpleUploadedFile:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(buffer, "PNG")
    return SimpleUploadedFile("latch.png", buffer.getvalue(), "image/png")


def test_items_are_added_changed_and_removed(handler: Caller, cast: Cast) -> None:
    number = cast.complete_report().number
    path = f"/claims/{number}/items/"

    added = handler.post(path, {"product": "VF-310", "quantity_claimed": "4"})
    assert added.status_code == 201
    item = added.json()
    assert added["Location"].endswith(f"{path}{item['id']}/")
    changed = handler.patch(
        f"{path}{item['id']}/", {"quantity_claimed": "5"}, if_match=added["ETag"]
    )
    assert changed.json()["quantity_claimed"] == "5.000"
    stale = handler.patch(f"{path}{item['id']}/", {"quantity_claimed": "6"}, if_match=added["ETag"])
    assert stale.status_code == 412
    assert len(handler.get(path).json()["results"]) == 2
    assert handler.delete(f"{path}{item['id']}/").status_code == 204
    assert handler.get(f"{path}{item['id']}/").status_code == 404


def test_an_item_of_another_claim_is_not_there(handler: Caller, cast: Cast) -> None:
    first, second = cast.complete_report(), cast.complete_report()
    item = first.items.get()

    assert handler.patch(f"/claims/{second.number}/items/{item.pk}/", {}).status_code == 404
    assert handler.get(f"/claims/{second.number}/items/{2**70}/").status_code == 404


def test_items_of_a_closed_claim_stay(handler: Caller, cast: Cast) -> None:
    number = cast.claim_in(Step.CLOSED).number
    assert handler.post(f"/claims/{number}/items/", {"product": "RK-12"}).status_code == 403


def test_comments_are_for_those_who_work_on_the_claim(erp: Caller, cast: Cast) -> None:
    number = cast.complete_report().number
    path = f"/claims/{number}/comments/"
    people = in_session(cast.handler)

    answer = people.post(path, {"text": "Look at this", "mentions": [cast.laboratory.email]})
    assert answer.status_code == 201
    assert [each["email"] for each in answer.json()["mentions"]] == [cast.laboratory.email]
    assert len(in_session(cast.laboratory).get(path).json()["results"]) == 1
    assert erp.get(path).status_code == 403
    assert people.post(path, {"text": "Late"}, if_match='"99"').status_code == 412
    assert people.post(path, {"text": "  "}).status_code == 400


def test_a_file_comes_back_as_it_was_sent(erp: Caller) -> None:
    number = erp.post("/claims/", {"title": "Cracked"}).json()["number"]
    path = f"/claims/{number}/attachments/"
    content = photo().read()

    answer = erp.upload(path, {"file": photo(), "description": "the latch"})
    assert answer.status_code == 201
    file = answer.json()
    assert (file["media_type"], file["size"]) == ("image/png", len(content))
    again = erp.upload(path, {"file": photo()})
    assert again.json()["id"] == file["id"]
    assert erp.get(f"{path}{file['id']}/").json() == file
    download = erp.get(f"{path}{file['id']}/content/")
    assert b"".join(download.streaming_content) == content
    assert download["Content-Disposition"].startswith("attachment")
    assert download["X-Content-Type-Options"] == "nosniff"


def test_a_harmful_or_missing_file_is_refused(erp: Caller) -> None:
    number = erp.post("/claims/", {"title": "Cracked"}).json()["number"]
    path = f"/claims/{number}/attachments/"
    program = SimpleUploadedFile("photo.exe", b"MZ" + b"\0" * 100)

    refused = erp.upload(path, {"file": program})
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["pointer"] == "/file"
    assert erp.upload(path, {}).json()["errors"][0]["pointer"] == "/file"
    assert erp.post(path, {"file": "x"}).status_code == 415
    assert not Attachment.objects.exists()


def test_a_client_attaches_to_its_own_claims_only(erp: Caller, cast: Cast) -> None:
    number = cast.complete_report().number
    assert erp.upload(f"/claims/{number}/attachments/", {"file": photo()}).status_code == 403


def test_samples_are_requested_and_arrive(handler: Caller, cast: Cast) -> None:
    number = cast.complete_report().number
    path = f"/claims/{number}/samples/"

    sample = handler.post(path, {"quantity": "2"})
    assert sample.status_code == 201
    one = f"{path}{sample.json()['id']}/"
    arrived = handler.patch(
        one, {"received_on": "2026-06-20", "number": "S-1"}, if_match=sample["ETag"]
    )
    assert arrived.json()["received_on"] == "2026-06-20"
    assert handler.patch(one, {"number": "S-2", "version": 1}).status_code == 409
    assert handler.patch(one, {"received_on": "2099-01-01"}).status_code == 400
    assert handler.get(path).json()["results"] == [arrived.json()]
    assert handler.post(path, {"quantity": "0"}).status_code == 400

"""Step 7 as programs walk it: each role with a client of its own."""

from __future__ import annotations

import pytest

from claims.states import Step
from events.models import Event
from responses.commands import outbox
from responses.models import Approval, Letter
from tests.api.caller import in_session, program
from tests.cast import PASSWORD
from tests.responses.conftest import Answer


@pytest.fixture
def erp(cast):
    return program(roles=("handler",), site=cast.site)


@pytest.fixture
def manager(cast):
    return program("Quality", roles=("quality_manager",), site=cast.site)


@pytest.fixture
def path(cast) -> str:
    return f"/claims/{cast.claim_in(Step.RESPONSE).number}"


DECISION = {"outcome": "accepted", "reason_code": "confirmed", "no_compensation": True}


def test_an_acknowledgement_is_written_and_noted_as_sent(erp, cast):
    path = f"/claims/{cast.claim_in(Step.REGISTRATION).number}"
    letter = erp.post(f"{path}/letters/", {"kind": "acknowledgement"})
    assert letter.status_code == 201, letter.json()
    address = f"{path}/letters/{letter.json()['id']}"
    sent = erp.post(f"{address}/mark-sent/", {"channel": "phone", "remark": "called Mr Pavlyuk"})
    assert sent.status_code == 200, sent.json()
    assert sent.json()["state"] == "sent"
    assert erp.get(path + "/").json()["acknowledged_at"]


def test_a_decision_is_recorded_and_changed_only_from_what_was_read(erp, path):
    assert erp.get(f"{path}/decision/").status_code == 404
    recorded = erp.put(f"{path}/decision/", DECISION)
    assert recorded.status_code == 200, recorded.json()
    stale = erp.put(f"{path}/decision/", {**DECISION, "version": 99})
    assert stale.status_code == 409
    assert erp.get(path + "/").json()["outcome"] == "accepted"


def test_the_author_never_approves_and_approving_needs_its_scope(erp, manager, path, cast):
    fact = erp.post(f"{path}/facts/", {"text": "6 h at 60 °C instead of 48 h"}).json()
    found = {"kind": "cause", "text": "Dried too short", "facts": [fact["number"]]}
    assert erp.put(f"{path}/finding/", found).status_code == 200
    erp.put(f"{path}/decision/", DECISION)
    letter = erp.post(
        f"{path}/letters/",
        {
            "kind": "final",
            "language": "en",
            "body": "Your claim is accepted.",
            "recipient_email": cast.contact.email,
        },
    ).json()
    address = f"{path}/letters/{letter['id']}"
    texts = dict.fromkeys(
        ("findings", "done", "planned", "settlement"), "Dried for 48 hours since June."
    )
    changed = erp.patch(f"{address}/", {**texts, "version": letter["version"]})
    assert changed.status_code == 200, changed.json()
    submitted = erp.post(f"{address}/submit/")
    assert submitted.status_code == 200, submitted.json()
    assert erp.post(f"{address}/approve/").status_code == 403
    weak = program(
        "Weak", roles=("quality_manager",), site=cast.site, scopes=("claims:read", "claims:write")
    )
    assert weak.post(f"{address}/approve/").status_code == 403


def test_sums_are_hidden_from_who_may_not_see_them(erp, path, cast):
    cost = erp.post(
        f"{path}/costs/",
        {"kind": "sorting", "amount": "148000.00", "spent_on": "2026-03-02", "currency": "RUB"},
    )
    assert cost.status_code == 201, cost.json()
    assert erp.get(f"{path}/costs/").json()["results"][0]["amount"] == "148000.00"
    outsider = program("Plain", roles=("integration",), site=cast.site)
    assert outsider.get(f"{path}/costs/").status_code in (403, 404)


def address_of(answer: Answer, *parts: object) -> str:
    return "/".join([f"/claims/{answer.claim.number}", *map(str, parts), ""])


def test_a_client_signs_with_scope_and_role_and_the_event_says_so(answer, manager):
    letter = answer.submitted()
    address = address_of(answer, "letters", letter.pk, "approve")
    assert manager.post(address, {"version": letter.version - 1}).status_code == 409
    assert manager.post(address, if_match='"1"').status_code == 412
    signed = manager.post(address, {"version": letter.version})
    assert signed.status_code == 200, signed.json()
    body = signed.json()
    assert body["state"] == "approved"
    assert [each["role"] for each in body["approvals"]] == ["quality_manager"]
    event = Event.objects.get(kind="letter.signed")
    assert (event.via, event.actor_label) == ("api", "Quality")


def test_a_person_in_a_session_signs_with_the_password(answer):
    letter = answer.submitted()
    browser = in_session(answer.cast.quality_manager)
    address = address_of(answer, "letters", letter.pk, "approve")
    refused = browser.post(address)
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["pointer"] == "/password"
    for _ in range(4):
        assert browser.post(address, {"password": "guess"}).status_code == 400
    locked = browser.post(address, {"password": PASSWORD}, idempotency_key="k-1")
    assert locked.json()["errors"][0]["code"] == "too_many_attempts"
    assert not Approval.objects.exists()


def test_the_right_password_signs(answer):
    letter = answer.submitted()
    browser = in_session(answer.cast.quality_manager)
    signed = browser.post(
        address_of(answer, "letters", letter.pk, "approve"), {"password": PASSWORD}
    )
    assert signed.json()["state"] == "approved"
    assert PASSWORD not in signed.content.decode()


def test_a_response_is_returned_or_taken_back(answer, manager, erp):
    letter = answer.submitted()
    address = ("letters", letter.pk)
    assert manager.post(address_of(answer, *address, "return"), {}).status_code == 400
    back = manager.post(address_of(answer, *address, "return"), {"comment": "Shorter."})
    assert back.json()["state"] == "draft"
    assert erp.post(address_of(answer, *address, "submit")).json()["state"] == "in_approval"
    assert erp.post(address_of(answer, *address, "take-back")).json()["state"] == "draft"


def test_what_is_missing_is_listed(answer, erp):
    letter = answer.letter(findings="Agishev did it.")
    refused = erp.post(address_of(answer, "letters", letter.pk, "submit"))
    assert refused.status_code == 409
    missing = {each["requirement"] for each in refused.json()["missing"]}
    assert missing == {"decision_recorded", "no_internal_words"}


def test_sending_is_accepted_and_its_fate_can_be_read(answer, erp):
    letter = answer.approved()
    queued = erp.post(address_of(answer, "letters", letter.pk, "send"))
    assert queued.status_code == 200
    assert [each["state"] for each in queued.json()["deliveries"]] == ["queued"]
    outbox.send_due()
    shown = erp.get(address_of(answer, "letters", letter.pk)).json()
    assert (shown["state"], shown["channel"]) == ("sent", "email")
    assert shown["sha256"] == Letter.objects.get(pk=letter.pk).frozen_sha256


def test_page_and_program_leave_the_same_event(answer, erp):
    erp.put(address_of(answer, "decision"), DECISION)
    by_program = Event.objects.get(kind="decision.recorded")
    answer.decided("accepted", reason="", apology=True)
    by_page = Event.objects.get(kind="decision.changed")
    assert set(by_page.data) == set(by_program.data)
    assert (by_program.via, by_page.via) == ("api", "web")


def test_finance_settles_by_program_after_acceptance(answer, cast):
    answer.decided(no_compensation=False)
    compensation = answer.compensated()
    books = program("Books", roles=("finance",), site=cast.site)
    address = address_of(answer, "compensations", compensation.pk, "settle")
    document = {"document_no": "CN-7", "document_date": "2020-01-01"}
    assert books.post(address, document).status_code == 409
    answer.approved()
    settled = books.post(address, document)
    assert settled.status_code == 200, settled.json()
    assert settled.json()["document_no"] == "CN-7"
    weak = program("Weak", roles=("finance",), site=cast.site, scopes=("claims:write",))
    assert weak.post(address, document).status_code == 403


def test_drafts_are_not_for_every_program(answer):
    letter = answer.letter()
    plain = program("Plain", roles=("integration",), site=answer.cast.site)
    assert plain.get(address_of(answer, "letters")).json()["results"] == []
    assert plain.get(address_of(answer, "letters", letter.pk)).status_code == 404
    assert plain.get(address_of(answer, "decision")).status_code == 403
    assert plain.post(address_of(answer, "letters"), {"kind": "interim"}).status_code == 403


def test_a_stranger_finds_no_claim(answer):
    stranger = program("East", roles=("handler",), site=answer.cast.other_site)
    for part in ("letters", "decision", "compensations", "costs"):
        assert stranger.get(address_of(answer, part)).status_code == 404

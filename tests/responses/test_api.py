"""Step 7 as programs walk it: each role with a client of its own."""

from __future__ import annotations

import pytest

from claims.states import Step
from tests.api.caller import program


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

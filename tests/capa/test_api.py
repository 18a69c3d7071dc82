"""Actions as programs plan, carry out and verify them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import User
from claims.states import Step
from core import clock
from tests.api.caller import program


@pytest.fixture
def erp(cast):
    return program(roles=("handler",), site=cast.site)


@pytest.fixture
def manager(cast):
    return program("Quality", roles=("quality_manager",), site=cast.site)


@pytest.fixture
def path(cast) -> str:
    return f"/claims/{cast.claim_in(Step.ANALYSIS).number}"


def day(days: int) -> str:
    return (clock.now() + timedelta(days=days)).date().isoformat()


def planned(erp, path: str, owner: User, **values) -> dict:
    body = {
        "kind": "correction",
        "text": "Dry lot L-2291 again",
        "owner": owner.email,
        "due": day(14),
        **values,
    }
    answer = erp.post(f"{path}/actions/", body)
    assert answer.status_code == 201, answer.json()
    return answer.json()


def test_an_action_is_planned_changed_and_listed(erp, path, cast):
    action = planned(erp, path, cast.action_owner, documents=["fmea"])
    assert action["state"] == "planned"
    assert [row["kind"] for row in action["documents"]] == ["fmea"]
    address = f"{path}/actions/{action['id']}/"
    read = erp.get(address)
    changed = erp.patch(address, {"text": "Dry lot L-2291 for 48 h"}, if_match=read["ETag"])
    assert changed.json()["text"] == "Dry lot L-2291 for 48 h"
    stale = erp.patch(address, {"text": "Too late"}, if_match=read["ETag"])
    assert stale.status_code == 412
    assert [row["id"] for row in erp.get("/actions/").json()["results"]] == [action["id"]]
    assert erp.get("/actions/", {"owner": cast.finance.email}).json()["results"] == []


def test_a_program_brings_what_the_owner_did_and_another_verifies(erp, manager, path, cast):
    action = planned(erp, path, cast.action_owner, kind="corrective")
    base = f"{path}/actions/{action['id']}"
    verdict = {"effective": True, "result": "0 of 50 cracked", "early_reason": "10 lots are made"}
    assert manager.post(f"{base}/verify/", verdict).status_code == 409
    assert erp.post(f"{base}/start/").json()["state"] == "in_progress"
    assert erp.post(f"{base}/progress/", {"text": "The cards are printed"}).status_code == 200
    assert erp.post(f"{base}/complete/", {"done_note": "Dried"}).json()["state"] == "done"
    assert manager.post(f"{base}/verify/", verdict).json()["state"] == "effective"


def test_whoever_reported_an_action_as_done_does_not_verify_it(manager, path, cast):
    base = f"{path}/actions/{planned(manager, path, cast.action_owner)['id']}"
    assert manager.post(f"{base}/complete/", {"done_note": "Dried"}).status_code == 200
    verdict = {"effective": True, "result": "0 of 50 cracked"}
    assert manager.post(f"{base}/verify/", verdict).status_code == 403


def test_a_program_without_a_part_in_the_work_carries_nothing_out(erp, path, cast):
    base = f"{path}/actions/{planned(erp, path, cast.action_owner)['id']}"
    reader = program("Data exchange")
    assert reader.post(f"{base}/complete/", {"done_note": "Dried"}).status_code == 403


def test_verifying_needs_the_scope_of_approvals(erp, path, cast):
    action = planned(erp, path, cast.action_owner)
    weak = program(
        "Weak", roles=("quality_manager",), site=cast.site, scopes=("claims:read", "claims:write")
    )
    body = {"effective": True, "result": "0 of 50 cracked"}
    assert weak.post(f"{path}/actions/{action['id']}/verify/", body).status_code == 403


def test_an_action_is_not_found_below_another_claim_or_by_a_stranger(erp, path, cast):
    action = planned(erp, path, cast.action_owner)
    other = cast.claim_in(Step.ANALYSIS).number
    assert erp.get(f"/claims/{other}/actions/{action['id']}/").status_code == 404
    stranger = program("Other plant", roles=("handler",), site=cast.other_site)
    assert stranger.get(f"{path}/actions/{action['id']}/").status_code == 404
    assert stranger.get("/actions/").json()["results"] == []

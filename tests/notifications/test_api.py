"""Notices and containment orders as programs drive them."""

from __future__ import annotations

import pytest

from claims.states import Step
from events.relay import run_pending
from masterdata.models import Lot
from tests.api.caller import program


@pytest.fixture
def erp(cast):
    return program(roles=("handler",), site=cast.site)


def test_a_lot_is_blocked_executed_and_released(erp, cast):
    path = f"/claims/{cast.claim_in(Step.NOTIFICATION).number}"
    body = {"kind": "block_lot", "lot": cast.lot.code, "executor": cast.action_owner.email}
    order = erp.post(f"{path}/containment-orders/", {**body, "place": "own_stock"})
    assert order.status_code == 201, order.json()
    assert Lot.objects.get(pk=cast.lot.pk).blocked_at is not None
    address = f"{path}/containment-orders/{order.json()['id']}"
    done = erp.post(f"{address}/execute/", {"execution_note": "1,200 pieces in cage 4"})
    assert done.status_code == 200, done.json()
    assert done.json()["executed_at"]

    assert erp.post(f"{address}/lift/", {"reason": "0 of 50 cracked"}).status_code == 403
    manager = program("Quality", roles=("quality_manager",), site=cast.site)
    lifted = manager.post(f"{address}/lift/", {"reason": "0 of 50 cracked"})
    assert lifted.status_code == 200, lifted.json()
    assert Lot.objects.get(pk=cast.lot.pk).blocked_at is None


def test_a_recipient_is_named_and_removed(erp, cast):
    path = f"/claims/{cast.claim_in(Step.RECEIPT).number}"
    named = erp.post(f"{path}/recipients/", {"person": cast.finance.email})
    assert named.status_code == 201, named.json()
    nobody = erp.post(f"{path}/recipients/", {})
    assert nobody.status_code == 400
    assert len(erp.get(f"{path}/recipients/").json()["results"]) == 1
    assert erp.delete(f"{path}/recipients/{named.json()['id']}/").status_code == 204


def test_a_notice_is_confirmed_only_by_its_own_recipient(erp, cast):
    path = f"/claims/{cast.claim_in(Step.NOTIFICATION).number}"
    run_pending()
    rows = erp.get(f"{path}/notices/").json()["results"]
    assert rows
    for row in rows:
        assert erp.post(f"{path}/notices/{row['id']}/confirm/", {}).status_code == 403


def test_what_blocks_a_lot_is_named_to_those_who_may_see_the_claim(erp, cast):
    claim = cast.claim_in(Step.NOTIFICATION)
    body = {"kind": "block_lot", "lot": cast.lot.code, "executor": cast.action_owner.email}
    path = f"/claims/{claim.number}/containment-orders/"
    order = erp.post(path, {**body, "place": "own_stock"}).json()
    holds = f"/lots/{cast.lot.code}/holds/"
    (held,) = erp.get(holds).json()["results"]
    assert held == {
        "claim": claim.number,
        "order": order["id"],
        "kind": "block_lot",
        "state": "ordered",
        "place": "own_stock",
        "since": order["ordered_at"],
    }
    assert erp.get(f"/lots/{cast.lot.code}/").json()["blocked_at"]
    codes = [each["code"] for each in erp.get("/lots/?is_blocked=true").json()["results"]]
    assert codes == [cast.lot.code]
    others = [each["code"] for each in erp.get("/lots/?is_blocked=false").json()["results"]]
    assert others
    assert cast.lot.code not in others
    (item,) = erp.get(f"/claims/{claim.number}/items/").json()["results"]
    assert item["lot_blocked_at"]

    elsewhere = program("East", roles=("handler",), site=cast.other_site)
    narrow = program("Stock", scopes=("masterdata:read",), roles=("handler",), site=cast.site)
    for caller in (elsewhere, narrow):
        (held,) = caller.get(holds).json()["results"]
        assert (held["claim"], held["kind"]) == ("", "block_lot")
    assert erp.get(f"/lots/{cast.other_lot.code}/holds/").json()["results"] == []
    assert erp.get("/lots/NO/holds/").status_code == 404


def test_an_order_says_who_did_what_and_what_shows_it(erp, cast):
    path = f"/claims/{cast.claim_in(Step.NOTIFICATION).number}"
    due = "2026-12-24T12:00:00+03:00"
    body = {"kind": "sort", "executor": cast.action_owner.email, "scope": "boxes 1 to 7"}
    body |= {"place": "customer", "instruction": "Every latch", "due_at": due}
    order = erp.post(f"{path}/containment-orders/", body).json()
    assert (order["place"], order["scope"], order["instruction"]) == (
        "customer",
        "boxes 1 to 7",
        "Every latch",
    )
    address = f"{path}/containment-orders/{order['id']}/execute/"
    wrong = {"quantity_checked": "10", "quantity_good": "7", "quantity_bad": "2"}
    refused = erp.post(address, wrong)
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["pointer"] == "/quantity_bad"
    done = erp.post(address, {"quantity_checked": "10", "quantity_bad": "2"})
    assert done.status_code == 200, done.json()
    assert (done.json()["quantity_good"], done.json()["state"]) == ("8.000", "done")
    assert (done.json()["evidence"], done.json()["lifted_by"]) == ([], None)
    assert done.json()["executed_by"]

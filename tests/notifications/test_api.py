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

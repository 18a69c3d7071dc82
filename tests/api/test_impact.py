"""Where a lot went, and which lots may be like it."""

from __future__ import annotations

import pytest

from tests.api.caller import Caller, in_session, program
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_a_lot_is_traced_to_its_receivers_and_siblings(erp: Caller, cast: Cast) -> None:
    rows = [("SH-1", "C-001", "3600"), ("SH-2", "C-002", "200"), ("SH-3", "C-002", "100")]
    lines = [
        {
            "document_no": number,
            "position": 1,
            "shipped_on": "2026-06-03",
            "customer": customer,
            "product": "RK-12",
            "lot": "L-2291",
            "quantity": quantity,
        }
        for number, customer, quantity in rows
    ]
    assert erp.post("/shipments/bulk/", {"lines": lines}).json()["kept"] == 3

    impact = erp.get("/lots/L-2291/impact/").json()
    balance = [impact[name] for name in ("produced", "shipped", "unaccounted")]
    assert balance == ["4800.000", "3900.000", "900.000"]
    got = [(row["customer"], row["quantity"]) for row in impact["receivers"]]
    assert got == [("C-001", "3600.000"), ("C-002", "300.000")]
    (sibling,) = impact["siblings"]
    assert (sibling["lot"], sibling["reasons"]) == ("L-2309", ["raw_lot"])


def test_an_unknown_lot_has_no_impact(erp: Caller) -> None:
    assert erp.get("/lots/NO/impact/").status_code == 404


def test_tracing_needs_the_scope_for_master_data(cast: Cast) -> None:
    reader = program("R", scopes=["claims:read"])
    assert reader.get("/lots/L-2291/impact/").status_code == 403


def test_people_without_a_role_do_not_trace_who_bought_what(cast: Cast) -> None:
    path = "/lots/L-2291/impact/"
    assert in_session(cast.employee).get(path).status_code == 403
    assert in_session(cast.administrator).get(path).status_code == 403
    assert in_session(cast.handler).get(path).status_code == 200

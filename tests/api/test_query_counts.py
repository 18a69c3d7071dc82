"""How many queries a request costs; constant in the number of claims."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.caller import Caller
from tests.api.query_counts import counted
from tests.api.test_claims import FULL
from tests.cast import Cast, upper_requirements_met

pytestmark = pytest.mark.django_db


def test_requests_cost_what_is_committed(erp: Caller, handler: Caller, cast: Cast) -> None:
    claims = [cast.complete_report() for _ in range(30)]
    number = claims[-1].number
    path = f"/claims/{number}/"
    # Once before counting: the first call of the day notes that the token was used.
    erp.post("/claims/", {"title": "Cracked"})
    handler.get(path)

    with counted("api: report a claim with an item"):
        assert erp.post("/claims/", FULL).status_code == 201
    with counted("api: report a claim with a key"):
        body = {"title": "Cracked", "source_reference": "K"}
        assert erp.post("/claims/", body, idempotency_key="k").status_code == 201
    with counted("api: report 50 claims"):
        rows = [{**FULL, "source_reference": f"B{n}"} for n in range(50)]
        assert erp.post("/claims/bulk/", {"claims": rows}).json()["created"] == 50
    with counted("api: read a claim"):
        assert handler.get(path).status_code == 200
    with counted("api: list 25 claims"):
        assert len(handler.get("/claims/").json()["results"]) == 25
    with counted("api: search claims"):
        query = {"q": "latch base", "severity": "major", "page_size": "20"}
        assert len(handler.get("/claims/", query).json()["results"]) == 20
    with counted("api: similar claims"):
        assert len(handler.get(f"{path}similar/").json()["results"]) == 5
    with counted("api: complete a claim"):
        assert handler.patch(path, {"order_no": "45"}).status_code == 200
    with upper_requirements_met(), counted("api: move a claim"):
        assert handler.post(f"{path}transitions/notify/").status_code == 200
    with counted("api: history of a claim"):
        assert len(handler.get(f"{path}events/").json()["results"]) == 3
    with counted("api: poll the feed"):
        assert erp.get("/events/").status_code == 200
    with counted("api: change a customer"):
        assert erp.put("/customers/C-001/", {"name": "Kestrel"}).status_code == 200
    with counted("api: record 50 shipment lines"):
        lines: list[dict[str, Any]] = [
            {
                "document_no": f"SH-{n}",
                "position": 1,
                "shipped_on": "2026-06-03",
                "customer": "C-001",
                "product": "RK-12",
                "lot": "L-2291",
                "quantity": "10",
            }
            for n in range(50)
        ]
        assert erp.post("/shipments/bulk/", {"lines": lines}).json()["kept"] == 50

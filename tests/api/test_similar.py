"""Did we have this before, what did we do, and did it work?"""

from __future__ import annotations

import pytest

from claims.states import Step
from tests.api.caller import Caller, in_session
from tests.capa.conftest import plan_in
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_similar_claims_say_why(erp: Caller, cast: Cast) -> None:
    first = cast.complete_report()
    second = cast.complete_report()

    (found,) = erp.get(f"/claims/{second.number}/similar/").json()["results"]
    assert found["claim"]["number"] == first.number
    assert found["same_defect"] is True
    assert "product" in found["reasons"]
    assert (found["causes"], found["actions"]) == ([], [])


def test_a_draft_is_compared_before_it_is_reported(erp: Caller, cast: Cast) -> None:
    number = cast.complete_report().number

    def hits(**item: str) -> list[str]:
        rows = erp.post("/claims/similar/", {"items": [item]}).json()["results"]
        return [row["claim"]["number"] for row in rows]

    assert hits(product="RK-12", defect="MAT-CRACK") == [number]
    assert hits(lot="L-2291") == [number]
    assert hits(lot="L-2291", defect="MAT-CRACK") == [number]
    assert hits(product="VF-310", defect="MAT-CRACK") == []


def test_past_causes_and_actions_come_along(erp: Caller, cast: Cast) -> None:
    plan = plan_in(cast, Step.ANALYSIS)
    cause = plan.cause()
    plan.effective(plan.action(cause=cause))
    plan.action("Another way", cause=cause)
    later = cast.complete_report()

    (found,) = erp.get(f"/claims/{later.number}/similar/").json()["results"]
    (past,) = found["causes"]
    assert (past["text"], past["category"]) == ("No hold point", "method")
    assert [each["state"] for each in found["actions"]] == ["effective", "planned"]


def test_what_one_may_not_see_is_not_similar(cast: Cast) -> None:
    cast.complete_report()
    own = cast.report(by=cast.reporter, items=[cast.item()])

    answer = in_session(cast.reporter).get(f"/claims/{own.number}/similar/")
    assert answer.json()["results"] == []

"""The investigation as a program drives it."""

from __future__ import annotations

import pytest

from claims.states import Step
from events.models import Event
from tests.api.caller import program


@pytest.fixture
def erp(cast):
    return program(roles=("handler",), site=cast.site)


@pytest.fixture
def path(cast) -> str:
    return f"/claims/{cast.claim_in(Step.FULL_INVESTIGATION).number}"


def stated(erp, path: str, text: str = "6 h at 60 °C instead of 48 h") -> int:
    answer = erp.post(f"{path}/facts/", {"text": text, "source": "furnace log"})
    assert answer.status_code == 201, answer.json()
    return answer.json()["number"]


def test_facts_are_stated_listed_and_superseded(erp, path):
    first = stated(erp, path)
    answer = erp.post(
        f"{path}/facts/{first}/supersede/", {"text": "7 h at 60 °C", "reason": "log misread"}
    )
    assert answer.status_code == 201
    listed = {row["number"]: row for row in erp.get(f"{path}/facts/").json()["results"]}
    assert listed[first]["superseded_by"] == answer.json()["number"]
    assert Event.objects.filter(kind__startswith="fact", via="api").exists() or (
        Event.objects.filter(subject_type="investigations.fact", via="api").exists()
    )


def test_a_cause_is_confirmed_only_with_a_fact(erp, path, cast):
    body = {"category": "method", "text": "Drying time too short"}
    cause = erp.post(f"{path}/causes/", body).json()
    confirm = f"{path}/causes/{cause['id']}/confirm/"
    refused = erp.post(confirm, {"proof": "measurement"})
    assert refused.status_code == 400
    number = stated(erp, path)
    code = {"code": cast.cause.code} if cast.cause.category == "method" else {}
    erp.post(f"{path}/causes/{cause['id']}/facts/", {"facts": [number]})
    stale = erp.post(confirm, {"proof": "measurement", **code}, if_match='"999"')
    assert stale.status_code == 412
    current = erp.get(f"{path}/causes/").json()["results"][0]
    assert current["facts"] == [number]


def test_a_fact_of_another_claim_does_not_exist(erp, path, cast):
    other = f"/claims/{cast.claim_in(Step.FULL_INVESTIGATION).number}"
    foreign = stated(erp, other)
    answer = erp.post(
        f"{path}/traceability/",
        {"question": "other_lots", "answer": False, "fact": foreign + 1000},
    )
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/fact"


def test_traceability_team_sources_and_whys(erp, path, cast):
    number = stated(erp, path)
    for question in ("other_customers", "other_lots"):
        body = {"question": question, "answer": False, "fact": number, "text": "shipped once"}
        assert erp.post(f"{path}/traceability/", body).status_code == 200
    assert len(erp.get(f"{path}/traceability/").json()["results"]) == 2

    lead = {"person": cast.investigator.email, "role": "leader"}
    assert erp.post(f"{path}/team/", lead).status_code == 201
    assert erp.post(f"{path}/team/", lead).status_code == 400

    source = erp.get(f"{path}/sources/").json()["results"]
    if not source:
        source = [erp.post(f"{path}/sources/", {"name": "Dryer K-2"}).json()]
    checked = erp.post(
        f"{path}/sources/{source[0]['id']}/check/", {"outcome": "facts", "facts": [number]}
    )
    assert checked.status_code == 200, checked.json()
    assert checked.json()["outcome"] == "facts"

    chain = erp.post(f"{path}/why-chains/", {"type": "escape"}).json()
    body = {"question": "Why not found?", "answer": "No moisture check", "facts": [number]}  # type: ignore[dict-item]
    answered = erp.post(f"{path}/why-chains/{chain['id']}/whys/", body)
    assert answered.status_code == 201, answered.json()
    assert answered.json()["whys"][0]["facts"] == [number]


def test_a_lot_is_named_judged_and_counted(erp, path, cast):
    number = stated(erp, path)
    lot = erp.post(f"{path}/affected-lots/", {"lot": cast.other_lot.code, "suspicion": "line"})
    assert lot.status_code == 201, lot.json()
    base = f"{path}/affected-lots/{lot.json()['id']}"
    judged = erp.post(f"{base}/judge/", {"status": "cleared", "facts": [number]})
    assert judged.json()["status"] == "cleared"
    counted = erp.post(f"{base}/count/", {"produced": "4800", "in_stock": "1200"})
    assert counted.json()["unaccounted"] == "3600.000"


def test_a_stranger_finds_nothing_and_a_reader_may_not_write(path, cast):
    stranger = program("Other plant", roles=("handler",), site=cast.other_site)
    assert stranger.get(f"{path}/facts/").status_code == 404
    reader = program("Reader", roles=("handler",), site=cast.site, scopes=("claims:read",))
    assert reader.get(f"{path}/facts/").status_code == 200
    assert reader.post(f"{path}/facts/", {"text": "Something"}).status_code == 403

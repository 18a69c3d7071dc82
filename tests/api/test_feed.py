"""The feed of events as an integration polls it."""

from __future__ import annotations

from time import monotonic, sleep

import pytest

from events.models import Event
from events.selectors import settled_events
from tests.api.caller import Caller, in_session, program
from tests.cast import Cast

# Only what is committed is settled, so these tests commit.
pytestmark = pytest.mark.django_db(transaction=True)


def settle() -> None:
    """Wait for transactions of other tests on the same server: nothing is settled before them."""
    ends = monotonic() + 30
    while settled_events().count() < Event.objects.count() and monotonic() < ends:
        sleep(0.05)


def test_polling_misses_nothing_and_repeats_nothing(erp: Caller, cast: Cast) -> None:
    numbers = [erp.post("/claims/", {"title": f"Claim {n}"}).json()["number"] for n in range(5)]
    settle()
    seen, after = [], 0
    while True:
        page = erp.get("/events/", {"after": after, "page_size": 2}).json()
        seen += page["results"]
        if not page["results"]:
            break
        after = page["results"][-1]["id"]

    reported = [each["subject"] for each in seen if each["kind"] == "claim.reported"]
    assert reported == numbers
    assert len({each["id"] for each in seen}) == len(seen)
    assert not [each for each in seen if each["kind"].startswith(("user.", "integration."))]


def test_next_leads_on_while_there_is_more(erp: Caller) -> None:
    for n in range(3):
        erp.post("/claims/", {"title": f"Claim {n}"})
    settle()
    first = erp.get("/events/", {"page_size": 2}).json()
    second = erp.get(first["next"]).json()

    assert len(second["results"]) == 1
    assert second["next"] is None


def test_a_client_of_one_site_hears_of_its_claims_only(cast: Cast) -> None:
    here = cast.complete_report().number
    cast.complete_report(site=cast.other_site)
    mes = program("MES", site=cast.site)
    settle()

    subjects = [each["subject"] for each in mes.get("/events/").json()["results"]]
    assert subjects == [here]


def test_people_without_insight_see_their_own_deeds(cast: Cast) -> None:
    own = cast.report().number
    cast.complete_report()
    settle()

    rows = in_session(cast.reporter).get("/events/").json()["results"]
    assert [each["subject"] for each in rows] == [own]


@pytest.mark.parametrize("after", ["-1", "x", "1.5", str(2**63), "999999"])
def test_an_event_that_does_not_exist_is_refused(erp: Caller, after: str) -> None:
    answer = erp.get("/events/", {"after": after})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "?after"

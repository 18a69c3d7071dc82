"""The filter, the badge, the page, the API and My work agree on what is late and due soon."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict

from claims.commands import pause_claim
from claims.filters import ClaimFilter
from claims.models import Claim
from claims.selectors import claims_due_soon, claims_not_late, late_claims
from core import clock
from core.lateness import Standing
from tests.cast import Cast
from worklist.selectors import get_work, totals_of

MOSCOW = ZoneInfo("Europe/Moscow")
INSTANT = timedelta(microseconds=1)
MONDAY = datetime(2026, 9, 7, 10, tzinfo=MOSCOW)


@pytest.fixture
def claims(cast: Cast) -> dict[str, Claim]:
    """Due on Monday at 15:00, due soon from 13:00 on; two are paused on the way, one closed."""
    with clock.moved_to(MONDAY):
        found = {name: cast.complete_report() for name in ("running", "paused", "paused late")}
        found["closed"] = cast.claim_in("cancelled")
    assert found["running"].step_due_at == MONDAY + timedelta(hours=5)
    assert found["running"].step_soon_at == MONDAY + timedelta(hours=3)
    for name, hours in (("paused", 2), ("paused late", 6)):
        with clock.moved_to(MONDAY + timedelta(hours=hours)):
            pause_claim(actor=cast.actor("handler"), claim=found[name], reason="samples")
    return {name: cast.read(each) for name, each in found.items()}


MOMENTS = [
    timedelta(hours=3) - INSTANT,
    timedelta(hours=3),
    timedelta(hours=5) - INSTANT,
    timedelta(hours=5),
    timedelta(hours=5) + INSTANT,
    timedelta(days=30),
]


@pytest.mark.parametrize("since", MOMENTS)
def test_sql_and_python_agree_at_the_border(cast: Cast, claims, since):
    with clock.moved_to(MONDAY + since):
        everyone = list(Claim.objects.all())
        late = {each.pk for each in everyone if each.standing == Standing.LATE}
        soon = {each.pk for each in everyone if each.standing == Standing.DUE_SOON}
        assert {each.pk for each in everyone if each.is_late} == late
        assert {each.pk for each in late_claims(Claim.objects.all())} == late
        assert {each.pk for each in claims_due_soon(Claim.objects.all())} == soon
        others = {each.pk for each in everyone} - late
        assert {each.pk for each in claims_not_late(Claim.objects.all())} == others


@pytest.mark.parametrize(
    ("since", "standing", "colour"),
    [
        (timedelta(hours=3) - INSTANT, "on_time", "is-ok"),
        (timedelta(hours=3), "due_soon", "is-risk"),
        (timedelta(hours=5), "due_soon", "is-risk"),
        (timedelta(hours=5) + INSTANT, "late", "is-late"),
    ],
)
def test_list_claim_page_api_and_my_work_say_the_same(
    cast: Cast, browse, claims, since, standing, colour
):
    client = browse(cast.handler)
    number = claims["running"].number
    with clock.moved_to(MONDAY + since):
        found = {
            state: number in client.get(f"/claims/?state={state}").content.decode()
            for state in ("late", "due_soon")
        }
        row = client.get(f"/claims/?q={number}").content.decode()
        page = client.get(f"/claims/{number}/").content.decode()
        answer = client.get(f"/api/v1/claims/{number}/").json()
        work = get_work(cast.actor("handler"))
        totals = totals_of(cast.actor("handler"))["moves"]
        group, task = next(
            (group.name, each)
            for group in work.groups
            for each in group.tasks
            if each.claim == claims["running"] and each.due_at == claims["running"].step_due_at
        )
        assert task.due is not None
        assert task.due.css == colour.removeprefix("is-")
    assert found == {"late": standing == "late", "due_soon": standing == "due_soon"}
    assert f'class="c-due {colour}"' in row
    assert f'class="c-due {colour}"' in page
    assert (answer["standing"], answer["is_late"]) == (standing, standing == "late")
    assert (group == "late") == (standing == "late")
    # With it one more is late: that which was paused too late.
    assert totals.late == (2 if standing == "late" else 0)


def test_a_paused_claim_is_shown_as_paused_and_not_late(cast: Cast, browse, claims):
    client = browse(cast.handler)
    with clock.moved_to(MONDAY + timedelta(days=3)):
        late = client.get("/claims/?late=true").content.decode()
        others = client.get("/claims/?late=false").content.decode()
        page = client.get(f"/claims/{claims['paused'].number}/").content.decode()
        answer = client.get(f"/api/v1/claims/{claims['paused'].number}/").json()
    assert claims["paused"].number in others
    assert claims["paused"].number not in late
    assert claims["paused late"].number in late
    assert claims["closed"].number in others
    assert 'class="c-due is-pause"' in page
    assert answer["standing"] == "paused"


def test_the_legal_deadline_is_never_shown_as_paused(cast: Cast, browse, claims):
    legal = claims["paused"].clocks.get(kind="legal")
    assert legal.held_at is None
    with clock.moved_to(legal.due_at):
        assert not legal.is_late
    with clock.moved_to(legal.due_at + INSTANT):
        assert legal.is_late
        rows = browse(cast.handler).get(f"/api/v1/claims/{claims['paused'].number}/clocks/").json()
    standings = {each["kind"]: each["standing"] for each in rows["results"]}
    assert standings["legal"] == "late"
    assert standings["final_response"] == "paused"


def test_filters_of_page_and_api_are_one(cast: Cast, claims):
    with clock.moved_to(MONDAY + timedelta(hours=3)):
        shown = ClaimFilter(QueryDict("state=due_soon"), queryset=Claim.objects.all()).qs
        assert list(shown) == [claims["running"]]

"""The short way and the ways back, through pages and over REST, with the same deeds in history."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from claims.models import Claim
from claims.states import Step
from tests.cast import Cast
from tests.flows import story
from tests.flows.by_api import ByApi
from tests.flows.by_pages import ByPages
from tests.flows.effects import history_of, let_effects_happen
from tests.flows.paper import Paper

pytestmark = pytest.mark.django_db


def told_both_ways(
    claims: tuple[Claim, Claim],
    pages: ByPages,
    api: ByApi,
    people: Callable[[ByPages], None],
    programs: Callable[[ByApi], None],
) -> list[str]:
    """Let people and programs do the same with two like claims; answers what history says."""
    let_effects_happen()
    before = [len(history_of(claim.number).deeds) for claim in claims]
    pages.number, api.number = claims[0].number, claims[1].number
    people(pages)
    programs(api)
    told = [
        history_of(claim.number).deeds[known:] for claim, known in zip(claims, before, strict=True)
    ]
    assert told[0] == told[1]
    return told[0]


@pytest.fixture
def pages(cast: Cast) -> ByPages:
    return ByPages(cast, Paper)


@pytest.fixture
def api(cast: Cast) -> ByApi:
    return ByApi(cast)


def in_step(cast: Cast, step: str) -> tuple[Claim, Claim]:
    return cast.claim_in(step), cast.claim_in(step)


def test_a_small_claim_is_answered_directly(cast: Cast, pages: ByPages, api: ByApi) -> None:
    def people(way: ByPages) -> None:
        way.trace()
        handler = way.as_("handler", "investigation/")
        handler.follow("Finding")
        handler.choose("the claim is unfounded")
        handler.fill("In words", story.UNFOUNDED)
        handler.select("Facts it rests on", "F1")
        handler.press("Save")
        handler = way.as_("handler")
        handler.follow("Answer directly")
        handler.fill("Reason", story.SMALL_CLAIM)
        handler.press("Answer directly")
        handler.sees("Response")

    def programs(way: ByApi) -> None:
        way.trace()
        way.put("finding/", {"kind": "unfounded", "text": story.UNFOUNDED, "facts": [1]})
        way.move("answer_directly", by=way.manager, remark=story.SMALL_CLAIM)

    claims = in_step(cast, Step.INITIAL_INVESTIGATION)
    told = told_both_ways(claims, pages, api, people, programs)
    assert told[-2:] == ["finding.stated", "claim.moved"]
    assert {cast.read(claim).step for claim in claims} == {Step.RESPONSE}


@pytest.mark.parametrize(
    ("step", "label", "transition", "reason", "reached"),
    [
        (
            Step.RESPONSE,
            "Return to the analysis",
            "return_to_analysis",
            story.NOT_AGREED,
            "analysis",
        ),
        (Step.CLOSED, "Reopen the claim", "reopen", story.AGAIN, "full_investigation"),
    ],
)
def test_a_claim_goes_back_with_a_reason(
    cast: Cast, pages: ByPages, api: ByApi, step, label, transition, reason, reached
) -> None:
    def people(way: ByPages) -> None:
        manager = way.as_("quality_manager")
        manager.follow(label)
        with pytest.raises(AssertionError, match=r"(?s)^422 .*required"):
            manager.press(label)
        manager.fill("Reason", reason)
        manager.press(label)

    def programs(way: ByApi) -> None:
        refused = way.manager.post(f"/claims/{way.number}/transitions/{transition}/")
        assert refused.json()["errors"][0]["pointer"] == "/remark"
        way.move(transition, by=way.manager, remark=reason)

    claims = in_step(cast, step)
    assert told_both_ways(claims, pages, api, people, programs) == ["claim.moved"]
    for claim in claims:
        assert cast.read(claim).step == reached
        last = claim.step_records.order_by("id").last()
        assert last is not None
        assert (last.direction, last.remark) == ("rework", reason)


def test_a_claim_sent_twice_is_cancelled_as_duplicate(
    cast: Cast, pages: ByPages, api: ByApi
) -> None:
    first = cast.complete_report()

    def people(way: ByPages) -> None:
        manager = way.as_("quality_manager")
        manager.follow("Cancel the claim")
        manager.choose("duplicate")
        manager.fill("Duplicate of claim", first.number)
        manager.fill("Reason", story.SENT_TWICE)
        manager.fill("Number of this claim", way.number)
        manager.press("Cancel the claim")
        way.as_("quality_manager").sees("Cancelled")

    def programs(way: ByApi) -> None:
        duplicate = {"cancel_reason": "duplicate", "duplicate_of": first.number}
        way.move("cancel", by=way.manager, remark=story.SENT_TWICE, **duplicate)

    claims = in_step(cast, Step.REGISTRATION)
    assert told_both_ways(claims, pages, api, people, programs) == ["claim.moved"]
    assert {cast.read(claim).duplicate_of for claim in claims} == {first}

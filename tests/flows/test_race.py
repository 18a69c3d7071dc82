"""Many hands on one claim at once: exactly one move takes effect, and history shows one."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from claims.commands import move_claim, report_claim
from claims.models import Claim, StepRecord
from core.errors import DomainError
from events.chain import find_breaks
from events.models import Event
from tests.cast import Cast, actor_of, build_cast, upper_requirements_met

HANDS = 20
TRIES = 200


@pytest.fixture
def committed_cast(transactional_db: None) -> Cast:
    """The cast in a database that other threads see."""
    return build_cast()


def _outcomes(tries: int, attempt) -> Counter:
    """Run `attempt` that often from many threads; counts "done" and the codes of refusals."""

    def once(_number: int) -> str:
        try:
            attempt()
        except DomainError as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(HANDS) as hands:
        return Counter(hands.map(once, range(tries)))


@pytest.mark.parametrize(
    ("step", "transition", "by", "inputs"),
    [
        ("receipt", "notify", "handler", {}),
        ("notification", "register", "handler", {}),
        ("registration", "investigate", "handler", {}),
        ("response", "close", "quality_manager", {}),
        ("analysis", "return_to_investigation", "quality_manager", {"remark": "a fact is wrong"}),
    ],
)
def test_of_many_equal_moves_one_takes_effect(committed_cast, step, transition, by, inputs):
    claim = committed_cast.claim_in(step)
    moved_before = Event.objects.filter(kind="claim.moved", claim_id=claim.pk).count()
    actor = committed_cast.actor(by)

    with upper_requirements_met():
        outcomes = _outcomes(
            TRIES, lambda: move_claim(actor=actor, claim=claim, transition=transition, **inputs)
        )

    assert outcomes == {"done": 1, "wrong_step": TRIES - 1}
    moved = Event.objects.filter(kind="claim.moved", claim_id=claim.pk).count()
    assert moved == moved_before + 1
    assert StepRecord.objects.filter(claim=claim, left_at=None).count() == 1
    assert list(find_breaks()) == []


def test_stale_versions_lose(committed_cast):
    claim = committed_cast.claim_in("receipt")
    actor = committed_cast.actor("handler")

    with upper_requirements_met():
        outcomes = _outcomes(
            40,
            lambda: move_claim(
                actor=actor, claim=claim, transition="notify", version=claim.version
            ),
        )

    assert outcomes == {"done": 1, "stale": 39}


def test_claims_reported_at_once_get_different_numbers_and_unbroken_history(committed_cast):
    actor = actor_of(committed_cast.people["reporter"])

    outcomes = _outcomes(100, lambda: report_claim(actor=actor, fields={"title": "Cracked latch"}))

    assert outcomes == {"done": 100}
    assert Claim.objects.values("number").distinct().count() == 100
    assert list(find_breaks()) == []

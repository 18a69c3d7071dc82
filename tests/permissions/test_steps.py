"""Every step × every transition × every principal: the next step, or a refusal that says why.

What is expected stands in `steps.txt`, which is written from the process description and knows
nothing of the code. A refused move leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Max

from claims import lifecycle
from claims.commands import add_participant, locked_claim, move_claim
from claims.models import Claim, Clock, StepRecord
from claims.states import ParticipantRole, Step
from core.actors import SYSTEM, Actor, Via
from core.errors import DomainError, InvalidInput, NotPermitted, TransitionRefused
from events.models import Event
from tests.api.caller import ALL_SCOPES, program
from tests.cast import Cast, build_cast, upper_requirements_met
from tests.permissions.tables import read_ways

pytestmark = pytest.mark.django_db

WAYS = read_ways()
TRANSITIONS = sorted({name for name, _step in WAYS})
STEPS = (
    "receipt", "notification", "registration", "initial_investigation", "full_investigation",
    "analysis", "response", "monitoring", "closed", "cancelled",
)  # fmt: skip
PEOPLE = {
    "owner": "handler",
    "handler": "second_handler",
    "leader": "investigator",
    "member": "laboratory",
    "action_owner": "action_owner",
    "executor": "warehouse",
    "reporter": "reporter",
    "employee": "employee",
    "outsider": "outsider",
    "quality_manager": "quality_manager",
    "legal": "legal",
    "finance": "finance",
    "manager": "manager",
    "auditor": "auditor",
    "administrator": "administrator",
}
PARTS = {
    "investigator": ParticipantRole.LEADER,
    "laboratory": ParticipantRole.MEMBER,
    "action_owner": ParticipantRole.ACTION_OWNER,
    "warehouse": ParticipantRole.EXECUTOR,
    "reporter": ParticipantRole.REPORTER,
}


@dataclass
class Company:
    """A claim in each step, and everybody who may try to move it."""

    cast: Cast
    claims: dict[str, Claim]
    actors: dict[str, Actor]


@pytest.fixture(scope="module")
def company(django_db_setup: None, django_db_blocker: Any) -> Iterator[Company]:
    """Built once; every try is undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        cast = build_cast()
        claims = {step: cast.claim_in(step, duplicate_answer="none") for step in STEPS}
        for claim in claims.values():
            with locked_claim(claim) as fresh:
                for name, part in PARTS.items():
                    add_participant(claim=fresh, user=cast.people[name], role=part)
        claims = {step: cast.read(claim) for step, claim in claims.items()}
        actors = {name: cast.actor(person) for name, person in PEOPLE.items()}
        service = program("ERP").client.user
        erp = Actor(user=service, via=Via.API, client="ERP", scopes=frozenset(ALL_SCOPES))
        yield Company(cast, claims, actors | {"erp": erp, "system": SYSTEM})
        transaction.set_rollback(True)


def facts_of(claim: Claim) -> tuple[Any, ...]:
    """What a refused move must not change."""
    stored = Claim.objects.filter(pk=claim.pk).values_list("step", "version", "updated_at").get()
    events = Event.objects.aggregate(Max("id"))["id__max"]
    records = StepRecord.objects.filter(claim=claim).values_list("id", "left_at")
    clocks = Clock.objects.filter(claim=claim).values_list("id", "stopped_at")
    return stored, events, list(records), list(clocks)


def tried(company: Company, claim: Claim, name: str, who: str, **values: Any) -> str:
    """The step reached, or why not: `not permitted`, `not from here`, or what is missing."""
    given = {"remark": "because", "cancel_reason": "withdrawn", **values}
    before = facts_of(claim)
    with transaction.atomic():
        answer = _moved(company.actors[who], claim, name, given)
        if answer in STEPS:
            transaction.set_rollback(True)
            return answer
    assert facts_of(claim) == before, f"{who} was refused {name} and left traces"
    return answer


def _moved(actor: Actor, claim: Claim, name: str, values: dict[str, Any]) -> str:
    try:
        move_claim(actor=actor, claim=claim, transition=name, **values)
    except DomainError as refused:
        return _said(refused, claim)
    return Claim.objects.values_list("step", flat=True).get(pk=claim.pk)


def _said(refused: DomainError, claim: Claim) -> str:
    assert str(refused), "a refusal says why"
    if isinstance(refused, NotPermitted):
        return "not permitted"
    if isinstance(refused, InvalidInput):
        return "missing " + " ".join(refused.fields)
    assert isinstance(refused, TransitionRefused)
    assert refused.current == claim.step
    if refused.code == "wrong_step":
        return "not from here"
    assert all(each.detail and each.link for each in refused.missing)
    return "missing " + " ".join(each.requirement for each in refused.missing)


def test_the_table_knows_every_step_and_every_way(company: Company) -> None:
    assert set(STEPS) == set(Step.values)
    assert set(TRANSITIONS) == set(lifecycle.TRANSITIONS)
    named = {who for way in WAYS.values() for who in way.who}
    assert named <= set(company.actors)


@pytest.mark.parametrize("name", TRANSITIONS)
@pytest.mark.parametrize("step", STEPS)
def test_each_principal_reaches_the_next_step_or_hears_why_not(
    company: Company, step: str, name: str
) -> None:
    way = WAYS.get((name, step))
    claim = company.claims[step]
    found, expected = {}, {}
    with upper_requirements_met():
        for who in company.actors:
            found[who] = tried(company, claim, name, who)
            if way is None:
                expected[who] = "not from here"
            else:
                expected[who] = way.target if who in way.who else "not permitted"
    assert found == expected


@pytest.mark.parametrize(
    ("name", "step"), [key for key, way in WAYS.items() if "reason" in way.needs]
)
def test_a_way_that_needs_a_reason_says_so(company: Company, name: str, step: str) -> None:
    with upper_requirements_met():
        found = tried(company, company.claims[step], name, "quality_manager", remark=" ")
    assert found == "missing remark"


def test_only_these_ways_need_a_reason(company: Company) -> None:
    """A direct answer besides: what was found has to be said in words."""
    with upper_requirements_met():
        silent = {
            name
            for name, step in WAYS
            if tried(company, company.claims[step], name, "quality_manager", remark="") in STEPS
        }
    needing = {name for (name, _step), way in WAYS.items() if "reason" in way.needs}
    assert silent == set(TRANSITIONS) - needing - {"answer_directly"}

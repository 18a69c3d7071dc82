"""The way through the steps: who may go it, what it asks for, what it leaves behind."""

from __future__ import annotations

from typing import Any

import pytest

from claims.commands import add_participant, locked_claim, move_claim
from claims.lifecycle import TRANSITIONS
from claims.models import Clock, StepRecord
from claims.requirements import missing_for
from claims.states import ParticipantRole, Step
from core.errors import InvalidInput, NotPermitted, Stale, TransitionRefused
from events.models import Event
from tests.cast import Cast, upper_requirements_met

# Every pair that exists; all others are refused. Written down here once more, on purpose.
ALLOWED = {
    "notify": {"receipt": "notification"},
    "register": {"notification": "registration"},
    "investigate": {"registration": "initial_investigation"},
    "investigate_fully": {"initial_investigation": "full_investigation"},
    "answer_directly": {"initial_investigation": "response"},
    "analyse": {"full_investigation": "analysis"},
    "respond": {"analysis": "response"},
    "monitor": {"response": "monitoring"},
    "close": {"response": "closed", "monitoring": "closed"},
    "return_to_investigation": {"analysis": "full_investigation"},
    "return_to_analysis": {"response": "analysis", "monitoring": "analysis"},
    "reopen": {"closed": "full_investigation", "cancelled": "registration"},
    "cancel": dict.fromkeys(
        (
            "receipt",
            "notification",
            "registration",
            "initial_investigation",
            "full_investigation",
            "analysis",
        ),
        "cancelled",
    ),
}
# Who may go which way, the handler being the owner as well; nobody else may.
WHO = {
    "notify": {"handler", "second_handler", "quality_manager"},
    "register": {"handler", "second_handler", "quality_manager"},
    "investigate": {"handler", "second_handler", "quality_manager"},
    "investigate_fully": {"handler", "quality_manager"},
    "answer_directly": {"handler", "quality_manager"},
    "analyse": {"handler", "quality_manager", "investigator"},
    "respond": {"handler", "quality_manager", "investigator"},
    "monitor": {"handler", "quality_manager"},
    "close": {"quality_manager"},
    "return_to_investigation": {"handler", "quality_manager"},
    "return_to_analysis": {"handler", "quality_manager"},
    "reopen": {"quality_manager"},
    "cancel": {"quality_manager"},
}
PEOPLE = (
    "handler", "second_handler", "quality_manager", "legal", "finance", "manager", "auditor",
    "administrator", "reporter", "investigator", "action_owner", "outsider",
)  # fmt: skip


def facts_of(claim) -> tuple:
    """What a refused move must not change."""
    events = Event.objects.filter(claim_id=claim.pk).count()
    records = list(StepRecord.objects.filter(claim=claim).values_list("step", "left_at"))
    clocks = list(Clock.objects.filter(claim=claim).values_list("kind", "stopped_at"))
    return claim.step, claim.version, events, records, clocks


@pytest.mark.parametrize("step", Step.values)
def test_from_each_step_exactly_the_named_moves_are_possible(cast: Cast, step: str):
    claim = cast.claim_in(step)
    before = facts_of(claim)
    for name in TRANSITIONS:
        if step in ALLOWED[name]:
            continue
        with pytest.raises(TransitionRefused) as refused:
            cast.move(claim, name, "quality_manager", remark="x", cancel_reason="withdrawn")
        assert (refused.value.code, refused.value.current) == ("wrong_step", step)
    assert facts_of(cast.read(claim)) == before


@pytest.mark.parametrize(
    ("name", "source", "target"),
    [(name, source, target) for name, pairs in ALLOWED.items() for source, target in pairs.items()],
)
def test_each_move_leads_where_it_should_and_leaves_its_traces(
    cast: Cast, name: str, source: str, target: str
):
    claim = cast.claim_in(source)
    entered = claim.step_entered_at
    cast.move(claim, name, "quality_manager", remark="because", cancel_reason="withdrawn")
    moved = cast.read(claim)
    assert moved.step == target
    assert moved.version > claim.version
    assert moved.step_entered_at > entered
    left, now = list(StepRecord.objects.filter(claim=claim).order_by("id"))[-2:]
    assert (left.step, left.left_at) == (source, now.entered_at)
    assert (now.step, now.left_at, now.transition, now.by) == (
        target,
        None,
        name,
        cast.quality_manager,
    )
    rework = name.startswith("return") or name == "reopen"
    assert now.direction == ("rework" if rework else "forward")
    event = Event.objects.filter(claim_id=claim.pk, kind="claim.moved").latest("id")
    assert event.data["changes"] == {"step": [source, target]}
    assert event.data["remark"] == "because"


@pytest.mark.parametrize("name", list(ALLOWED))
def test_only_the_named_people_may_go_each_way(cast: Cast, name: str):
    source = next(iter(ALLOWED[name]))
    claim = cast.claim_in(source)
    with locked_claim(claim) as fresh:
        add_participant(claim=fresh, user=cast.investigator, role=ParticipantRole.LEADER)
        add_participant(claim=fresh, user=cast.action_owner, role=ParticipantRole.MEMBER)
    before = facts_of(cast.read(claim))
    for person in PEOPLE:
        if person in WHO[name]:
            continue
        with pytest.raises(NotPermitted):
            cast.move(claim, name, person, remark="x", cancel_reason="withdrawn")
    assert facts_of(cast.read(claim)) == before
    for person in sorted(WHO[name]):
        other = cast.claim_in(source)
        with locked_claim(other) as fresh:
            add_participant(claim=fresh, user=cast.investigator, role=ParticipantRole.LEADER)
        if name == "investigate":
            cast.set_apart(other)
        cast.move(other, name, person, remark="x", cancel_reason="withdrawn")
        assert cast.read(other).step == ALLOWED[name][source]


@pytest.mark.parametrize(
    "name",
    ["answer_directly", "return_to_investigation", "return_to_analysis", "reopen", "cancel"],
)
def test_these_moves_need_a_reason(cast: Cast, name: str):
    claim = cast.claim_in(next(iter(ALLOWED[name])))
    with pytest.raises(InvalidInput) as refused:
        cast.move(claim, name, "quality_manager", remark="  ", cancel_reason="withdrawn")
    assert list(refused.value.fields) == ["remark"]
    assert cast.read(claim).step == claim.step


def test_a_refusal_lists_everything_that_is_missing(cast: Cast):
    claim = cast.report(items=[{}])
    for name in ("notify", "register"):
        claim = cast.move(claim, name, "handler")
    with pytest.raises(TransitionRefused) as refused:
        cast.move(claim, "investigate", "handler")
    missing = {each.requirement: each for each in refused.value.missing}
    assert set(missing) == {
        "customer_known",
        "product_known",
        "quantity_known",
        "lot_known",
        "defect_known",
        "description_given",
        "severity_judged",
        "owner_named",
    }
    assert missing["customer_known"].detail == "Choose the customer."
    assert missing["customer_known"].link == f"/claims/{claim.number}/edit/#customer"
    assert refused.value.code == "requirements_missing"
    assert cast.read(claim).step == Step.REGISTRATION


def test_a_reason_for_the_unknown_lot_does_and_a_group_of_defects_does_not(cast: Cast):
    item = cast.item(lot=None, lot_unknown_reason="Label torn off", defect=cast.defect_group)
    claim = cast.complete_report(items=[item])
    with upper_requirements_met():
        open_points = [each.requirement for each in missing_for(claim, TRANSITIONS["investigate"])]
    assert open_points == ["defect_known"]


def test_a_critical_claim_is_not_answered_directly(cast: Cast):
    claim = cast.claim_in(Step.INITIAL_INVESTIGATION, severity="critical")
    with pytest.raises(TransitionRefused) as refused:
        cast.move(claim, "answer_directly", "quality_manager", remark="known problem")
    assert [each.requirement for each in refused.value.missing] == ["not_critical"]


def test_a_move_on_an_old_version_is_stale(cast: Cast):
    claim = cast.complete_report()
    cast.move(claim, "notify", "handler")
    with pytest.raises(Stale):
        cast.move(cast.read(claim), "register", "handler", version=claim.version)


def test_moments_are_noted_once_and_reopening_undoes_the_closing(cast: Cast):
    claim = cast.claim_in(Step.CLOSED)
    notified, registered = claim.notified_at, claim.registered_at
    assert None not in (notified, registered, claim.closed_at)
    reopened = cast.move(claim, "reopen", "quality_manager", remark="came back")
    assert cast.read(reopened).closed_at is None
    for name in ("analyse", "respond", "monitor"):
        cast.move(claim, name, "handler")
    again = cast.read(claim)
    assert (again.notified_at, again.registered_at) == (notified, registered)
    rework = StepRecord.objects.filter(claim=claim, direction="rework")
    assert rework.get().transition == "reopen"


def test_cancelling_needs_its_kind_and_a_duplicate_its_original(cast: Cast):
    original, claim = cast.complete_report(), cast.complete_report()
    with pytest.raises(InvalidInput) as refused:
        cast.move(claim, "cancel", "quality_manager", remark="x")
    assert list(refused.value.fields) == ["cancel_reason"]
    for other in (None, claim):
        with pytest.raises(InvalidInput) as refused:
            cast.move(
                claim,
                "cancel",
                "quality_manager",
                remark="x",
                cancel_reason="duplicate",
                duplicate_of=other,
            )
        assert list(refused.value.fields) == ["duplicate_of"]
    cast.move(
        claim,
        "cancel",
        "quality_manager",
        remark="x",
        cancel_reason="duplicate",
        duplicate_of=original,
    )
    cancelled = cast.read(claim)
    assert (cancelled.duplicate_of, cancelled.cancel_reason) == (original, "duplicate")
    assert not Clock.objects.filter(claim=claim, stopped_at=None).exists()
    cast.move(claim, "reopen", "quality_manager", remark="is another one after all")
    assert (cast.read(claim).duplicate_of, cast.read(claim).cancel_reason) == (None, "")


def test_a_requirement_switched_off_lets_exactly_its_claims_through(cast: Cast):
    """Each requirement of claims itself, alone missing, is alone in the list."""
    spoilt: dict[str, dict[str, Any]] = {
        "customer_known": {"customer": None, "contact": None},
        "severity_judged": {"severity": ""},
        "owner_named": {"owner": None},
        "description_given": {"description": "short"},
        "product_known": {"items": []},
        "quantity_known": {"items": [cast.item(quantity_claimed=None)]},
        "lot_known": {"items": [cast.item(lot=None)]},
        "defect_known": {"items": [cast.item(defect=None)]},
    }
    for name, fields in spoilt.items():
        claim = cast.complete_report(**fields)
        with upper_requirements_met():
            found = {each.requirement for each in missing_for(claim, TRANSITIONS["investigate"])}
        # The claims before it look alike, which is a question of its own.
        assert found - {"duplicates_answered"} == {name}


def test_a_move_unknown_to_the_process_is_an_error(cast: Cast):
    with pytest.raises(KeyError):
        move_claim(actor=cast.actor("handler"), claim=cast.report(), transition="skip")

"""What is needed of actions before a claim is answered and closed."""

import pytest

from claims.commands import move_claim
from claims.requirements import _registry
from claims.states import Step
from core.errors import TransitionRefused
from tests.capa.conftest import plan_in
from tests.cast import upper_requirements_met

pytestmark = pytest.mark.django_db


def missing(claim, name) -> str:
    return _registry[name].check(claim)


def test_every_confirmed_cause_has_a_corrective_action(plan):
    assert missing(plan.claim, "actions_planned") == ""
    first, second = (
        plan.cause("No hold point"),
        plan.cause("Not in the control plan", type="escape"),
    )
    assert missing(plan.claim, "actions_planned") == (
        "“No hold point”: plan a corrective action. "
        "“Not in the control plan”: plan a corrective action."
    )
    plan.action(cause=first)
    plan.action(cause=second, kind="preventive")
    assert missing(plan.claim, "actions_planned") == (
        "“Not in the control plan”: plan a corrective action."
    )


def test_the_action_has_an_owner_and_a_due_date(plan, cast):
    action = plan.action(cause=plan.cause(), owner=None)
    assert f"give {action.number} an owner" in missing(plan.claim, "actions_planned")
    plan.do("edit_action", action=action, values={"owner": cast.action_owner})
    assert missing(plan.claim, "actions_planned") == ""


def test_a_cancelled_or_failed_action_does_not_count(plan):
    action = plan.action(cause=plan.cause())
    request = plan.do("ask_cancellation", action=action, reason="x")
    plan.do("decide_cancellation", by="quality_manager", cancellation=request, granted=True)
    assert "plan a corrective action" in missing(plan.claim, "actions_planned")
    failed = plan.judged(plan.done(cause=action.cause), False)
    assert failed.state == "ineffective"
    assert "plan a corrective action" in missing(plan.claim, "actions_planned")


def test_an_agreed_reason_takes_the_place_of_an_action(plan):
    cause = plan.cause()
    given = plan.do("give_no_action_reason", claim=plan.claim, cause=cause, reason="product ends")
    assert "has to agree" in missing(plan.claim, "actions_planned")
    plan.do("decide_no_action", by="quality_manager", given=given, granted=True)
    assert missing(plan.claim, "actions_planned") == ""


def test_all_actions_end_effective_or_cancelled(plan):
    first, second, third = plan.action("a"), plan.action("b"), plan.action("c")
    plan.effective(first)
    plan.done(second)
    assert missing(plan.claim, "actions_verified") == (
        f"{second.number} waits to be verified. {third.number} is not done."
    )
    plan.judged(second, True)
    request = plan.do("ask_cancellation", action=third, reason="x")
    plan.do("decide_cancellation", by="quality_manager", cancellation=request, granted=True)
    assert missing(plan.claim, "actions_verified") == ""


def test_what_did_not_work_is_replaced(plan):
    failed = plan.judged(plan.done(), False)
    assert "was not effective" in missing(plan.claim, "actions_verified")
    better = plan.action("interlock", replaces=failed)
    assert missing(plan.claim, "actions_verified") == f"{better.number} is not done."
    plan.effective(better)
    assert missing(plan.claim, "actions_verified") == ""


def test_a_shared_action_counts_for_every_claim(plan, cast):
    other = plan_in(cast, Step.ANALYSIS)
    action = plan.action(claims=[other.claim])
    assert missing(other.claim, "actions_verified") == f"{action.number} is not done."
    plan.effective(action)
    assert missing(other.claim, "actions_verified") == ""


def test_the_claim_closes_only_after_its_actions(plan, cast):
    cause = plan.cause()
    with (
        upper_requirements_met(but=("actions_planned",)),
        pytest.raises(TransitionRefused) as refused,
    ):
        move_claim(actor=cast.actor("handler"), claim=plan.claim, transition="respond")
    assert [each.requirement for each in refused.value.missing] == ["actions_planned"]
    action = plan.action(cause=cause)
    plan.moved("respond")
    plan.moved("monitor")
    with upper_requirements_met(but=("actions_verified",)):
        with pytest.raises(TransitionRefused):
            move_claim(actor=cast.actor("quality_manager"), claim=plan.claim, transition="close")
        plan.effective(action)
        closed = move_claim(
            actor=cast.actor("quality_manager"), claim=plan.claim, transition="close"
        )
    assert closed.step == Step.CLOSED


def test_each_requirement_leads_to_where_it_is_supplied(plan):
    for name in ("actions_planned", "actions_verified"):
        assert _registry[name].link(plan.claim) == f"/claims/{plan.claim.number}/actions/#actions"

"""What one asks, another decides."""

import pytest

from capa.models import Action, Extension
from core.errors import InvalidInput, NotPermitted, TransitionRefused
from tests.capa.conftest import day

pytestmark = pytest.mark.django_db


def ask(plan, action, distance=20, by="action_owner", **values):
    return plan.do(
        "ask_extension",
        by=by,
        action=action,
        due=day(distance),
        reason="insert is at the welder",
        **values,
    )


def grant(plan, extension, by="quality_manager", granted=True, reply="agreed"):
    return plan.do("decide_extension", by=by, extension=extension, granted=granted, reply=reply)


def fresh(action):
    return Action.objects.get(pk=action.pk)


def test_more_time_moves_the_date_and_keeps_the_original(plan):
    action = plan.action()
    extension = ask(plan, action, meanwhile="20 parts an hour are checked")
    assert fresh(action).due_at == action.due_at, "nothing moves before the decision"
    grant(plan, extension)
    moved = fresh(action)
    assert moved.due_at == extension.to_due
    assert (moved.original_due_at, moved.moved_times) == (action.due_at, 1)


def test_declining_says_why_and_moves_nothing(plan):
    action = plan.action()
    extension = ask(plan, action)
    with pytest.raises(InvalidInput):
        grant(plan, extension, granted=False, reply="")
    grant(plan, extension, granted=False, reply="the customer waits")
    assert (fresh(action).due_at, fresh(action).moved_times) == (action.due_at, 0)
    with pytest.raises(InvalidInput):
        grant(plan, extension)


def test_who_asks_never_grants(plan, cast):
    action = plan.action(owner=cast.quality_manager)
    extension = ask(plan, action, by="quality_manager")
    with pytest.raises(NotPermitted):
        grant(plan, extension)
    assert grant(plan, extension, by="second_quality_manager").is_granted


@pytest.mark.parametrize("person", ["handler", "action_owner", "manager", "outsider"])
def test_only_quality_managers_grant(plan, person):
    extension = ask(plan, plan.action())
    with pytest.raises(NotPermitted):
        grant(plan, extension, by=person)


@pytest.mark.parametrize("person", ["handler", "quality_manager", "laboratory"])
def test_only_the_owner_asks(plan, person):
    with pytest.raises(NotPermitted):
        ask(plan, plan.action(), by=person)


def test_the_third_extension_is_granted_by_another_than_the_first(plan):
    action = plan.action()
    for distance in (20, 30):
        grant(plan, ask(plan, action, distance))
    third = ask(plan, action, 40)
    with pytest.raises(NotPermitted, match="third"):
        grant(plan, third)
    assert grant(plan, third, by="second_quality_manager").is_granted
    assert fresh(action).moved_times == 3
    fourth = ask(plan, action, 50)
    with pytest.raises(NotPermitted):
        grant(plan, fourth)


def test_declined_requests_do_not_count(plan):
    action = plan.action()
    for distance in (20, 30):
        grant(plan, ask(plan, action, distance), granted=False, reply="no")
    assert grant(plan, ask(plan, action, 40)).is_granted


def test_one_request_at_a_time_and_only_for_later(plan):
    action = plan.action()
    with pytest.raises(InvalidInput) as refused:
        ask(plan, action, 5)
    assert list(refused.value.fields) == ["due"]
    ask(plan, action)
    with pytest.raises(InvalidInput):
        ask(plan, action)
    assert Extension.objects.count() == 1


def test_a_done_action_asks_for_nothing(plan):
    with pytest.raises(TransitionRefused):
        ask(plan, plan.done())


def test_an_action_is_cancelled_when_another_agrees(plan):
    action = plan.action()
    request = plan.do("ask_cancellation", action=action, reason="the mould is scrapped")
    with pytest.raises(NotPermitted):
        plan.do("decide_cancellation", cancellation=request, granted=True)
    plan.do("decide_cancellation", by="quality_manager", cancellation=request, granted=True)
    assert fresh(action).state == "cancelled"


def test_an_action_is_kept_when_cancelling_is_declined(plan):
    action = plan.action()
    request = plan.do("ask_cancellation", by="action_owner", action=action, reason="no time")
    plan.do(
        "decide_cancellation",
        by="quality_manager",
        cancellation=request,
        granted=False,
        reply="it is the only barrier",
    )
    assert fresh(action).state == "planned"
    plan.do("ask_cancellation", by="action_owner", action=action, reason="mould is scrapped")


def test_who_asks_to_cancel_does_not_decide(plan):
    action = plan.action()
    request = plan.do("ask_cancellation", by="quality_manager", action=action, reason="x")
    with pytest.raises(NotPermitted):
        plan.do("decide_cancellation", by="quality_manager", cancellation=request, granted=True)


def test_the_owner_does_not_decide_on_giving_up(plan, cast):
    action = plan.action(owner=cast.quality_manager)
    request = plan.do("ask_cancellation", action=action, reason="x")
    with pytest.raises(NotPermitted):
        plan.do("decide_cancellation", by="quality_manager", cancellation=request, granted=True)


def test_an_effective_action_is_not_cancelled(plan):
    with pytest.raises(TransitionRefused):
        plan.do("ask_cancellation", action=plan.effective(), reason="x")


def test_no_action_is_agreed_by_another(plan):
    cause = plan.cause()
    given = plan.do(
        "give_no_action_reason",
        by="quality_manager",
        claim=plan.claim,
        cause=cause,
        reason="the product ends in May",
    )
    with pytest.raises(NotPermitted):
        plan.do("decide_no_action", by="quality_manager", given=given, granted=True)
    plan.do("decide_no_action", by="second_quality_manager", given=given, granted=True)
    with pytest.raises(InvalidInput):
        plan.do("give_no_action_reason", claim=plan.claim, cause=cause, reason="again")


def test_a_declined_reason_may_be_given_anew(plan):
    cause = plan.cause()
    given = plan.do("give_no_action_reason", claim=plan.claim, cause=cause, reason="too dear")
    plan.do("decide_no_action", by="quality_manager", given=given, granted=False, reply="it is not")
    plan.do("give_no_action_reason", claim=plan.claim, cause=cause, reason="the product ends")


def test_only_confirmed_causes_go_without_action(plan, cast):
    from investigations.commands import propose_cause

    cause = propose_cause(
        actor=cast.actor("handler"), claim=plan.claim, category="method", text="maybe"
    )
    with pytest.raises(InvalidInput):
        plan.do("give_no_action_reason", claim=plan.claim, cause=cause, reason="x")

"""The plan: who, by when, against which cause, for which claims."""

from datetime import UTC, date, datetime

import pytest

from capa.commands.base import due_of
from capa.models import Action
from capa.policies import visible_actions
from claims.models import Participant
from claims.states import Step
from core.errors import InvalidInput, NotPermitted, Stale, TransitionRefused
from events.models import Event
from tests.capa.conftest import day, plan_in

pytestmark = pytest.mark.django_db


def sees(cast, person, action) -> bool:
    return visible_actions(cast.actor(person)).filter(pk=action.pk).exists()


def owns_part(claim, user) -> bool:
    return Participant.objects.filter(claim=claim, user=user, role="action_owner").exists()


def test_an_action_has_a_running_number_and_starts_as_planned(plan, cast):
    first, second = plan.action(), plan.action("Latch bend: 5 parts per lot")
    assert first.number == f"A-{first.pk:03d}"
    assert int(second.number[2:]) > int(first.number[2:])
    assert (first.state, first.department) == ("planned", cast.departments["MNT"])
    assert first.original_due_at == first.due_at
    event = Event.objects.filter(kind="action.planned").earliest("id")
    assert event.claim_id == plan.claim.pk
    assert event.data["number"] == first.number


def test_due_is_the_end_of_work_of_the_site(cast):
    assert due_of(date(2026, 11, 26), cast.site).astimezone(UTC) == datetime(
        2026, 11, 26, 15, 0, tzinfo=UTC
    )
    assert due_of(date(2026, 11, 28), cast.site).hour == 23  # a Saturday


def test_the_owner_gets_sight_of_the_claim(plan, cast):
    action = plan.action()
    assert sees(cast, "action_owner", action)
    assert owns_part(plan.claim, cast.action_owner)
    assert not sees(cast, "laboratory", action)
    assert not sees(cast, "outsider", action)
    assert sees(cast, "auditor", action)


def test_handing_over_moves_the_part_too(plan, cast):
    action, other = plan.action(), plan.action("another")
    plan.do("edit_action", action=action, values={"owner": cast.laboratory})
    assert owns_part(plan.claim, cast.laboratory)
    assert owns_part(plan.claim, cast.action_owner), "still owns the other action"
    plan.do("edit_action", action=other, values={"owner": cast.laboratory})
    assert not owns_part(plan.claim, cast.action_owner)


def test_an_action_may_be_drafted_without_owner_and_date(plan):
    action = plan.action(owner=None, due=None)
    assert (action.owner, action.due_at) == (None, None)


@pytest.mark.parametrize(
    ("field", "value"), [("text", " "), ("kind", "containment"), ("due", date(2020, 1, 1))]
)
def test_what_makes_no_sense_is_refused(plan, field, value):
    with pytest.raises(InvalidInput) as refused:
        plan.action(**{field: value})
    assert list(refused.value.fields) == [field]


def test_a_cause_of_another_claim_is_refused(plan, cast):
    other = plan_in(cast, Step.ANALYSIS)
    with pytest.raises(InvalidInput):
        plan.action(cause=other.cause())


@pytest.mark.parametrize("person", ["handler", "quality_manager", "investigator"])
def test_coordinators_and_the_leader_plan(plan, cast, person):
    from investigations.commands import add_member

    add_member(actor=cast.actor("handler"), claim=plan.claim, user=cast.investigator, role="leader")
    assert plan.action(by=person).proposed_by == cast.people[person]


@pytest.mark.parametrize(
    "person", ["laboratory", "employee", "action_owner", "manager", "auditor", "outsider"]
)
def test_nobody_else_plans(plan, cast, person):
    from investigations.commands import add_member

    add_member(actor=cast.actor("handler"), claim=plan.claim, user=cast.laboratory)
    with pytest.raises(NotPermitted):
        plan.action(by=person)


def test_a_finished_claim_takes_no_action(cast):
    closed = plan_in(cast, Step.CLOSED)
    with pytest.raises(TransitionRefused):
        closed.action()


def test_a_draft_moves_its_date_freely(plan):
    action = plan.action()
    moved = plan.do("edit_action", action=action, values={"due": day(20)})
    assert moved.due_at == moved.original_due_at > action.due_at


def test_once_the_response_is_prepared_the_date_moves_only_by_extension(plan):
    action = plan.action()
    plan.moved("respond")
    with pytest.raises(InvalidInput, match="extension"):
        plan.do("edit_action", action=action, values={"due": day(20)})
    plan.do("edit_action", action=action, values={"due": day(10), "lateral": "RK-10, RK-16"})
    assert Action.objects.get(pk=action.pk).lateral == "RK-10, RK-16"


def test_a_started_action_moves_its_date_only_by_extension(plan):
    action = plan.action()
    plan.do("start_action", by="action_owner", action=action)
    with pytest.raises(InvalidInput, match="extension"):
        plan.do("edit_action", action=action, values={"due": day(20)})


def test_somebody_elses_change_is_not_overwritten(plan):
    action = plan.action()
    plan.do("edit_action", action=action, values={"text": "first"}, version=action.version)
    with pytest.raises(Stale):
        plan.do("edit_action", action=action, values={"text": "second"}, version=action.version)


def test_documents_to_update_are_listed_once(plan):
    action = plan.action(documents={"fmea": "rev. 4", "training": ""})
    plan.do("edit_action", action=action, values={}, documents=["fmea", "control_plan"])
    rows = {row.kind: row.note for row in action.documents.all()}
    assert rows == {"fmea": "rev. 4", "control_plan": ""}


def test_one_action_serves_several_claims(plan, cast):
    other = plan_in(cast, Step.ANALYSIS)
    action = plan.action(claims=[other.claim])
    assert {each.number for each in action.claims.all()} == {
        plan.claim.number,
        other.claim.number,
    }
    assert owns_part(other.claim, cast.action_owner)
    linked = Event.objects.get(kind="action.linked")
    assert linked.claim_id == other.claim.pk
    with pytest.raises(InvalidInput):
        plan.do("link_action", action=action, claim=other.claim)


def test_an_action_is_not_linked_to_a_claim_one_may_not_see(plan, cast):
    from claims.models import Claim

    hidden = cast.report(by=cast.outsider, site=cast.other_site)
    with pytest.raises(Claim.DoesNotExist):
        plan.do("link_action", action=plan.action(), claim=hidden)

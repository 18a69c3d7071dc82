"""Actions and approvals by substitutes: what was one person's passes, four eyes stay four."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Absence, User
from capa import commands as capa
from capa.policies import may_decide, may_judge
from capa.selectors import get_action
from core import clock
from core.actors import Actor, Via
from core.errors import NotPermitted
from events.models import Event
from responses import commands as responses
from responses.models import Approval, Letter
from responses.policies import may_sign
from responses.selectors import letters_to_approve
from tests.capa.conftest import Plan, day, plan_in
from tests.cast import PASSWORD, Cast
from tests.responses.conftest import Answer, analysed
from worklist.items import Kind
from worklist.selectors import get_work


def away(cast: Cast, who: str, substitute: str) -> None:
    today = clock.now().date()
    Absence.objects.create(
        user=cast.people[who],
        substitute=cast.people[substitute],
        starts_on=today - timedelta(days=1),
        ends_on=today + timedelta(days=1),
    )


def person(cast: Cast, name: str) -> Actor:
    """As the next request knows them."""
    return Actor(user=User.objects.get(pk=cast.people[name].pk), via=Via.WEB)


def last(kind: str) -> Event:
    return Event.objects.filter(kind=kind).latest("id")


def tasks(cast: Cast, name: str, kind: Kind) -> dict[str, str]:
    """Title of each task → in whose place."""
    groups = get_work(person(cast, name), kind).groups
    return {str(each.need): each.in_place_of for group in groups for each in group.tasks}


# --- Actions ------------------------------------------------------------------------------------


@pytest.fixture
def plan(cast: Cast) -> Plan:
    return plan_in(cast, "analysis")


def test_a_substitute_carries_out_the_actions_of_the_absent(plan: Plan, browse: Any) -> None:
    cast, action = plan.cast, plan.action()
    assert browse(cast.employee).get(f"/actions/{action.number}/").status_code == 404
    away(cast, "action_owner", "employee")
    page = browse(cast.employee).get(f"/actions/{action.number}/").text
    assert "You act in place of Viktor Belykh, who is away." in page
    assert tasks(cast, "employee", Kind.ACTIONS) == {"To carry out": "Viktor Belykh"}
    acting = person(cast, "employee")
    capa.report_progress(actor=acting, action=action, text="Half is done")
    capa.ask_extension(actor=acting, action=action, due=day(20), reason="Parts are late")
    done = capa.complete_action(actor=acting, action=action, done_note="Card released")
    assert (done.owner, done.done_by) == (cast.action_owner, cast.employee)
    for kind in ("action.progressed", "action.extension_asked", "action.completed"):
        assert last(kind).actor == cast.employee
        assert last(kind).data["in_place_of"] == "Viktor Belykh"


def test_the_owner_back_from_holiday_acts_for_nobody(plan: Plan) -> None:
    away(plan.cast, "action_owner", "employee")
    plan.do("start_action", by="action_owner", action=plan.action())
    assert "in_place_of" not in last("action.started").data


def test_who_stands_in_for_the_owner_does_not_judge_the_action(plan: Plan) -> None:
    """Not even what the owner did before leaving, nor whether there is more time for it."""
    cast, action = plan.cast, plan.action()
    asked = plan.do(
        "ask_extension", by="action_owner", action=action, due=day(20), reason="Parts are late"
    )
    away(cast, "action_owner", "quality_manager")
    manager = person(cast, "quality_manager")
    assert not may_decide(manager, plan.claim, asked, action)
    done = plan.done(action)
    assert not may_judge(manager, done)
    assert may_judge(person(cast, "second_quality_manager"), done)
    assert "To verify" not in tasks(cast, "quality_manager", Kind.ACTIONS)
    assert "To verify" in tasks(cast, "second_quality_manager", Kind.ACTIONS)


def test_a_substitute_who_did_it_does_not_verify_it_for_the_absent_manager(plan: Plan) -> None:
    cast, action = plan.cast, plan.action(owner=plan.cast.second_handler)
    away(cast, "quality_manager", "second_handler")
    acting = person(cast, "second_handler")
    done = capa.complete_action(actor=acting, action=action, done_note="Card released")
    assert not may_judge(acting, done)
    assert "To verify" not in tasks(cast, "second_handler", Kind.ACTIONS)


def test_a_coordinator_verifies_and_decides_for_an_absent_manager(plan: Plan) -> None:
    cast, action = plan.cast, plan.action()
    plan.do("ask_extension", by="action_owner", action=action, due=day(20), reason="Late parts")
    assert "More time" not in tasks(cast, "second_handler", Kind.APPROVALS)
    away(cast, "quality_manager", "second_handler")
    assert tasks(cast, "second_handler", Kind.APPROVALS) == {"More time": "Oleg Tarasov"}
    acting = person(cast, "second_handler")
    capa.decide_extension(actor=acting, extension=action.extensions.get(), granted=True)
    assert last("action.extension_granted").data["in_place_of"] == "Oleg Tarasov"
    done = plan.done(get_action(acting, action.number))
    assert tasks(cast, "second_handler", Kind.ACTIONS) == {"To verify": "Oleg Tarasov"}
    capa.verify_action(
        actor=acting, action=done, effective=True, result="Looked at", early_reason="10 lots"
    )
    assert last("action.effective").data["in_place_of"] == "Oleg Tarasov"


def test_what_the_absent_manager_could_not_decide_their_substitute_cannot_either(
    plan: Plan,
) -> None:
    cast = plan.cast
    done = plan.done(plan.action(owner=cast.action_owner))
    done.owner = cast.quality_manager
    done.save()
    away(cast, "quality_manager", "second_handler")
    away(cast, "second_quality_manager", "laboratory")
    assert not may_judge(person(cast, "second_handler"), done)
    assert not may_judge(person(cast, "laboratory"), done)  # no coordinator


# --- Approvals ----------------------------------------------------------------------------------


@pytest.fixture
def answer(cast: Cast) -> Answer:
    return analysed(cast)


def sign(cast: Cast, letter: Letter, by: str) -> Letter:
    return responses.approve_letter(actor=person(cast, by), letter=letter, password=PASSWORD)


def waits_for(cast: Cast, letter: Letter, name: str) -> bool:
    return letters_to_approve(person(cast, name)).filter(pk=letter.pk).exists()


def test_a_coordinator_signs_for_an_absent_manager(answer: Answer, browse: Any) -> None:
    cast, letter = answer.cast, answer.submitted()
    with pytest.raises(NotPermitted):
        sign(cast, letter, "second_handler")
    away(cast, "quality_manager", "second_handler")
    assert waits_for(cast, letter, "second_handler")
    assert tasks(cast, "second_handler", Kind.APPROVALS) == {"Answers": "Oleg Tarasov"}
    client = browse(cast.second_handler)
    page = client.get(f"/claims/{answer.claim.number}/letters/{letter.pk}/approve/").text
    assert "You sign in place of Oleg Tarasov, who is away." in page
    assert sign(cast, letter, "second_handler").state == "approved"
    approval = Approval.objects.get()
    assert (approval.by, approval.in_place_of) == (cast.second_handler, "Oleg Tarasov")
    assert last("letter.signed").data["in_place_of"] == "Oleg Tarasov"
    shown = browse(cast.handler).get(f"/claims/{answer.claim.number}/response/").text
    assert "for Oleg Tarasov" in shown


def test_the_author_never_signs_not_for_the_absent_either(answer: Answer) -> None:
    cast, letter = answer.cast, answer.submitted()
    away(cast, "quality_manager", "handler")
    away(cast, "legal", "handler")
    assert not may_sign(person(cast, "handler"), letter, "quality_manager")
    assert not waits_for(cast, letter, "handler")
    with pytest.raises(NotPermitted):
        sign(cast, letter, "handler")


def test_nobody_signs_for_an_author_what_the_author_could_not_sign(answer: Answer) -> None:
    cast = answer.cast
    answer.decided(by="quality_manager")
    letter = answer.submitted()
    away(cast, "quality_manager", "second_handler")
    assert not may_sign(person(cast, "second_handler"), letter, "quality_manager")
    assert not waits_for(cast, letter, "second_handler")


def test_one_person_gives_one_of_the_two_signatures(answer: Answer) -> None:
    """Neither twice for themselves and another, nor twice for two others."""
    cast = answer.cast
    answer.decided("rejected")
    letter = answer.submitted()
    away(cast, "legal", "quality_manager")
    away(cast, "second_quality_manager", "quality_manager")
    half = sign(cast, letter, "quality_manager")
    assert half.state == "in_approval"
    assert not waits_for(cast, letter, "quality_manager")
    with pytest.raises(NotPermitted):
        sign(cast, half, "quality_manager")


@pytest.mark.parametrize("name", ["employee", "finance", "auditor", "administrator", "outsider"])
def test_a_right_to_sign_passes_to_coordinators_of_the_site_only(answer: Answer, name: str) -> None:
    cast, letter = answer.cast, answer.submitted()
    away(cast, "quality_manager", name)
    assert not may_sign(person(cast, name), letter, "quality_manager")
    assert not waits_for(cast, letter, name)

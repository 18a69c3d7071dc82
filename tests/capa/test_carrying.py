"""Carrying out and verifying: the owner does, somebody else judges."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django_fsm import TransitionNotAllowed

from capa.models import Action, EffectivenessCheck
from core import clock
from core.errors import InvalidInput, NotPermitted, TransitionRefused
from events.models import Event

pytestmark = pytest.mark.django_db


def test_the_owner_starts_reports_and_completes(plan, cast):
    action = plan.action()
    plan.do("report_progress", by="action_owner", action=action, text="card is being drawn")
    assert Action.objects.get(pk=action.pk).state == "in_progress"
    done = plan.done(action)
    assert (done.state, done.done_by, done.done_note) == (
        "done",
        cast.action_owner,
        "card released",
    )
    kinds = Event.objects.filter(subject_id=str(action.pk), kind__startswith="action.")
    assert list(kinds.order_by("id").values_list("kind", flat=True)) == [
        "action.planned",
        "action.started",
        "action.progressed",
        "action.completed",
    ]


@pytest.mark.parametrize("person", ["handler", "quality_manager", "laboratory", "administrator"])
@pytest.mark.parametrize("command", ["start_action", "report_progress", "complete_action"])
def test_nobody_else_carries_out(plan, person, command):
    values = {"report_progress": {"text": "x"}, "complete_action": {"done_note": "x"}}
    with pytest.raises(NotPermitted):
        plan.do(command, by=person, action=plan.action(), **values.get(command, {}))


def test_completing_says_what_was_done(plan):
    with pytest.raises(InvalidInput) as refused:
        plan.do("complete_action", by="action_owner", action=plan.action(), done_note=" ")
    assert list(refused.value.fields) == ["done_note"]


def test_documents_are_updated_first(plan, cast):
    action = plan.action(documents=["fmea", "training"])
    with pytest.raises(InvalidInput, match="FMEA, training"):
        plan.done(action)
    for document in action.documents.all():
        plan.do("mark_document", by="action_owner", action=action, document=document)
    assert plan.done(action).state == "done"


def test_completing_keeps_evidence_and_clean_point(plan, cast):
    action = plan.do(
        "complete_action",
        by="action_owner",
        action=plan.action(),
        done_note="released",
        clean_lot=cast.lot,
        uploads=[SimpleUploadedFile("card.txt", b"rev. E, released")],
    )
    action = Action.objects.get(pk=action.pk)
    assert action.clean_lot == cast.lot
    assert [file.name for file in action.evidence.all()] == ["card.txt"]


def test_the_check_is_due_by_the_effectiveness_clock(plan):
    plan.done()
    check = EffectivenessCheck.objects.get()
    assert check.criterion == "audit of 10 lots"
    assert 90 <= (check.due_at - clock.now()).days <= 91, "major: 90 calendar days"


def test_the_plan_may_set_its_own_window(plan):
    plan.done(window_days=30)
    assert (EffectivenessCheck.objects.get().due_at - clock.now()).days in (29, 30)


def test_a_correction_is_checked_at_once(plan):
    action = plan.done(kind="correction")
    done = plan.do(
        "verify_action",
        by="quality_manager",
        action=action,
        effective=True,
        result="0 cracks of 50",
    )
    assert done.state == "effective"


def test_effective_before_its_time_needs_a_reason(plan):
    action = plan.done()
    values = {"action": action, "effective": True, "result": "20 lots without cracks"}
    with pytest.raises(InvalidInput) as refused:
        plan.do("verify_action", by="quality_manager", **values)
    assert list(refused.value.fields) == ["early_reason"]
    with clock.moved_to(clock.now() + timedelta(days=91)):
        assert plan.do("verify_action", by="quality_manager", **values).state == "effective"


def test_a_verdict_is_kept_with_who_and_what(plan, cast):
    action = plan.effective()
    check = action.checks.get()
    assert (check.verdict, check.checker) == ("effective", cast.quality_manager)
    assert check.result == "10 lots looked at"
    assert action.settled_at is not None


def test_not_effective_is_an_event_of_its_own(plan):
    action = plan.judged(plan.done(), False)
    assert action.state == "ineffective"
    assert Event.objects.get(kind="action.ineffective").data["result"] == "10 lots looked at"


@pytest.mark.parametrize(
    "person", ["handler", "second_handler", "action_owner", "manager", "auditor", "outsider"]
)
def test_only_quality_managers_verify(plan, person):
    action = plan.done()
    with pytest.raises(NotPermitted):
        plan.judged(action, True, by=person)


def test_the_owner_never_verifies_even_as_quality_manager(plan, cast):
    action = plan.action(owner=cast.quality_manager)
    plan.do("complete_action", by="quality_manager", action=action, done_note="released")
    with pytest.raises(NotPermitted):
        plan.judged(action, True)
    with pytest.raises(NotPermitted):
        plan.judged(action, False)
    assert plan.judged(action, True, by="second_quality_manager").state == "effective"


def test_what_is_not_done_goes_back_to_the_owner(plan):
    action = plan.done()
    with pytest.raises(NotPermitted):
        plan.do("return_action", by="handler", action=action, reason="card not on the line")
    plan.do("return_action", by="quality_manager", action=action, reason="card not on the line")
    action = Action.objects.get(pk=action.pk)
    assert (action.state, action.done_at) == ("in_progress", None)
    assert not action.checks.exists()
    assert plan.done(action).checks.count() == 1


@pytest.mark.parametrize(
    ("command", "by", "values"),
    [
        ("start_action", "action_owner", {}),
        ("report_progress", "action_owner", {"text": "x"}),
        ("complete_action", "action_owner", {"done_note": "x"}),
        ("return_action", "quality_manager", {"reason": "x"}),
        ("verify_action", "quality_manager", {"effective": True, "result": "x"}),
        ("edit_action", "handler", {"values": {"text": "x"}}),
    ],
)
def test_a_settled_action_stands_still(plan, command, by, values):
    action = plan.effective()
    with pytest.raises(TransitionRefused):
        plan.do(command, by=by, action=action, **values)
    assert Action.objects.get(pk=action.pk).state == "effective"


def test_a_planned_action_is_not_verified(plan):
    with pytest.raises(TransitionRefused):
        plan.judged(plan.action(), True)


def test_the_state_is_not_set_by_hand(plan):
    action = plan.action()
    with pytest.raises(AttributeError):
        action.state = "effective"
    with pytest.raises(TransitionNotAllowed):
        action.pass_check()

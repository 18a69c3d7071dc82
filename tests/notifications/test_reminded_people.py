"""Whom reminders reach when people are away, hold several parts or are missing, and when not."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from accounts.models import Absence
from capa.commands import decide_extension
from capa.models import Action, Extension, NoActionReason
from claims.commands import assign_owner, move_claim, pause_claim, resume_claim
from claims.models import Claim, Clock
from core import clock
from notifications import commands
from notifications.models import Message, Notice
from tests.cast import upper_requirements_met
from tests.notifications.test_reminders import MONDAY, claim, company, on, sweep, told
from worklist.items import Kind
from worklist.selectors import get_work

__all__ = ["claim", "company"]  # fixtures


def away(cast, who: str, substitute: str) -> None:
    Absence.objects.create(
        user=cast.people[who],
        substitute=cast.people[substitute],
        starts_on=date(2026, 6, 15),
        ends_on=date(2026, 7, 15),
    )


def only_notification(claim: Claim) -> None:
    Clock.objects.filter(claim=claim).exclude(kind="notification").update(stopped_at=MONDAY)


def once_each() -> None:
    """One notice and one mail a person and reminder."""
    notices = Notice.objects.filter(occasion="reminder")
    keys = list(notices.values_list("event", "user", "channel"))
    assert len(keys) == len(set(keys))
    mails = Message.objects.filter(notice__occasion="reminder")
    to = list(mails.values_list("notice__event", "to"))
    assert len(to) == len(set(to)) > 0


# --- Several parts in one person ----------------------------------------------------------------


def test_a_quality_manager_who_owns_the_claim_is_told_once(claim, company):
    only_notification(claim)
    owner = company.quality_manager
    assign_owner(actor=company.actor("handler"), claim=claim, owner=owner)
    company.departments["QA"].head = owner
    company.departments["QA"].save()
    sweep(on(15, 12))
    sweep(on(24, 18))
    assert told(event__data__level="late_7") == {
        ("Oleg", "notification", "late_7"): 1,
        ("Nina", "notification", "late_7"): 1,
    }
    once_each()


def test_without_a_head_it_goes_to_the_quality_managers_a_stage_earlier(claim, company):
    only_notification(claim)
    company.departments["QA"].head = None
    company.departments["QA"].save()
    sweep(on(15, 12))
    sweep(on(18, 18))
    assert told(event__data__level="late_3") == {
        ("Anna", "notification", "late_3"): 1,
        ("Oleg", "notification", "late_3"): 1,
        ("Nina", "notification", "late_3"): 1,
    }


def test_a_head_who_has_left_is_no_head(claim, company):
    only_notification(claim)
    company.manager.is_active = False
    company.manager.save()
    sweep(on(15, 12))
    sweep(on(18, 18))
    assert ("Mikhail", "notification", "late_3") not in told()
    assert told()["Oleg", "notification", "late_3"] == 1


# --- Away ---------------------------------------------------------------------------------------


def test_the_substitute_is_reminded_for_the_owner_and_for_the_head(claim, company):
    only_notification(claim)
    away(company, "handler", "second_handler")
    away(company, "manager", "second_handler")
    sweep(on(15, 12))
    sweep(on(18, 18))
    mails = Message.objects.filter(notice__event__data__level="late_3")
    assert [each.to.split(".")[0] for each in mails] == ["irina"]
    notice = Notice.objects.get(message=mails.get())
    assert notice.stands_in_for == ["Anna Kravtsova", "Mikhail Dorokhov"]
    # The absent find it in the product on return.
    assert told(event__data__level="late_3") == {
        ("Anna", "notification", "late_3"): 1,
        ("Irina", "notification", "late_3"): 1,
        ("Mikhail", "notification", "late_3"): 1,
    }
    once_each()


def test_the_quiet_hours_are_those_of_the_substitute(claim, company):
    only_notification(claim)
    away(company, "handler", "second_handler")
    company.handler.quiet_from, company.handler.quiet_to = time(9), time(18)
    company.handler.save()
    company.second_handler.quiet_from, company.second_handler.quiet_to = time(11), time(13)
    company.second_handler.save()
    sweep(on(15, 12))
    assert Message.objects.get(notice__occasion="reminder").next_at == on(15, 13)


def test_an_account_with_an_unknown_time_zone_holds_up_nobody(claim, company):
    only_notification(claim)
    company.handler.time_zone = "Mars/Base"
    company.handler.quiet_from, company.handler.quiet_to = time(9), time(10)
    company.handler.save()
    sweep(on(15, 12))
    assert told() == {("Anna", "notification", "soon"): 1}
    assert Message.objects.get(notice__occasion="reminder").next_at == on(15, 13)  # 10:00 UTC


# --- Moved dates --------------------------------------------------------------------------------


@pytest.fixture
def action(claim, company) -> Action:
    Clock.objects.update(stopped_at=MONDAY)
    with clock.moved_to(MONDAY):
        return Action.objects.create(
            kind="corrective", text="Renew the nozzle", claim=claim, due_at=on(18, 18),
            owner=company.action_owner,
        )  # fmt: skip


def of_action(level: str) -> int:
    return told()["Viktor", "action", level]


def test_more_time_for_an_action_begins_anew_and_repeats_nothing(action, company):
    sweep(MONDAY)
    sweep(on(18, 18))
    assert (of_action("soon"), of_action("due")) == (1, 1)
    with clock.moved_to(on(19, 9)):
        asked = Extension.objects.create(
            action=action, from_due=on(18, 18), to_due=on(26, 18), reason="Parts",
            asked_by=company.action_owner,
        )  # fmt: skip
        decide_extension(actor=company.actor("quality_manager"), extension=asked, granted=True)
    sweep(on(19, 10))
    # Neither the old date's next stage nor again a stage that the old date had told.
    sweep(on(23, 18))
    assert (of_action("soon"), of_action("due"), of_action("late_3")) == (1, 1, 0)
    sweep(on(24, 18))
    assert of_action("soon") == 2
    sweep(on(26, 18))
    assert of_action("due") == 2
    sweep(datetime(2026, 7, 1, 18, tzinfo=ZoneInfo("Europe/Moscow")))
    assert of_action("late_3") == 1


# --- The claim's course -------------------------------------------------------------------------


def test_a_cancelled_claim_reminds_nobody_and_a_reopened_one_by_its_new_deadlines(claim, company):
    sweep(MONDAY)
    manager = company.actor("quality_manager")
    with clock.moved_to(on(15, 10)):
        move_claim(
            actor=manager, claim=claim, transition="cancel", remark="x", cancel_reason="no_claim"
        )
    sweep(on(29, 18))
    assert not told()
    with clock.moved_to(on(30, 9)), upper_requirements_met():
        move_claim(actor=manager, claim=claim, transition="reopen", remark="It is one after all")
        due_at = Clock.objects.get(claim=claim, kind="registration", stopped_at=None).due_at
    sweep(on(30, 9))
    sweep(due_at)
    registration = {key: n for key, n in told().items() if key[1] == "registration"}
    assert registration == {
        ("Anna", "registration", "soon"): 1,
        ("Anna", "registration", "due"): 1,
    }


def test_pausing_twice_and_going_on_reminds_each_stage_once(claim, company):
    only_notification(claim)
    handler = company.actor("handler")
    sweep(MONDAY)
    for hour in (10, 11):
        with clock.moved_to(on(15, hour)):
            pause_claim(actor=handler, claim=claim, reason="Sample")
        sweep(on(15, hour, 20))
        with clock.moved_to(on(15, hour, 30)):
            resume_claim(actor=handler, claim=claim)
        sweep(on(15, hour, 31))
    # Four working hours and an hour of pauses, over lunch: due at 15:00 instead of 14:00.
    due_at = Clock.objects.get(claim=claim, kind="notification").due_at
    sweep(on(15, 12))
    sweep(due_at)
    assert told() == {
        ("Anna", "notification", "soon"): 1,
        ("Anna", "notification", "due"): 1,
    }


def test_on_a_finished_claim_nobody_is_asked_to_decide_what_cannot_be_decided(company):
    asked = NoActionReason.objects.create(
        claim=company.claim_in("cancelled"),
        cause_id=_cause(company).pk,
        reason="x",
        asked_by=company.handler,
    )
    assert not get_work(company.actor("quality_manager"), Kind.APPROVALS).groups
    commands.remind()
    assert not told(event__data__subject="no_action"), asked


def _cause(company):
    from investigations.commands import propose_cause

    other = company.claim_in("analysis", duplicate_answer="none")
    return propose_cause(
        actor=company.actor("handler"), claim=other, category="method", text="No hold point"
    )

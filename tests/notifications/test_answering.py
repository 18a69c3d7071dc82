"""Substitutes for the absent, the list that names nobody, and the time to aware."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.commands import enter_absence
from claims.commands import add_comment, move_claim, waive_containment
from core import clock
from events.models import Delivery, Event
from notifications import commands
from notifications.commands.containment import Order
from notifications.models import Message, Notice
from notifications.recipients import who_would_be_told
from notifications.selectors import is_acknowledged
from notifications.states import Occasion

# A Wednesday, 12:00 in Moscow.
NOON = datetime(2026, 6, 17, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def now(monkeypatch):
    """`now(hours)` moves the clock on."""
    state = {"now": NOON}
    monkeypatch.setattr(clock, "now", lambda: state["now"])

    def move(**length):
        state["now"] += timedelta(**length)

    return move


def away(cast, who, substitute):
    enter_absence(
        actor=cast.actor("administrator"),
        user=cast.people[who],
        starts_on=date(2026, 6, 15),
        ends_on=date(2026, 6, 19),
        substitute=cast.people[substitute],
    )


def notified(cast, relay, **fields):
    claim = cast.complete_report(**fields)
    relay()
    move_claim(actor=cast.actor("handler"), claim=claim, transition="notify")
    relay()
    return claim


def rows(claim, occasion="claim.notify"):
    found = Notice.objects.filter(claim=claim, occasion=occasion).select_related("user")
    return {
        (each.recipient, each.channel): (each.needs_confirmation, each.stands_in_for)
        for each in found
    }


# --- Substitutes --------------------------------------------------------------------------------


def test_the_substitute_is_told_for_the_absent_who_keeps_a_copy(cast, rule, relay):
    rule(people=[cast.warehouse], needs_confirmation=True)
    away(cast, "warehouse", "employee")
    claim = notified(cast, relay)
    assert rows(claim) == {
        ("Elena Panova", "in_app"): (False, []),
        ("Yulia Orekhova", "in_app"): (True, ["Elena Panova"]),
        ("Yulia Orekhova", "email"): (False, ["Elena Panova"]),
    }
    (mail,) = Message.objects.filter(notice__occasion="claim.notify")
    assert "You are told in place of Elena Panova, who is away." in mail.text
    assert "You are told in place of Elena Panova, who is away." in mail.html


def test_a_substitute_who_is_told_anyway_gets_one_notice_the_strictest(cast, rule, relay):
    rule(people=[cast.warehouse], needs_confirmation=True, confirm_within=2)
    rule(people=[cast.employee, cast.laboratory])
    away(cast, "warehouse", "employee")
    away(cast, "laboratory", "employee")
    claim = notified(cast, relay)
    both = ["Elena Panova", "Pavel Melnik"]
    assert rows(claim)["Yulia Orekhova", "in_app"] == (True, both)
    inside = Notice.objects.get(claim=claim, user=cast.employee, channel="in_app")
    assert inside.due_at == NOON + timedelta(hours=3)  # two working hours with the lunch break


def test_nobody_standing_in_means_the_absent_person_is_told_as_ever(cast, rule, relay):
    rule(people=[cast.warehouse], needs_confirmation=True)
    away(cast, "warehouse", "employee")
    cast.employee.is_active = False
    cast.employee.save()
    claim = notified(cast, relay)
    assert rows(claim)["Elena Panova", "in_app"] == (True, [])
    assert ("Elena Panova", "email") in rows(claim)


def test_substitutes_hear_of_orders_and_mentions_too(cast, rule, relay):
    rule(people=[cast.reporter])
    away(cast, "warehouse", "employee")
    claim = notified(cast, relay)
    order = Order("block_lot", cast.warehouse, lot=cast.lot)
    commands.order_containment(actor=cast.actor("handler"), claim=claim, order=order)
    mentioned = [cast.warehouse]
    add_comment(actor=cast.actor("handler"), claim=claim, text="Look", mentions=mentioned)
    relay()
    asked = rows(claim, "containment.ordered")
    assert asked["Yulia Orekhova", "in_app"] == (True, ["Elena Panova"])
    assert asked["Elena Panova", "in_app"] == (False, [])
    assert rows(claim, "claim.mention")["Yulia Orekhova", "in_app"] == (False, ["Elena Panova"])


def test_pages_say_for_whom_a_substitute_is_told(cast, rule, relay, browse):
    rule(people=[cast.warehouse], needs_confirmation=True)
    away(cast, "warehouse", "employee")
    claim = cast.complete_report()
    panel = browse(cast.handler).get(f"/claims/{claim.number}/").text
    assert "for Elena Panova" in panel.partition('id="notified"')[2]
    relay()
    move_claim(actor=cast.actor("handler"), claim=claim, transition="notify")
    relay()
    panel = browse(cast.handler).get(f"/claims/{claim.number}/").text
    assert "for Elena Panova" in panel.partition('id="notified"')[2]
    client = browse(cast.employee)
    assert "for Elena Panova" in client.get("/notices/").text
    mine = Notice.objects.get(claim=claim, user=cast.employee, channel="in_app")
    assert "in place of Elena Panova" in client.get(f"/notices/{mine.pk}/").text


# --- A list that names nobody -------------------------------------------------------------------


def alarms():
    return Event.objects.filter(kind="notification_list.unanswered")


def alarm_of(user):
    return Notice.objects.get(occasion="list.unanswered", user=user, channel="in_app")


def test_a_case_without_an_answer_alarms_the_quality_managers_once(cast, rule, relay, browse):
    rule(people=[cast.reporter], severity="critical")
    rule(occasion="claim.reported", people=[cast.handler])
    claim = notified(cast, relay, severity="minor")
    (alarm,) = alarms()
    assert alarm.claim_id == claim.pk
    assert alarm.data == {
        "severity": "minor",
        "told": {"claim.notify": ["Nina Gordeeva", "Oleg Tarasov"]},
    }
    assert rows(claim, "list.unanswered")["Oleg Tarasov", "in_app"] == (True, [])
    page = browse(cast.quality_manager).get("/").text
    assert "Confirm: No rule names anybody for this claim" in page
    notice = Notice.objects.get(
        occasion="list.unanswered", user=cast.quality_manager, channel="in_app"
    )
    assert "Mend the list" in browse(cast.quality_manager).get(f"/notices/{notice.pk}/").text
    Delivery.objects.update(done_at=None)
    relay()
    assert alarms().count() == 1


def test_a_list_that_answers_alarms_nobody(cast, rule, relay):
    rule(people=[cast.reporter])
    rule(occasion="claim.reported", people=[cast.handler])
    notified(cast, relay)
    assert not alarms().exists()


def test_who_has_left_answers_nothing(cast, rule, relay):
    rule(people=[cast.reporter])
    rule(occasion="claim.reported", people=[cast.handler])
    cast.reporter.is_active = False
    cast.reporter.save()
    claim = notified(cast, relay)
    assert ("Oleg Tarasov", "in_app") in rows(claim)
    assert alarms().count() == 1


def test_confirming_the_alarm_does_not_acknowledge_the_claim(cast, rule, relay):
    rule(people=[cast.warehouse], severity="critical", needs_confirmation=True)
    claim = cast.complete_report(severity="critical")
    relay()
    waive_containment(actor=cast.actor("handler"), claim=claim, reason="sample only")
    relay()
    alarm = Notice.objects.get(
        occasion="list.unanswered", user=cast.quality_manager, channel="in_app"
    )
    commands.confirm_notice(actor=cast.actor("quality_manager"), notice=alarm)
    reported = Notice.objects.filter(occasion="claim.reported", needs_confirmation=True)
    assert reported.exists()
    assert not is_acknowledged(claim)


# --- Overlapping rules, due instants ------------------------------------------------------------


def test_overlapping_rules_make_one_notice_a_channel_and_the_strictest_demand(cast, rule, relay):
    rule(people=[cast.warehouse], channels=["in_app"])
    rule(people=[cast.warehouse], needs_confirmation=True, confirm_within=8)
    rule(people=[cast.warehouse], needs_confirmation=True, confirm_within=1, channels=["email"])
    claim = notified(cast, relay)
    assert rows(claim) == {
        ("Elena Panova", "in_app"): (True, []),
        ("Elena Panova", "email"): (False, []),
    }
    inside = Notice.objects.get(claim=claim, channel="in_app", occasion="claim.notify")
    assert inside.due_at == NOON + timedelta(hours=1)


def test_without_hours_the_deadline_of_the_severity_counts(cast, rule, relay):
    rule(people=[cast.warehouse], needs_confirmation=True)
    rule(people=[cast.warehouse], needs_confirmation=True, confirm_within=40)
    claim = notified(cast, relay, severity="minor")
    inside = Notice.objects.filter(claim=claim, channel="in_app", user=cast.warehouse)
    assert {each.due_at for each in inside} == {NOON + timedelta(days=1)}  # eight working hours


# --- Time to aware ------------------------------------------------------------------------------


def test_time_to_aware_is_working_time_from_sent_to_confirmed(cast, rule, relay, now, browse):
    rule(people=[cast.warehouse], needs_confirmation=True)
    claim = notified(cast, relay)
    notice = Notice.objects.get(claim=claim, channel="in_app", user=cast.warehouse)
    now(hours=22)  # the next day at 10:00, an hour after work begins
    commands.confirm_notice(actor=cast.actor("warehouse"), notice=notice)
    notice.refresh_from_db()
    assert notice.time_to_aware == timedelta(hours=6)
    page = browse(cast.handler).get(f"/claims/{claim.number}/").text
    assert "after 6 h of working time" in page
    client = browse(cast.handler)
    answer = client.get(f"/api/v1/claims/{claim.number}/notices/").json()["results"]
    assert {each["time_to_aware"] for each in answer if each["confirmed_at"]} == {6 * 3600}
    assert {each["time_to_aware"] for each in answer if not each["confirmed_at"]} == {None}


def test_before_telling_the_number_of_substitutes_costs_no_queries(
    cast, rule, django_assert_num_queries
):
    rule(people=[cast.warehouse, cast.reporter, cast.laboratory])
    claim = cast.complete_report()
    away(cast, "warehouse", "employee")
    with django_assert_num_queries(7):
        who_would_be_told(claim, Occasion.NOTIFY)
    away(cast, "reporter", "employee")
    away(cast, "laboratory", "finance")
    with django_assert_num_queries(7):
        who_would_be_told(claim, Occasion.NOTIFY)

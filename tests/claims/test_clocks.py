"""Deadlines: which run when, what moves them, and why they are what they are."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from claims import clocks
from claims.commands import (
    edit_claim,
    locked_claim,
    move_claim,
    pause_claim,
    reach_milestone,
    request_sample,
    resume_claim,
    save_deadline,
    set_severity,
    update_sample,
    waive_acknowledgement,
)
from claims.deadlines import explain, forecast
from claims.models import Clock, DeadlinePolicy, Pause
from claims.states import ClockKind
from core import clock
from core.errors import InvalidInput, NotPermitted
from events.models import Event
from tests.cast import Cast, upper_requirements_met

MOSCOW = ZoneInfo("Europe/Moscow")


def at(day: int, hour: int, minute: int = 0, month: int = 9) -> datetime:
    """A moment of September 2026, a month without public holidays; the 7th is a Monday."""
    return datetime(2026, month, day, hour, minute, tzinfo=MOSCOW)


def due(claim) -> dict[str, datetime]:
    return dict(Clock.objects.filter(claim=claim, stopped_at=None).values_list("kind", "due_at"))


@pytest.fixture
def monday(cast: Cast):
    """A major claim received on Monday 7 September at ten."""
    with clock.moved_to(at(7, 10)):
        return cast.complete_report()


def test_receipt_starts_the_first_clocks(cast: Cast, monday):
    assert due(monday) == {
        "notification": at(7, 15),
        "acknowledgement": at(8, 10),
        "final_response": at(21, 18),
        "legal": at(8, 0, month=10),
    }
    assert (monday.step_due_at, monday.response_due_at) == (at(7, 15), at(21, 18))


def test_an_unjudged_claim_runs_on_the_middle_deadlines(cast: Cast, monday):
    with clock.moved_to(at(7, 10)):
        plain = cast.report()
    assert due(plain) == due(monday)


def test_equality_is_on_time(cast: Cast, monday):
    with clock.moved_to(monday.step_due_at):
        assert not monday.is_late
    with clock.moved_to(monday.step_due_at + timedelta(microseconds=1)):
        assert monday.is_late


def test_a_move_stops_one_clock_and_starts_the_next(cast: Cast, monday):
    with clock.moved_to(at(7, 12)):
        moved = cast.move(monday, "notify", "handler")
    stopped = Clock.objects.get(claim=monday, kind=ClockKind.NOTIFICATION)
    assert stopped.stopped_at == at(7, 12)
    assert not stopped.is_late
    assert moved.step_due_at == due(monday)["confirmation"] == at(7, 17)


def test_severity_moves_what_runs_and_history_says_so(cast: Cast, monday):
    with clock.moved_to(at(7, 11)):
        set_severity(actor=cast.actor("handler"), claim=monday, severity="critical")
    assert due(monday)["notification"] == at(7, 12)
    assert due(monday)["final_response"] == at(14, 18)
    assert cast.read(monday).response_due_at == at(14, 18)
    event = Event.objects.get(claim_id=monday.pk, kind="claim.deadlines_changed")
    assert set(event.data["changes"]) == {"notification", "acknowledgement", "final_response"}


def test_an_earlier_receipt_moves_what_runs_from_receipt(cast: Cast, monday):
    with clock.moved_to(at(8, 9)):
        edit_claim(actor=cast.actor("handler"), claim=monday, values={"received_at": at(4, 16)})
    # Four hours from Friday at four: two on Friday, two on Monday.
    assert due(monday)["notification"] == at(7, 11)
    assert due(monday)["final_response"] == at(18, 18)
    assert due(monday)["legal"] == at(5, 0, month=10)


def test_a_customers_own_rule_stands_over_the_general_one(cast: Cast):
    save_deadline(
        actor=cast.actor("quality_manager"),
        policy=None,
        values={
            "clock": "final_response",
            "severity": "major",
            "customer": cast.other_customer,
            "amount": 3,
            "unit": "working_days",
        },
    )
    with clock.moved_to(at(7, 10)):
        theirs = cast.complete_report(customer=cast.other_customer, contact=None)
        ours = cast.complete_report()
    assert theirs.response_due_at == at(10, 18)
    assert ours.response_due_at == at(21, 18)
    with clock.moved_to(at(7, 11)):
        edit_claim(
            actor=cast.actor("handler"),
            claim=ours,
            values={"customer": cast.other_customer, "contact": None},
        )
    assert cast.read(ours).response_due_at == at(10, 18)


def test_a_pause_moves_working_deadlines_and_never_legal_ones(cast: Cast, monday):
    handler = cast.actor("handler")
    with clock.moved_to(at(8, 9)):
        pause_claim(actor=handler, claim=monday, reason="samples are on their way")
    with clock.moved_to(at(10, 9)):
        resume_claim(actor=handler, claim=monday)
    moved = due(monday)
    assert moved["final_response"] == at(23, 18)
    assert moved["acknowledgement"] == at(10, 10)
    assert moved["legal"] == at(8, 0, month=10)
    assert cast.read(monday).response_due_at == at(23, 18)
    assert Pause.objects.get(claim=monday).ended_at == at(10, 9)
    changes = Event.objects.filter(claim_id=monday.pk).latest("id").data["changes"]
    assert "legal" not in changes


def test_a_deadline_that_was_missed_before_the_pause_stays_missed(cast: Cast, monday):
    handler = cast.actor("handler")
    with clock.moved_to(at(8, 12)):
        pause_claim(actor=handler, claim=monday, reason="customer is asked")
    with clock.moved_to(at(9, 12)):
        resume_claim(actor=handler, claim=monday)
    assert due(monday)["notification"] == at(7, 15)


def test_pausing_twice_resuming_unpaused_and_no_reason_are_refused(cast: Cast, monday):
    handler = cast.actor("handler")
    with pytest.raises(InvalidInput):
        resume_claim(actor=handler, claim=monday)
    with pytest.raises(InvalidInput):
        pause_claim(actor=handler, claim=monday, reason=" ")
    pause_claim(actor=handler, claim=monday, reason="x")
    with pytest.raises(InvalidInput):
        pause_claim(actor=handler, claim=monday, reason="y")
    with pytest.raises(NotPermitted):
        resume_claim(actor=cast.actor("reporter"), claim=monday)


def test_a_milestone_stops_its_clock_the_first_time(cast: Cast, monday):
    for hour in (11, 12):
        with clock.moved_to(at(7, hour)), locked_claim(monday) as locked:
            reach_milestone(actor=cast.actor("handler"), claim=locked, milestone="acknowledged_at")
    stopped = Clock.objects.get(claim=monday, kind=ClockKind.ACKNOWLEDGEMENT)
    assert stopped.stopped_at == cast.read(monday).acknowledged_at == at(7, 11)


def test_no_acknowledgement_is_due_where_none_is_sent(cast: Cast, monday):
    handler = cast.actor("handler")
    with clock.moved_to(at(7, 11)):
        waive_acknowledgement(actor=handler, claim=monday, reason="told by phone")
        other = cast.complete_report(acknowledgement_waiver="told by phone")
    assert Clock.objects.get(claim=monday, kind="acknowledgement").stopped_at == at(7, 11)
    assert "acknowledgement" not in due(other)


def test_finishing_stops_everything(cast: Cast, monday):
    with upper_requirements_met():
        move_claim(
            actor=cast.actor("quality_manager"),
            claim=monday,
            transition="cancel",
            remark="not ours",
            cancel_reason="no_claim",
        )
    assert due(monday) == {}
    assert cast.read(monday).step_due_at is None


def test_coming_back_to_a_step_starts_its_clock_anew(cast: Cast):
    claim = cast.claim_in("analysis")
    cast.move(claim, "return_to_investigation", "handler", remark="cause not proved")
    stays = Clock.objects.filter(claim=claim, kind=ClockKind.FULL_INVESTIGATION)
    assert [each.stopped_at is None for each in stays.order_by("id")] == [False, True]


def test_a_deadline_explains_itself(cast: Cast):
    with clock.moved_to(at(4, 16)):
        claim = cast.complete_report()
    with clock.moved_to(at(7, 9, 30)):
        pause_claim(actor=cast.actor("handler"), claim=claim, reason="asked back")
    with clock.moved_to(at(7, 10)):
        resume_claim(actor=cast.actor("handler"), claim=claim)
    answer = explain(cast.read(claim), Clock.objects.get(claim=claim, kind="notification"))
    assert answer.clock.due_at == at(7, 11, 30)
    kinds = [segment.kind.value for segment in answer.segments]
    assert kinds == ["counted", "day_off", "counted", "paused", "counted"]
    assert answer.working_time == timedelta(hours=4)
    legal = explain(cast.read(claim), Clock.objects.get(claim=claim, kind="legal"))
    assert (legal.segments, legal.counts_working_time) == ([], False)


def test_the_forecast_of_a_form_is_what_saving_will_give(cast: Cast, monday):
    with clock.moved_to(at(7, 11)):
        promised = {
            each.label: each.due_at
            for each in forecast(
                site=cast.site,
                customer_id=monday.customer_id,
                severity="critical",
                received_at=monday.received_at,
                claim=monday,
            )
        }
        set_severity(actor=cast.actor("handler"), claim=monday, severity="critical")
    kept = {str(ClockKind(kind).label): moment for kind, moment in due(monday).items()}
    assert promised == kept


def test_every_clock_of_a_step_has_a_rule_for_every_severity(cast: Cast):
    known = set(DeadlinePolicy.objects.filter(customer=None).values_list("clock", "severity"))
    for kind in clocks.STEP_CLOCKS.values():
        for severity in ("critical", "major", "minor"):
            assert (kind, severity) in known


def test_who_keeps_the_rules(cast: Cast):
    rule = DeadlinePolicy.objects.get(clock="registration", severity="major", customer=None)
    with pytest.raises(NotPermitted):
        save_deadline(actor=cast.actor("handler"), policy=rule, values={"amount": 1, "unit": "x"})
    for amount in (0, 100_000):
        with pytest.raises(InvalidInput):
            save_deadline(
                actor=cast.actor("quality_manager"),
                policy=rule,
                values={"amount": amount, "unit": rule.unit},
            )
    changed = save_deadline(
        actor=cast.actor("quality_manager"), policy=rule, values={"amount": 6, "unit": rule.unit}
    )
    assert changed.amount == 6
    assert Event.objects.latest("id").data["changes"] == {"amount": [8, 6]}


def test_a_sample_arrives_today_also_after_midnight(cast: Cast, monday):
    handler = cast.actor("handler")
    sample = request_sample(actor=handler, claim=monday, quantity=Decimal(5))
    half_past_midnight = datetime(2026, 8, 3, 21, 30, tzinfo=UTC)
    with clock.moved_to(half_past_midnight):
        values = {"received_on": date(2026, 8, 4)}
        changed = update_sample(actor=handler, claim=monday, sample=sample, values=values)
    assert changed.received_on == date(2026, 8, 4)


def test_samples_arrive_and_not_from_the_future(cast: Cast, monday):
    handler = cast.actor("handler")
    with pytest.raises(InvalidInput):
        request_sample(actor=handler, claim=monday, quantity=Decimal(0))
    sample = request_sample(actor=handler, claim=monday, quantity=Decimal(5))
    tomorrow = clock.today() + timedelta(days=1)
    with pytest.raises(InvalidInput):
        update_sample(actor=handler, claim=monday, sample=sample, values={"received_on": tomorrow})
    values = {"received_on": clock.today()}
    update_sample(actor=handler, claim=monday, sample=sample, values=values)
    kinds = Event.objects.filter(claim_id=monday.pk).order_by("id").values_list("kind", flat=True)
    assert list(kinds)[-2:] == ["claim.sample_requested", "claim.sample_received"]
    with pytest.raises(NotPermitted):
        request_sample(actor=cast.actor("employee"), claim=monday, quantity=Decimal(1))

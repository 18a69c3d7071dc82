"""What the reports of the demo company are meant to find is in the plan, and stays the same."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest

from demo.plan import ZONE, ClaimPlan, in_order, make_plan
from demo.seeding import SEED, supply_until

NOW = datetime(2026, 11, 24, 12, tzinfo=ZONE)


@pytest.fixture(scope="module")
def plans() -> list[ClaimPlan]:
    return make_plan(supply_until(NOW, SEED), NOW, 400, SEED)


def test_eighteen_months_of_claims_in_the_order_of_receipt(plans):
    moments = [plan.received_at for plan in plans]
    assert 370 <= len(plans) <= 430
    assert moments == sorted(set(moments))
    assert moments[0] < NOW - timedelta(days=17 * 30)
    assert NOW - timedelta(days=4) < moments[-1] < NOW


def test_the_same_seed_gives_the_same_plan(plans):
    assert make_plan(supply_until(NOW, SEED), NOW, 400, SEED) == plans
    assert make_plan(supply_until(NOW, 99), NOW, 400, 99) != plans


def test_deliveries_come_before_their_claims(plans):
    for plan in plans:
        assert plan.delivery.shipped_on < plan.received_at.date()
        assert plan.delivery.lot.produced_on <= plan.delivery.shipped_on
        assert plan.quantity <= plan.delivery.quantity


def test_claims_about_one_product_rise(plans):
    ages = [(NOW - plan.received_at).days for plan in plans if plan.story.key == "latch-dry"]
    lately, before = sum(age < 150 for age in ages), sum(age >= 150 for age in ages)
    assert lately > 3 * before
    assert {p.delivery.lot.product for p in plans if p.story.key == "latch-dry"} == {"RK-12"}


def test_one_line_makes_most_of_a_defect(plans):
    lines = Counter(plan.delivery.lot.line for plan in plans if plan.story.key == "cover-warp")
    assert lines["L5"] > 0.7 * lines.total()


def test_one_customer_complains_regularly(plans):
    months = {
        (plan.received_at.year, plan.received_at.month)
        for plan in plans
        if plan.customer == "DELMAR"
    }
    assert len(months) >= 16
    (first, _count), (_second, _less) = Counter(p.customer for p in plans).most_common(2)
    assert first in {"DELMAR", "ARKONA"}


def test_a_wave_that_ended(plans):
    months = Counter(
        (plan.received_at.year, plan.received_at.month)
        for plan in plans
        if plan.story.key == "wet-granulate"
    )
    assert set(months) <= {(2025, 8), (2025, 9), (2025, 10)}
    assert months[2025, 9] >= 8


def test_something_special_happens_to_some(plans):
    twists = Counter(twist for plan in plans for twist in plan.twists)
    assert {"duplicate", "withdrawn", "no_claim", "reopened", "paused", "extension"} <= set(twists)
    assert {plan.stall for plan in plans} >= {"registration", "full_investigation", "approval"}


@pytest.mark.parametrize("count", [60, 400])
@pytest.mark.parametrize("days", [0, 2, 40, 132, 217, 300])
def test_on_any_day_claims_wait_in_every_step(days, count):
    now = NOW + timedelta(days=days)
    front = [p for p in make_plan(supply_until(now, SEED), now, count, SEED) if p.is_front]
    early = {"receipt", "notification", "registration", "initial_investigation"}
    assert {plan.stall for plan in front} >= early | {"full_investigation", "analysis", "response"}
    for plan in front:
        assert not (plan.stall == "analysis" and plan.is_short)


def test_what_is_told_first_shows_much_and_knows_nothing_of_the_rest(plans):
    front = [plan for plan in in_order(plans) if plan.is_front]
    assert in_order(plans)[: len(front)] == front
    assert 25 <= len(front) <= 55
    told = {plan.index for plan in front}
    for plan in front:
        assert {plan.repeat_of, plan.duplicate_of} <= told | {None}

"""The decision, what the customer gets, what finance settles, what it costs."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from claims.models import ClaimItem
from claims.policies import visible_claims
from claims.states import Step
from core import clock
from core.actors import SYSTEM
from core.errors import InvalidInput, NotPermitted, Stale, TransitionRefused
from events.models import Event
from responses import selectors
from responses.commands import Line
from responses.models import Compensation, CostEntry, Decision
from tests.responses.conftest import answer_in

TODAY = {"document_no": "CN-1", "document_date": date(2020, 1, 1)}


def test_the_decision_stands_on_the_claim(answer):
    item = answer.claim.items.get()
    lines = [
        Line(
            item=item,
            quantity_accepted=Decimal(38),
            value_claimed=Decimal(8316),
            value_accepted=Decimal(8316),
        ),
        Line(
            text="Line stop, 4 h",
            value_claimed=Decimal(192800),
            value_accepted=Decimal(96400),
            reason="clause 7.2: 2 h at most",
        ),
    ]
    decision = answer.decided("partly", lines=lines)
    assert answer.now().outcome == "partly"
    assert (decision.total_claimed, decision.total_accepted) == (201116, 104716)
    item = ClaimItem.objects.get(pk=item.pk)
    assert (item.quantity_accepted, item.value_accepted) == (38, 8316)  # type: ignore[comparison-overlap]


@pytest.mark.parametrize("outcome", ["rejected", "partly", "goodwill"])
def test_less_than_acceptance_needs_words(answer, outcome):
    with pytest.raises(InvalidInput) as refusal:
        answer.decided(outcome, reason=" ")
    assert "reason" in refusal.value.fields


def test_what_cannot_be_decided(answer):
    with pytest.raises(InvalidInput):
        answer.decided("maybe")
    with pytest.raises(InvalidInput):
        answer.decided(lines=[Line(value_accepted=Decimal(1))])
    with pytest.raises(InvalidInput):
        answer.decided(lines=[Line(text="x", value_accepted=Decimal(-1))])
    assert not Decision.objects.exists()
    assert answer.now().outcome == ""


def test_a_line_is_about_an_item_of_this_claim(answer):
    other = answer_in(answer.cast, Step.RECEIPT)
    with pytest.raises(InvalidInput):
        answer.decided(lines=[Line(item=other.claim.items.get())])


@pytest.mark.parametrize("person", ["employee", "legal", "finance", "manager", "auditor"])
def test_coordinators_decide(answer, person):
    with pytest.raises(NotPermitted):
        answer.decided(by=person)


def test_the_decision_belongs_to_steps_4_to_7(cast):
    with pytest.raises(TransitionRefused):
        answer_in(cast, Step.REGISTRATION).decided()
    with pytest.raises(TransitionRefused):
        answer_in(cast, Step.MONITORING).decided()


def test_a_stale_decision_is_refused(answer):
    decision = answer.decided()
    answer.decided("partly", version=decision.version)
    with pytest.raises(Stale):
        answer.decided("rejected", version=decision.version)
    with pytest.raises(Stale):
        answer.decided("rejected", version=0)


def test_compensation_follows_from_acceptance(answer):
    with pytest.raises(TransitionRefused):
        answer.compensated()
    answer.decided("rejected")
    with pytest.raises(TransitionRefused):
        answer.compensated()
    answer.decided()
    with pytest.raises(TransitionRefused, match="no compensation"):
        answer.compensated()
    answer.decided(no_compensation=False)
    compensation = answer.compensated()
    assert (compensation.amount, compensation.currency) == (8316, "RUB")


def test_a_promise_stands_against_none_and_against_rejection(answer):
    answer.decided(no_compensation=False)
    compensation = answer.compensated()
    with pytest.raises(InvalidInput):
        answer.decided(no_compensation=True)
    with pytest.raises(InvalidInput):
        answer.decided("rejected")
    answer.do("remove_compensation", claim=answer.claim, compensation=compensation)
    answer.decided("rejected")
    assert not Compensation.objects.exists()


@pytest.mark.parametrize(
    "values", [{"amount": Decimal(-1)}, {"currency": "XXX"}, {"kind": "gift"}, {"settled_at": 1}]
)
def test_impossible_compensations(answer, values):
    answer.decided(no_compensation=False)
    with pytest.raises(InvalidInput):
        answer.compensated(**values)


def test_finance_settles_only_once_the_response_is_agreed(answer):
    answer.decided(no_compensation=False)
    compensation = answer.compensated()
    finance = answer.cast.actor("finance")
    assert not selectors.compensations_to_settle(finance).exists()
    with pytest.raises(TransitionRefused, match="accepted"):
        answer.do("settle_compensation", by="finance", compensation=compensation, **TODAY)
    letter = answer.do("submit_letter", letter=answer.letter())
    with pytest.raises(TransitionRefused):
        answer.do("settle_compensation", by="finance", compensation=compensation, **TODAY)
    answer.sign(letter)
    assert list(selectors.compensations_to_settle(finance)) == [compensation]
    settled = answer.do("settle_compensation", by="finance", compensation=compensation, **TODAY)
    assert settled.is_settled
    assert settled.settled_by == answer.cast.finance
    assert not selectors.compensations_to_settle(finance).exists()
    cost = CostEntry.objects.get()
    assert (cost.kind, cost.amount, cost.document_no) == ("compensation", 8316, "CN-1")  # type: ignore[comparison-overlap]


@pytest.mark.parametrize("person", ["handler", "quality_manager", "legal", "manager"])
def test_nobody_else_settles(answer, person):
    answer.decided(no_compensation=False)
    compensation = answer.compensated()
    answer.approved()
    with pytest.raises(NotPermitted):
        answer.do("settle_compensation", by=person, compensation=compensation, **TODAY)


def test_a_settlement_has_a_document_that_exists(answer):
    answer.decided(no_compensation=False)
    compensation = answer.compensated()
    answer.approved()
    tomorrow = (clock.now() + timedelta(days=2)).date()
    for values in ({"document_no": " "}, {"document_date": tomorrow}):
        with pytest.raises(InvalidInput):
            answer.do(
                "settle_compensation",
                by="finance",
                compensation=compensation,
                **{**TODAY, **values},
            )


def test_what_is_settled_stays(answer):
    answer.decided(no_compensation=False)
    compensation = answer.compensated()
    answer.approved()
    answer.do("settle_compensation", by="finance", compensation=compensation, **TODAY)
    with pytest.raises(TransitionRefused, match="settled"):
        answer.do(
            "save_compensation",
            claim=answer.claim,
            compensation=compensation,
            values={"amount": Decimal(1)},
        )
    with pytest.raises(TransitionRefused):
        answer.do("remove_compensation", claim=answer.claim, compensation=compensation)
    with pytest.raises(InvalidInput):
        answer.do("remove_cost", claim=answer.claim, cost=CostEntry.objects.get())


def test_finance_sees_accepted_claims_only(answer):
    finance = answer.cast.actor("finance")
    answer.decided("rejected")
    assert not visible_claims(finance).exists()
    answer.decided()
    assert visible_claims(finance).exists()


def test_costs_are_entered_with_what_comes_back(answer):
    cost = answer.do(
        "save_cost",
        claim=answer.claim,
        values={
            "kind": "sorting",
            "amount": Decimal(148000),
            "spent_on": date(2026, 6, 9),
            "recovered_from": "supplier",
            "amount_recovered": Decimal(48000),
        },
    )
    costs = selectors.list_costs(answer.cast.actor("handler"), answer.claim)
    assert selectors.totals_of(costs) == {"RUB": 100000}
    answer.do("remove_cost", claim=answer.claim, cost=cost)
    assert not CostEntry.objects.exists()
    kinds = Event.objects.filter(kind__startswith="cost.").values_list("kind", flat=True)
    assert sorted(kinds) == ["cost.entered", "cost.removed"]


def test_hours_at_a_rate_make_the_amount(answer):
    cost = answer.do(
        "save_cost",
        by="finance",
        claim=answer.claim,
        values={
            "kind": "labour",
            "hours": Decimal("7.5"),
            "rate": Decimal(1200),
            "spent_on": date(2026, 6, 9),
        },
    )
    assert cost.amount == 9000


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"amount": None}, "amount"),
        ({"amount_recovered": Decimal(2)}, "amount_recovered"),
        ({"amount_recovered": Decimal(1)}, "recovered_from"),
        ({"kind": "bribe"}, "kind"),
    ],
)
def test_impossible_costs(answer, values, field):
    right = {"kind": "freight", "amount": Decimal(1), "spent_on": date(2026, 6, 9)}
    with pytest.raises(InvalidInput) as refusal:
        answer.do("save_cost", claim=answer.claim, values={**right, **values})
    assert field in refusal.value.fields


@pytest.mark.parametrize("person", ["employee", "legal", "manager", "auditor", "investigator"])
def test_others_enter_no_costs(answer, person):
    values = {"kind": "freight", "amount": Decimal(1), "spent_on": date(2026, 6, 9)}
    with pytest.raises(NotPermitted):
        answer.do("save_cost", by=person, claim=answer.claim, values=values)


def test_sums_stand_apart_in_history(answer):
    answer.decided(no_compensation=False)
    answer.compensated()
    event = Event.objects.get(kind="compensation.added")
    assert "amount" not in event.data["changes"]
    assert event.data["amounts"]["amount"] == "8316"


def test_the_lists_hide_sums_from_those_who_may_not_see_them(answer):
    answer.decided(no_compensation=False)
    answer.compensated()
    for person in ("handler", "quality_manager", "legal", "finance", "manager", "auditor"):
        assert selectors.list_compensations(answer.cast.actor(person), answer.claim), person
    for person in ("employee", "investigator", "reporter", "outsider", "administrator"):
        assert not selectors.list_compensations(answer.cast.actor(person), answer.claim), person
    assert selectors.list_compensations(SYSTEM, answer.claim)

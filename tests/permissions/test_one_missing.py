"""With everything supplied but one thing, the refusal names exactly that one.

The claims here are really complete: no requirement is taken as met. Then a single fact is taken
away in the database, each in turn; what to expect stands in `steps.txt`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from accounts.models import Membership
from capa import commands as capa
from capa.models import Action
from claims.commands import answer_duplicates, move_claim, waive_acknowledgement
from claims.models import Claim, ClaimItem
from claims.states import Step
from core import clock
from core.errors import TransitionRefused
from events.relay import run_pending
from investigations import commands as inquiries
from investigations.models import Cause, Fact, Finding, Source, TeamMember, TraceabilityAnswer
from masterdata.models import CauseCode
from notifications.commands import execute_order, lift_order, order_containment, send_due_messages
from notifications.commands.containment import Execution, Order
from notifications.models import ContainmentOrder, Message, Notice, NotificationRule
from notifications.states import MessageState
from responses import commands as responses
from responses.models import Compensation, CostEntry, Decision, Letter
from tests.cast import PASSWORD, Cast, build_cast
from tests.permissions.tables import read_ways
from tests.permissions.world import TEXTS

pytestmark = pytest.mark.django_db

WAYS = read_ways()


class Course:
    """One complete claim, taken from step to step; `seen` is where it stopped for each way."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.handler = cast.actor("handler")
        self.manager = cast.actor("quality_manager")
        cast.complete_report()  # so that there is a similar one to be asked about
        self.claim = cast.complete_report()

    @property
    def by(self) -> dict[str, Any]:
        return {"actor": self.handler, "claim": self.claim}

    def move(self, name: str, **values: Any) -> None:
        actor = self.manager if name == "close" else self.handler
        self.claim = move_claim(actor=actor, claim=self.claim, transition=name, **values)

    def received(self) -> None:
        order = Order(kind="sort", executor=self.cast.warehouse, scope="All boxes in stock")
        self.order = order_containment(**self.by, order=order)

    def notified(self) -> None:
        run_pending()
        send_due_messages()
        execute_order(
            actor=self.cast.actor("warehouse"),
            order=self.order,
            result=Execution(Decimal(10), Decimal(9), Decimal(1)),
        )

    def registered(self) -> None:
        answer_duplicates(**self.by, answer="none")
        waive_acknowledgement(**self.by, reason="Told by phone")

    def looked_at(self) -> None:
        fact = inquiries.state_fact(**self.by, text="Only this customer got the lot")
        for question in ("other_customers", "other_lots"):
            inquiries.answer_traceability(**self.by, question=question, answer=False, fact=fact)
        inquiries.add_member(**self.by, user=self.cast.investigator, role="leader")
        inquiries.add_member(**self.by, user=self.cast.laboratory)
        inquiries.state_finding(**self.by, kind="cause", text="Too dry", facts=[fact])

    def investigated(self) -> None:
        inquiries.begin_plan(**self.by)
        for source in Source.objects.filter(claim=self.claim):
            inquiries.check_source(**self.by, source=source, outcome="nothing", remark="Read")

    def analysed(self) -> None:
        code = CauseCode.objects.filter(category="method").exclude(group=None)[0]
        for kind in ("occurrence", "escape"):
            fact = inquiries.state_fact(**self.by, text=f"Seen: {kind}")
            cause = inquiries.propose_cause(
                **self.by, category="method", type=kind, text=f"No {kind} check", facts=[fact]
            )
            inquiries.confirm_cause(**self.by, cause=cause, proof="observation", code=code)
            capa.plan_action(
                **self.by,
                kind="corrective",
                text=f"Check for {kind}",
                cause=cause,
                owner=self.cast.action_owner,
                due=(clock.now() + timedelta(days=10)).date(),
                criterion="10 lots",
            )

    def answered(self) -> None:
        responses.record_decision(**self.by, outcome="accepted", reason_code="confirmed")
        money = {"kind": "credit_note", "amount": Decimal(8316)}
        self.money = responses.save_compensation(**self.by, values=money)
        letter = responses.draft_letter(**self.by, kind="final", values=TEXTS)
        letter = responses.submit_letter(actor=self.handler, letter=letter)
        letter = responses.approve_letter(actor=self.manager, letter=letter, password=PASSWORD)
        responses.mark_sent(actor=self.handler, letter=letter, channel="letter", remark="RR 1")

    def monitored(self) -> None:
        for action in Action.objects.filter(claim=self.claim):
            done = capa.complete_action(
                actor=self.cast.actor("action_owner"), action=action, done_note="Released"
            )
            capa.verify_action(
                actor=self.manager,
                action=done,
                effective=True,
                result="10 lots looked at",
                early_reason="10 lots are made",
            )
        lift_order(actor=self.manager, order=self.order, reason="All sorted")
        responses.settle_compensation(
            actor=self.cast.actor("finance"),
            compensation=self.money,
            document_no="CN-1",
            document_date=clock.now().date(),
        )


# The way, and what is done in the step before it.
COURSE = (
    ("notify", Course.received),
    ("register", Course.notified),
    ("investigate", Course.registered),
    ("investigate_fully", Course.looked_at),
    ("analyse", Course.investigated),
    ("respond", Course.analysed),
    ("monitor", Course.answered),
    ("close", Course.monitored),
)


def _items(claim: Claim, **values: Any) -> int:
    return ClaimItem.objects.filter(claim=claim).update(**values)


def _claim(claim: Claim, **values: Any) -> int:
    return Claim.objects.filter(pk=claim.pk).update(**values)


def _superseded(claim: Claim) -> None:
    facts = Fact.objects.filter(claim=claim)
    facts.update(superseded_by=facts.first())


def _supports(claim: Claim) -> None:
    for cause in Cause.objects.filter(claim=claim):
        cause.facts.clear()


# Requirement → what is taken away.
SPOILT: dict[str, Callable[[Claim], Any]] = {
    # Without a list the quality managers are told, so they have to be gone as well.
    "recipients_known": lambda claim: (
        NotificationRule.objects.update(is_active=False),
        Membership.objects.filter(role="quality_manager").delete(),
    ),
    "containment_considered": lambda claim: (
        ContainmentOrder.objects.filter(claim=claim).delete(),
        _claim(claim, severity="critical"),
    ),
    "notices_sent": lambda claim: (
        Notice.objects.filter(message__isnull=False).update(sent_at=None),
        Message.objects.update(state=MessageState.DEAD),
    ),
    "containment_executed": lambda claim: ContainmentOrder.objects.update(executed_at=None),
    "customer_known": lambda claim: _claim(claim, customer=None, contact=None),
    "product_known": lambda claim: _items(claim, product=None),
    "quantity_known": lambda claim: _items(claim, quantity_claimed=None),
    "lot_known": lambda claim: _items(claim, lot=None, lot_code=""),
    "defect_known": lambda claim: _items(claim, defect=None),
    "description_given": lambda claim: _claim(claim, description="short"),
    "severity_judged": lambda claim: _claim(claim, severity=""),
    "owner_named": lambda claim: _claim(claim, owner=None),
    "duplicates_answered": lambda claim: _claim(claim, duplicate_answer=""),
    "acknowledgement_sent": lambda claim: _claim(claim, acknowledgement_waiver=""),
    "traceability_answered": lambda claim: TraceabilityAnswer.objects.all()[0].delete(),
    "team_named": lambda claim: TeamMember.objects.filter(role="member").delete(),
    "finding_stated": lambda claim: Finding.objects.filter(claim=claim).delete(),
    "not_critical": lambda claim: _claim(claim, severity="critical"),
    "sources_checked": lambda claim: Source.objects.filter(
        pk=Source.objects.filter(claim=claim)[0].pk
    ).update(outcome="", checked_at=None),
    "facts_found": _superseded,
    "causes_confirmed": lambda claim: Cause.objects.filter(type="escape").update(
        status="hypothesis", is_root=False
    ),
    "causes_supported": _supports,
    "actions_planned": lambda claim: Action.objects.filter(claim=claim).update(owner=None),
    "decision_recorded": lambda claim: Decision.objects.filter(claim=claim).delete(),
    "response_sent": lambda claim: Letter.objects.filter(claim=claim).update(state="approved"),
    "compensation_decided": lambda claim: (
        CostEntry.objects.filter(claim=claim).delete(),
        Compensation.objects.filter(claim=claim).delete(),
    ),
    "actions_verified": lambda claim: Action.objects.filter(claim=claim).update(state="done"),
    "containment_lifted": lambda claim: ContainmentOrder.objects.update(
        lifted_at=None, executed_at=None
    ),
    "compensation_settled": lambda claim: Compensation.objects.update(settled_at=None),
    "no_final_response": lambda claim: _claim(claim, final_response_at=clock.now()),
}


@pytest.fixture(scope="module")
def places(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """For each way what the claim misses whole, and what without each of its requirements."""
    found: dict[str, Any] = {}
    with django_db_blocker.unblock(), transaction.atomic():
        course = Course(build_cast())
        for way, supply in COURSE:
            found[f"cancel from {course.claim.step}"] = looked(course, "cancel")
            supply(course)
            found[way] = looked(course, way)
            if way == "investigate_fully":
                found["answer_directly"] = looked(course, "answer_directly")
            if way == "close":
                assert course.claim.step == Step.MONITORING
            course.move(way)
        assert course.claim.step == Step.CLOSED
        yield found
        transaction.set_rollback(True)


def looked(course: Course, way: str) -> dict[str, list[str]]:
    """Requirement taken away → what the refusal then names; "" for nothing taken away."""
    claim = course.cast.read(course.claim)
    asked = WAYS.get((way, claim.step))
    if asked is None:
        return {}
    needs = [name for name in asked.needs if name != "reason"]
    return {name: _missing(course, claim, way, name) for name in ["", *needs]}


def _missing(course: Course, claim: Claim, way: str, taken: str) -> list[str]:
    named: list[str] = []
    with transaction.atomic():
        if taken:
            SPOILT[taken](claim)
        values: dict[str, Any] = {"remark": "because", "cancel_reason": "withdrawn"}
        try:
            move_claim(actor=course.manager, claim=claim, transition=way, **values)
        except TransitionRefused as refused:
            named = [each.requirement for each in refused.missing]
        transaction.set_rollback(True)
    return named


EVERY = sorted(
    {
        (way if way != "cancel" else f"cancel from {step}", name)
        for (way, step), asked in WAYS.items()
        for name in asked.needs
        if name != "reason" and (way, step) != ("close", "response")
    }
)


@pytest.mark.parametrize("way", sorted({way for way, _name in EVERY}))
def test_a_complete_claim_is_refused_nothing(places: dict[str, Any], way: str) -> None:
    assert places[way][""] == []


@pytest.mark.parametrize(("way", "name"), EVERY)
def test_the_refusal_names_exactly_what_is_missing(
    places: dict[str, Any], way: str, name: str
) -> None:
    assert places[way][name] == [name]

"""Step 8 and the end: actions are carried out and verified, money is settled, all is closed."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from accounts.models import User
from capa.commands import (
    ask_cancellation,
    ask_extension,
    complete_action,
    decide_cancellation,
    decide_extension,
    mark_document,
    plan_action,
    report_progress,
    start_action,
    verify_action,
)
from capa.models import Action, EffectivenessCheck
from capa.states import OPEN_STATES, ActionState
from claims.commands import move_claim
from core.actors import SYSTEM
from demo.content import ActionText, Text
from demo.scenes.answering import outcome_of
from demo.teller import DAY, Teller
from demo.words import words
from notifications.commands import lift_order
from notifications.models import ContainmentOrder
from notifications.states import HOLDING
from responses.commands import answer_survey, settle_compensation
from responses.models import Compensation, Survey

Deed = Callable[[], None]
# An action of old that did not help was once taken for effective; since then people look closer.
LOOKED_CLOSER = timedelta(days=240)
LATE_OFTEN = 0.18


@dataclass
class Agenda:
    """Deeds by their moments; what is done may add more."""

    teller: Teller
    deeds: list[tuple[datetime, int, Deed]] = field(default_factory=list)
    order: count[int] = field(default_factory=count)

    def add(self, days: float, deed: Deed, *, after: datetime | None = None) -> None:
        """Do this some calendar days after a moment (the present one if not said)."""
        moment = (after or self.teller.now) + timedelta(days=days)
        heapq.heappush(self.deeds, (moment, next(self.order), deed))

    def run(self) -> None:
        """Everything in its turn, until nothing is left or the present has come."""
        while self.deeds:
            moment, _number, deed = heapq.heappop(self.deeds)
            ahead = (moment - self.teller.now).total_seconds() / 86_400
            self.teller.wait_days(max(ahead, 0.0))
            deed()


def carry_out(teller: Teller, actions: list[Action]) -> None:
    """Actions, orders and money, side by side."""
    agenda = Agenda(teller)
    told = dict(zip(actions, teller.story.actions, strict=False))
    for place, action in enumerate(actions):
        _schedule(agenda, action, told.get(action), first=place == 0)
    for order in _holding(teller):
        agenda.add(teller.chance.uniform(6, 20), lambda order=order: _lift(teller, order))  # type: ignore[misc]
    for compensation in Compensation.objects.filter(claim_id=teller.claim.pk, settled_at=None):
        agenda.add(
            teller.chance.uniform(1, 9),
            lambda compensation=compensation: _settle(teller, compensation),  # type: ignore[misc]
        )
    agenda.run()


def _schedule(agenda: Agenda, action: Action, told: ActionText | None, *, first: bool) -> None:
    teller, chance = agenda.teller, agenda.teller.chance
    assert action.due_at is not None
    days_left = max((action.due_at - teller.now).days, 1)
    agenda.add(chance.uniform(0.5, 3), lambda: _start(teller, action))
    agenda.add(days_left * 0.55, lambda: _progress(teller, action))
    if first and "extension" in teller.plan.twists:
        agenda.add(days_left - 2, lambda: _extend(teller, action))
    if not first and "action_cancelled" in teller.plan.twists and len(teller.story.actions) > 2:
        agenda.add(days_left * 0.7, lambda: _drop(teller, action))
        return
    late = chance.uniform(3, 18) if chance.random() < LATE_OFTEN else chance.uniform(-4, -0.3)
    if "extension" in teller.plan.twists and first:
        late = chance.uniform(1, 6)
    done = told.done if told is not None else words("prevent_done")
    agenda.add(days_left + late, lambda: _complete(agenda, action, done, first=first))


def _fresh(action: Action) -> Action:
    return Action.objects.select_related("claim", "owner", "cause").get(pk=action.pk)


def _start(teller: Teller, action: Action) -> None:
    fresh = _fresh(action)
    if fresh.state == ActionState.PLANNED:
        teller.as_(_owner(fresh), start_action, action=fresh)


def _progress(teller: Teller, action: Action) -> None:
    fresh = _fresh(action)
    if fresh.state in OPEN_STATES and teller.chance.random() < 0.6:
        teller.as_(_owner(fresh), report_progress, action=fresh, text=teller.say("progress"))


def _owner(action: Action) -> User:
    assert action.owner is not None
    return action.owner


def _extend(teller: Teller, action: Action) -> None:
    """More time, asked for by the owner, granted mostly."""
    fresh = _fresh(action)
    assert fresh.due_at is not None
    extension = teller.as_(
        _owner(fresh),
        ask_extension,
        action=fresh,
        due=fresh.due_at.date() + timedelta(days=teller.chance.randint(7, 14)),
        reason=teller.say("extension"),
        meanwhile=teller.say("extension_meanwhile"),
    )
    teller.wait(0.2 * DAY, 1.2 * DAY, steady=True)
    granted = teller.chance.random() < 0.8
    reply = teller.say("extension_reply" if granted else "extension_no")
    teller.as_(teller.deputy, decide_extension, extension=extension, granted=granted, reply=reply)


def _drop(teller: Teller, action: Action) -> None:
    fresh = _fresh(action)
    asked = teller.as_(
        _owner(fresh), ask_cancellation, action=fresh, reason=teller.say("action_dropped")
    )
    teller.wait(0.3 * DAY, 1.5 * DAY, steady=True)
    reply = teller.say("action_dropped_reply")
    teller.as_(teller.judge, decide_cancellation, cancellation=asked, granted=True, reply=reply)


def _complete(agenda: Agenda, action: Action, done: Text, *, first: bool) -> None:
    teller = agenda.teller
    fresh = _fresh(action)
    for document in fresh.documents.filter(updated_on=None):
        teller.as_(_owner(fresh), mark_document, action=fresh, document=document)
    teller.as_(
        _owner(fresh),
        complete_action,
        action=fresh,
        done_note=teller.text(done),
        clean_from=teller.today,
    )
    check = EffectivenessCheck.objects.get(action=fresh, verdict="")
    if _fails(teller) and first:
        agenda.add(teller.chance.uniform(12, 28), lambda: _fail(agenda, fresh))
        return
    if (check.due_at - teller.now).days > 45 and teller.chance.random() < 0.25:
        agenda.add(teller.chance.uniform(20, 40), lambda: _pass(teller, fresh, early=True))
        return
    agenda.add(teller.chance.uniform(0.3, 5), lambda: _pass(teller, fresh), after=check.due_at)


def _fails(teller: Teller) -> bool:
    """Whether the first action is found not effective."""
    if teller.story.replacement is not None:
        return teller.until - teller.plan.received_at < LOOKED_CLOSER
    return "ineffective" in teller.plan.twists


def _pass(teller: Teller, action: Action, *, early: bool = False) -> None:
    teller.as_(
        teller.deputy,
        verify_action,
        action=_fresh(action),
        effective=True,
        result=teller.say("worked"),
        early_reason=teller.say("early") if early else "",
    )


def _fail(agenda: Agenda, action: Action) -> None:
    """It did not help: another one takes its place."""
    teller = agenda.teller
    result = teller.say("action_failed")
    teller.as_(teller.deputy, verify_action, action=_fresh(action), effective=False, result=result)
    teller.wait(0.5 * DAY, 2 * DAY, steady=True)
    told = teller.story.replacement
    owner = teller.part(told.part) if told else _owner(action)
    text = teller.text(told.text) if told else teller.say("stronger", action=action.text)
    replacement = teller.as_(
        teller.handler,
        plan_action,
        claim=teller.claim,
        kind=action.kind,
        text=text,
        cause=action.cause,
        owner=owner,
        due=teller.today + timedelta(days=told.days if told else 20),
        replaces=_fresh(action),
        criterion=teller.say("criterion"),
        window_days=30,
    )
    done = told.done if told else words("stronger_done")
    assert replacement.due_at is not None
    agenda.add(1, lambda: _start(teller, replacement))
    left = (replacement.due_at - teller.now).days - teller.chance.uniform(0, 4)
    agenda.add(left, lambda: _complete(agenda, replacement, done, first=False))


def _holding(teller: Teller) -> list[ContainmentOrder]:
    orders = ContainmentOrder.objects.filter(claim_id=teller.claim.pk, lifted_at=None)
    return list(orders.filter(kind__in=HOLDING).select_related("claim", "lot", "executor"))


def _lift(teller: Teller, order: ContainmentOrder) -> None:
    teller.as_(teller.judge, lift_order, order=order, reason=teller.say("lifted"))
    teller.relay()


def _settle(teller: Teller, compensation: Compensation) -> None:
    teller.as_(
        "finance",
        settle_compensation,
        compensation=compensation,
        document_no=f"УКД-{teller.plan.index + 1_200}",
        document_date=teller.today,
    )


def close(teller: Teller) -> None:
    """The quality manager closes; some customers say what they think of it."""
    for order in _holding(teller):
        _lift(teller, order)
    teller.wait(0.1 * DAY, 1.5 * DAY, steady=True)
    remark = teller.say("close_remark")
    teller.as_(teller.judge, move_claim, claim=teller.claim, transition="close", remark=remark)
    teller.relay()


def ask(teller: Teller) -> None:
    """The answer to the question of satisfaction."""
    survey = Survey.objects.filter(claim_id=teller.claim.pk, answered_at=None).first()
    if survey is None or teller.chance.random() > 0.55:
        return
    teller.wait_days(teller.chance.uniform(1, 12))
    content = outcome_of(teller) != "rejected" and "slow" not in teller.plan.twists
    score = teller.chance.choice((4, 5, 5, 4, 3) if content else (2, 3, 1, 4))
    comment = teller.say("praise" if content else "blame")
    teller.run(SYSTEM, answer_survey, survey=survey, score=score, comment=comment)

"""One claim through its steps, told by the real commands as the people who would give them."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from capa.models import Action
from claims.commands import move_claim
from claims.models import Claim
from claims.states import Severity
from demo.company import Company
from demo.plan import ClaimPlan
from demo.scenes import (
    analysing,
    answering,
    investigating,
    monitoring,
    receiving,
    registering,
    reminding,
    tracing,
)
from demo.teller import Present, Teller


def tell(
    company: Company,
    plan: ClaimPlan,
    *,
    until: datetime,
    seed: int = 0,
    earlier: Claim | None = None,
) -> int:
    """Tell one claim up to `until` at most, and answer its id.

    The claim stops where the plan makes it stop, or where its time has come to the present.
    `earlier` is the claim that this one doubles or repeats. Everything happens on a moved clock.
    """
    teller = Teller(company, plan, until, seed)
    with suppress(Present):
        _tell(teller, earlier)
    teller.relay()
    reminding.remind(teller)
    receiving.read_notices(teller)
    return teller.claim.pk


def _tell(teller: Teller, earlier: Claim | None) -> None:
    receiving.receive(teller)
    receiving.notify(teller)
    if teller.plan.severity == Severity.CRITICAL:
        registering.acknowledge(teller)
    receiving.pass_on(teller)
    registering.register(teller, earlier)
    tracing.trace(teller)
    actions: list[Action] = []
    if teller.plan.is_short:
        tracing.answer_directly(teller)
    else:
        tracing.gather_team(teller)
        facts = investigating.investigate(teller)
        investigating.finish(teller)
        actions = analysing.analyse(teller, facts)
    answering.answer(teller, actions)
    if actions:
        answering.monitor(teller)
    monitoring.carry_out(teller, actions)
    monitoring.close(teller)
    monitoring.ask(teller)
    if actions and "reopened" in teller.plan.twists:
        _reopen(teller)


def _reopen(teller: Teller) -> None:
    """The customer found it again: investigated anew, answered anew, closed again."""
    teller.wait_days(teller.chance.uniform(10, 50))
    move = {"transition": "reopen", "remark": teller.say("reopened")}
    teller.as_(teller.judge, move_claim, claim=teller.claim, **move)
    teller.relay()
    investigating.look_again(teller)
    analysing.say_why_no_escape(teller)
    move = {"transition": "respond"}
    teller.as_("process", move_claim, claim=teller.claim, **move)
    answering.answer_again(teller)
    monitoring.close(teller)
    monitoring.ask(teller)

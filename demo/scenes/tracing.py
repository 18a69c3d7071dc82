"""Step 4: who else has it, what is quickly known, and which way the claim goes on."""

from __future__ import annotations

from claims.commands import move_claim, update_sample
from claims.states import Severity, Step
from demo.scenes.letters import send, write
from demo.teller import Teller
from investigations import tracing
from investigations.commands import (
    add_member,
    answer_traceability,
    count_lot,
    judge_lot,
    name_lot,
    state_fact,
    state_finding,
)
from investigations.models import AffectedLot, Fact
from investigations.states import FindingKind, LotStatus, Question, Suspicion, TeamRole
from masterdata.models import Lot
from responses.states import LetterKind

AFFECTED_OFTEN = 0.2


def trace(teller: Teller) -> None:
    """Both questions answered with facts, the claimed lot accounted for."""
    teller.wait(60, 240)
    others = _others(teller)
    shipped = _fact(teller, "shipped_others" if others else "shipped_alone", "source_shipments",
                    others=", ".join(others))  # fmt: skip
    text = teller.say("others_checked") if others else ""
    _answer(teller, Question.OTHER_CUSTOMERS, shipped, yes=bool(others), text=text)
    teller.wait(60, 300)
    affected = not teller.plan.is_short and teller.chance.random() < AFFECTED_OFTEN
    lots = _fact(teller, "lots_affected" if affected else "lots_clean", "source_stock")
    _answer(teller, Question.OTHER_LOTS, lots, yes=affected, text=teller.say("lots_answer"))
    if not teller.plan.is_short:
        _name_lots(teller, shipped, lots, affected)
    _receive_sample(teller)
    teller.stall_in(Step.INITIAL_INVESTIGATION)


def _fact(teller: Teller, words: str, source: str, **values: str) -> Fact:
    return teller.as_(
        teller.handler,
        state_fact,
        claim=teller.claim,
        text=teller.say(words, **values),
        source=teller.say(source),
    )


def _answer(teller: Teller, question: Question, fact: Fact, *, yes: bool, text: str) -> None:
    teller.as_(
        teller.handler,
        answer_traceability,
        claim=teller.claim,
        question=question,
        answer=yes,
        fact=fact,
        text=text,
    )


def _others(teller: Teller) -> list[str]:
    """The other customers who got the lot by now."""
    receipts = tracing.list_receivers([teller.lot]).get(teller.lot.pk, [])
    own = teller.plan.customer
    return [
        each.customer
        for each in receipts
        if each.customer_code != own and each.last_on <= teller.today
    ]


def _name_lots(teller: Teller, shipped: Fact, lots: Fact, affected: bool) -> None:
    """The claimed lot, and a sibling that was looked at."""
    claimed = _named(teller, teller.lot, Suspicion.CLAIMED)
    _judge(teller, claimed, shipped, LotStatus.CONFIRMED, "lot_is_bad")
    made, gone = claimed.produced or 0, claimed.at_customers or 0
    quantities = {"in_stock": max(made - gone, 0), "at_customers": min(made, gone)}
    teller.as_(
        teller.handler, count_lot, claim=teller.claim, affected=claimed, quantities=quantities
    )
    siblings = [each.lot for each in tracing.list_siblings(teller.lot)]
    siblings = [lot for lot in siblings if lot.produced_on and lot.produced_on < teller.today]
    if siblings:
        sibling = _named(teller, siblings[0], Suspicion.RAW_LOT)
        status = LotStatus.CONFIRMED if affected else LotStatus.CLEARED
        _judge(teller, sibling, lots, status, "lot_is_bad" if affected else "lot_is_good")


def _named(teller: Teller, lot: Lot, suspicion: Suspicion) -> AffectedLot:
    return teller.as_(teller.handler, name_lot, claim=teller.claim, lot=lot, suspicion=suspicion)


def _judge(
    teller: Teller, affected: AffectedLot, fact: Fact, status: LotStatus, verdict: str
) -> None:
    teller.as_(
        teller.handler,
        judge_lot,
        claim=teller.claim,
        affected=affected,
        status=status,
        facts=[fact],
        verdict=teller.say(verdict),
    )


def _receive_sample(teller: Teller) -> None:
    """What was asked for in step 3 has come."""
    sample = teller.claim.samples.filter(received_on=None).first()
    if sample is None:
        return
    values = {
        "received_on": teller.today,
        "number": f"S-{teller.plan.index + 100}",
        "stored_where": teller.say("sample_place"),
        "disposition": teller.say("sample_end"),
    }
    teller.as_(teller.handler, update_sample, claim=teller.claim, sample=sample, values=values)


def answer_directly(teller: Teller) -> None:
    """The facts show the cause: the first answer may be the last."""
    teller.wait(120, 500)
    story = teller.story
    told = story.facts if not story.is_full else story.facts[:2]
    facts = [
        teller.as_(
            teller.handler,
            state_fact,
            claim=teller.claim,
            text=teller.text(each.text),
            source=teller.say(f"source_{each.source}", paper=str(teller.plan.index + 300)),
        )
        for each in told
    ]
    teller.as_(
        teller.handler,
        state_finding,
        claim=teller.claim,
        kind=story.finding_kind or FindingKind.CAUSE,
        text=teller.text(story.finding or story.reply),
        facts=facts,
    )
    remark = teller.say("direct_remark")
    teller.as_(
        teller.handler, move_claim, claim=teller.claim, transition="answer_directly", remark=remark
    )
    teller.relay()


def gather_team(teller: Teller) -> None:
    """A team across departments; the customer hears how things stand; step 5 begins."""
    teller.wait(30, 200)
    team = {teller.part("process"): TeamRole.LEADER, teller.handler: TeamRole.MEMBER}
    team |= {teller.part(part): TeamRole.MEMBER for part in _specialists(teller)}
    for user, role in team.items():
        teller.as_(teller.handler, add_member, claim=teller.claim, user=user, role=role)
    contact = teller.claim.contact
    if contact is not None and teller.plan.severity == Severity.CRITICAL:
        teller.as_(
            teller.handler, add_member, claim=teller.claim, contact=contact, role=TeamRole.CONTACT
        )
    if contact is not None:
        send(teller, write(teller, LetterKind.INTERIM, body=teller.say("interim_body")))
    teller.as_(teller.handler, move_claim, claim=teller.claim, transition="investigate_fully")
    teller.relay()


def _specialists(teller: Teller) -> list[str]:
    """Who is needed besides: the laboratory, and who will have to act."""
    parts = ["laboratory", *(action.part for action in teller.story.actions)]
    needed = [part for part in dict.fromkeys(parts) if part not in ("handler", "process")]
    return needed[:3]

"""Step 3: the record is completed, the customer gets an acknowledgement."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from claims.commands import (
    ItemEdit,
    Judgement,
    answer_duplicates,
    move_claim,
    request_sample,
    save_record,
    waive_acknowledgement,
)
from claims.models import Claim
from claims.states import CancelReason, Channel, DuplicateAnswer, Severity, Step
from demo.scenes.letters import send, write
from demo.teller import Present, Teller
from responses.commands import mark_sent
from responses.states import LetterKind, SendChannel

SAMPLE_OFTEN = 0.4
MONEY_OFTEN = 0.5


def register(teller: Teller, earlier: Claim | None) -> None:
    """The record; `earlier` is the claim that this one doubles or repeats."""
    teller.wait(30, 160, steady=True)
    _complete(teller)
    if _cancel_when_planned(teller, earlier):
        raise Present
    _compare(teller, earlier)
    if teller.plan.severity != Severity.CRITICAL:
        acknowledge(teller)
    teller.stall_in(Step.REGISTRATION)
    if teller.story.kind == "quality" and teller.chance.random() < SAMPLE_OFTEN:
        teller.as_(teller.handler, request_sample, claim=teller.claim, quantity=Decimal(5))
    teller.wait(30, 200, steady=True)
    teller.as_(teller.handler, move_claim, claim=teller.claim, transition="investigate")
    teller.relay()


def _complete(teller: Teller) -> None:
    claim, plan = teller.reread(), teller.plan
    defect = teller.company.defects[teller.story.defect]
    item: dict[str, Any] = {"defect": defect}
    if teller.story.location is not None:
        item["defect_location"] = teller.text(teller.story.location)
    (first,) = claim.items.all()
    teller.as_(
        teller.handler,
        save_record,
        claim=claim,
        version=claim.version,
        values=_identification(teller),
        items=[ItemEdit(item, first.pk)],
        judgement=Judgement(severity="" if claim.severity else plan.severity),
    )
    teller.reread()


def _identification(teller: Teller) -> dict[str, Any]:
    plan, contacts = teller.plan, teller.company.contacts[teller.plan.customer]
    prefix = {"DELMAR": "QN", "KESTREL": "NCR-", "ARKONA": "РА-"}.get(plan.customer, "№ ")
    values: dict[str, Any] = {
        "requirement": teller.text(teller.story.should),
        "contact": teller.claim.contact or contacts[0],
        "customer_claim_no": f"{prefix}{80_000 + plan.index * 7}",
        "customer_claim_date": plan.received_at.date()
        - timedelta(days=teller.chance.randint(0, 2)),
        "order_no": f"PO-{4_500 + plan.index}",
    }
    if teller.chance.random() < MONEY_OFTEN:
        values["demand_amount"] = teller.money(
            teller.product.price * plan.quantity + teller.chance.randrange(0, 60) * 1_000
        )
    return values


def _cancel_when_planned(teller: Teller, earlier: Claim | None) -> bool:
    """A claim that turns out to be none is cancelled here."""
    twists, values = teller.plan.twists, {}
    if "duplicate" in twists and earlier is not None:
        answer = DuplicateAnswer.DUPLICATE
        teller.as_(
            teller.handler, answer_duplicates, claim=teller.claim, answer=answer, other=earlier
        )
        values = {"cancel_reason": CancelReason.DUPLICATE, "duplicate_of": earlier}
    elif "withdrawn" in twists:
        values = {"cancel_reason": CancelReason.WITHDRAWN}
    elif "no_claim" in twists:
        values = {"cancel_reason": CancelReason.NO_CLAIM}
    if not values:
        return False
    teller.wait(40, 400, steady=True)
    remark = teller.say(f"cancel_{values['cancel_reason']}")
    teller.as_(
        teller.judge, move_claim, claim=teller.claim, transition="cancel", remark=remark, **values
    )
    teller.relay()
    return True


def _compare(teller: Teller, earlier: Claim | None) -> None:
    """Whether the problem was there before; the answer follows the plan, whatever is stored yet."""
    answer = DuplicateAnswer.NONE if earlier is None else DuplicateAnswer.REPEAT
    teller.as_(teller.handler, answer_duplicates, claim=teller.claim, answer=answer, other=earlier)


def acknowledge(teller: Teller) -> None:
    """The customer hears that we know: by phone when it is urgent, mostly by e-mail."""
    claim = teller.claim
    if teller.plan.channel == Channel.SHOP_FLOOR:
        reason = teller.say("no_acknowledgement")
        teller.as_(teller.handler, waive_acknowledgement, claim=claim, reason=reason)
        return
    letter = write(teller, LetterKind.ACKNOWLEDGEMENT)
    if teller.plan.severity == Severity.CRITICAL:
        remark = teller.say("called", person=letter.recipient_name)
        channel = SendChannel.PHONE
        teller.as_(teller.handler, mark_sent, letter=letter, channel=channel, remark=remark)
    else:
        send(teller, letter)

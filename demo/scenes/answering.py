"""Step 7: the decision, what the customer gets, the letter that others agree to."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from capa.models import Action
from capa.states import ActionKind
from claims.commands import move_claim
from claims.models import Claim
from claims.states import Outcome, Severity, Step
from demo.company import PASSWORD
from demo.content import ActionText
from demo.scenes import analysing
from demo.scenes.letters import send, write
from demo.teller import DAY, Teller
from demo.words import words
from responses.commands import (
    Line,
    approve_letter,
    edit_letter,
    record_decision,
    return_letter,
    save_compensation,
    save_cost,
    submit_letter,
)
from responses.models import Letter
from responses.states import CompensationKind, CostKind, DecisionReason, LetterKind, RecoveredFrom

REASONS = {
    Outcome.ACCEPTED: DecisionReason.CONFIRMED,
    Outcome.PARTLY: DecisionReason.PART_CONFIRMED,
    Outcome.REJECTED: DecisionReason.WITHIN_SPECIFICATION,
    Outcome.GOODWILL: DecisionReason.AFTER_DELIVERY,
}
# Whoever has to be paid back for a lost lot, a stopped line, hours of sorting.
WITHOUT_MONEY = ("documents", "service")


def answer(teller: Teller, actions: list[Action]) -> None:
    """Decide, write, agree, send."""
    teller.wait(0.15 * DAY, 0.5 * DAY)
    decide(teller)
    teller.stall_in(Step.RESPONSE)
    if "back_to_analysis" in teller.plan.twists and actions:
        _add_an_action(teller, actions)
    teller.wait(0.1 * DAY, 0.4 * DAY)
    letter = write_final(teller)
    if "answer_returned" in teller.plan.twists:
        letter = _write_again(teller, letter)
    agree(teller, letter)
    send(teller, letter)
    _spend(teller)
    teller.relay()


def answer_again(teller: Teller) -> None:
    """A claim that came back gets a further response; the decision stands."""
    teller.wait(0.2 * DAY, 1 * DAY)
    letter = write_final(teller)
    agree(teller, letter)
    send(teller, letter)


def outcome_of(teller: Teller) -> Outcome:
    """What is decided in the end."""
    outcome = Outcome(teller.story.outcome)
    if outcome == Outcome.ACCEPTED and "partly" in teller.plan.twists:
        return Outcome.PARTLY
    return outcome


def decide(teller: Teller) -> None:
    """The decision with its lines, and what the customer gets."""
    outcome = outcome_of(teller)
    pays = outcome != Outcome.REJECTED and teller.story.kind not in WITHOUT_MONEY
    lines = _lines(teller, outcome) if pays else []
    teller.as_(
        teller.handler,
        record_decision,
        claim=teller.claim,
        outcome=outcome,
        reason_code=REASONS[outcome],
        reason=teller.say(f"{outcome}_reason"),
        apology=outcome == Outcome.ACCEPTED,
        no_compensation=outcome != Outcome.REJECTED and not pays,
        currency=teller.currency,
        lines=lines,
    )
    total = sum((line.value_accepted or Decimal(0) for line in lines), Decimal(0))
    if pays:
        kind = CompensationKind.REPLACEMENT
        if teller.chance.random() < 0.6:
            kind = CompensationKind.CREDIT_NOTE
        values = {"kind": kind, "amount": total, "currency": teller.currency}
        teller.as_(teller.handler, save_compensation, claim=teller.claim, values=values)


def _lines(teller: Teller, outcome: Outcome) -> list[Line]:
    (item,) = teller.claim.items.all()
    value = item.value_claimed or Decimal(0)
    lines = [Line(item=item, quantity_accepted=item.quantity_claimed, value_claimed=value,
                  value_accepted=value)]  # fmt: skip
    if teller.plan.severity != Severity.MINOR and teller.chance.random() < 0.6:
        claimed = teller.money(teller.chance.randrange(20, 160) * 1_000)
        accepted = claimed / 2 if outcome == Outcome.PARTLY else claimed
        text = teller.say("line_sorting")
        lines.append(Line(text=text, value_claimed=claimed, value_accepted=accepted))
    if teller.claim.is_line_down:
        claimed = teller.money(teller.chance.randrange(60, 420) * 1_000)
        accepted = claimed / 2 if outcome == Outcome.PARTLY else claimed
        text = teller.say("line_stop")
        lines.append(Line(text=text, value_claimed=claimed, value_accepted=accepted))
    return lines


def _add_an_action(teller: Teller, actions: list[Action]) -> None:
    """The answer is not agreed: the analysis has to go on first."""
    remark = teller.say("back_to_analysis")
    move = {"claim": teller.claim, "transition": "return_to_analysis", "remark": remark}
    teller.as_(teller.judge, move_claim, **move)
    teller.relay()
    teller.wait(0.5 * DAY, 1.5 * DAY)
    done = words("prevent_done")
    told = ActionText(0, ActionKind.PREVENTIVE, "process", 30, (), words("prevent"), done)
    actions.append(analysing.plan(teller, told, None))
    teller.as_("process", move_claim, claim=teller.claim, transition="respond")
    teller.relay()


def write_final(teller: Teller) -> Letter:
    """The final response, out of what the story says to the customer."""
    contained = "letter_done" if not teller.claim.containment_waiver else "letter_done_small"
    if teller.story.kind != "quality":
        contained = ""
    return write(
        teller,
        LetterKind.FINAL,
        findings=teller.text(teller.story.reply),
        done=teller.say(contained) if contained else "",
        planned=teller.text(teller.story.promise),
    )


def _write_again(teller: Teller, letter: Letter) -> Letter:
    """The reviewer wants more of it."""
    teller.as_(teller.handler, submit_letter, letter=letter)
    teller.wait(0.1 * DAY, 0.5 * DAY)
    teller.as_(teller.judge, return_letter, letter=letter, comment=teller.say("return_letter"))
    teller.wait(0.1 * DAY, 0.4 * DAY)
    added = teller.say("letter_done_small")
    return teller.as_(teller.handler, edit_letter, letter=letter, values={"done": added})


def agree(teller: Teller, letter: Letter) -> None:
    """Everybody who has to sign does so."""
    letter = teller.as_(teller.handler, submit_letter, letter=letter)
    teller.relay()
    teller.stall_in("approval")
    teller.wait(0.1 * DAY, 0.6 * DAY)
    teller.as_(teller.judge, approve_letter, letter=letter, password=PASSWORD)
    if letter.needs_legal:
        teller.wait(0.2 * DAY, 1.2 * DAY)
        comment = teller.say("legal_return_free")
        legal = teller.company.people["arbatov"]
        teller.as_(legal, approve_letter, letter=letter, password=PASSWORD, comment=comment)
    teller.wait(5, 60)


def _spend(teller: Teller) -> None:
    """What the claim cost us, some of it paid back by others."""
    costs: dict[CostKind, int] = {}
    if teller.story.kind in ("quality", "delivery") and outcome_of(teller) != Outcome.REJECTED:
        costs[CostKind.FREIGHT] = teller.chance.randrange(3, 45) * 1_000
    if teller.plan.severity == Severity.CRITICAL:
        costs[CostKind.SORTING] = teller.chance.randrange(30, 150) * 1_000
        costs[CostKind.TRAVEL] = teller.chance.randrange(15, 70) * 1_000
    for kind, roubles in costs.items():
        values = {
            "kind": kind,
            "amount": Decimal(roubles),
            "spent_on": teller.today - timedelta(days=1),
            "document_no": f"INV-{teller.plan.index + 7_000}",
            **_recovery(teller, Decimal(roubles)),
        }
        teller.as_(teller.handler, save_cost, claim=teller.claim, values=values)


def _recovery(teller: Teller, amount: Decimal) -> dict[str, object]:
    payer = {
        "wet-granulate": RecoveredFrom.SUPPLIER,
        "panel-colour": RecoveredFrom.SUPPLIER,
        "box-damage": RecoveredFrom.CARRIER,
    }.get(teller.story.key)
    if payer is None:
        return {}
    return {"recovered_from": payer, "amount_recovered": amount * 7 / 10}


def monitor(teller: Teller) -> Claim:
    """On to step 8."""
    teller.wait(5, 90)
    return teller.as_(teller.handler, move_claim, claim=teller.claim, transition="monitor")

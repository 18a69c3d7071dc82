"""Step 6: hypotheses that facts decide, whys down to the root, actions against every cause."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from capa.commands import plan_action, start_action
from capa.models import Action
from capa.states import ActionKind
from claims.commands import move_claim
from claims.states import Severity, Step
from demo.content import ActionText, CauseText, WhyText
from demo.scenes import investigating
from demo.teller import DAY, Teller
from investigations.commands import (
    answer_why,
    conclude_chain,
    confirm_cause,
    exclude_escape,
    open_chain,
    propose_cause,
    rule_out_cause,
)
from investigations.models import Cause, Fact
from investigations.states import CauseType, Proof
from masterdata.models import CauseCategory

DECIDED = ("root", "yes", "no")
CONFIRMED = ("root", "yes")
# Most actions are watched for a month, the others as long as the policy says.
WINDOW_DAYS = 30


def analyse(teller: Teller, facts: list[Fact]) -> list[Action]:
    """From hypotheses to the plan of actions."""
    teller.wait(0.2 * DAY, 0.6 * DAY)
    if "back_to_investigation" in teller.plan.twists:
        _look_again(teller)
    causes = _propose(teller, facts)
    teller.wait(0.2 * DAY, 0.5 * DAY)
    _ask_why(teller, CauseType.OCCURRENCE, teller.story.why, facts, causes)
    teller.stall_in(Step.ANALYSIS)
    _decide(teller, causes, facts)
    _ask_why(teller, CauseType.ESCAPE, teller.story.why_escape, facts, causes)
    say_why_no_escape(teller)
    teller.wait(0.2 * DAY, 0.6 * DAY)
    actions = [_plan(teller, each, causes) for each in teller.story.actions]
    teller.wait(20, 120)
    teller.as_("process", move_claim, claim=teller.claim, transition="respond")
    teller.relay()
    return actions


def say_why_no_escape(teller: Teller) -> None:
    """Each round says anew why nothing escaped, where that is so."""
    if teller.story.no_escape is not None:
        reason = teller.text(teller.story.no_escape)
        teller.as_("process", exclude_escape, claim=teller.claim, reason=reason)


def _look_again(teller: Teller) -> None:
    """What was found is not enough."""
    remark = teller.say("back_to_investigation")
    teller.as_(
        teller.handler,
        move_claim,
        claim=teller.claim,
        transition="return_to_investigation",
        remark=remark,
    )
    teller.relay()
    investigating.look_again(teller)


def _propose(teller: Teller, facts: list[Fact]) -> dict[CauseText, Cause]:
    """Everything that comes to mind; what nobody could decide shows only while it is undecided."""
    waits = teller.plan.stall == Step.ANALYSIS
    wanted = [each for each in teller.story.causes if waits or each.verdict in DECIDED]
    return {
        each: teller.as_(
            "process",
            propose_cause,
            claim=teller.claim,
            category=each.category,
            text=teller.text(each.text),
            type=each.type,
            facts=_chosen(facts, each.facts),
        )
        for each in wanted
    }


def _chosen(facts: list[Fact], positions: Sequence[int]) -> list[Fact]:
    return [facts[position - 1] for position in positions]


def _decide(teller: Teller, causes: dict[CauseText, Cause], facts: list[Fact]) -> None:
    for told, cause in causes.items():
        if told.verdict in CONFIRMED:
            people = told.category == CauseCategory.PEOPLE
            teller.as_(
                "process",
                confirm_cause,
                claim=teller.claim,
                cause=cause,
                proof=teller.chance.choice(Proof.values),
                code=teller.company.causes[told.code],
                parameter_fact=facts[told.facts[0] - 1] if people else None,
                is_root=told.verdict == "root",
            )
        elif told.verdict == "no":
            remark = teller.say("ruled_out")
            teller.as_("process", rule_out_cause, claim=teller.claim, cause=cause, remark=remark)


def _ask_why(
    teller: Teller,
    kind: CauseType,
    whys: Sequence[WhyText],
    facts: list[Fact],
    causes: dict[CauseText, Cause],
) -> None:
    if not whys:
        return
    chain = teller.as_("process", open_chain, claim=teller.claim, type=kind)
    for why in whys:
        teller.as_(
            "process",
            answer_why,
            claim=teller.claim,
            chain=chain,
            question=teller.text(why.question),
            answer=teller.text(why.answer),
            facts=_chosen(facts, why.facts),
        )
    roots = [
        cause for told, cause in causes.items() if told.type == kind and told.verdict == "root"
    ]
    if roots:
        teller.as_("process", conclude_chain, claim=teller.claim, chain=chain, cause=roots[0])


def _plan(teller: Teller, told: ActionText, causes: dict[CauseText, Cause]) -> Action:
    cause = causes[teller.story.causes[told.cause - 1]]
    return plan(teller, told, cause)


def plan(
    teller: Teller, told: ActionText, cause: Cause | None, *, replaces: Action | None = None
) -> Action:
    """Plan one action; its owner may begin at once."""
    short = teller.plan.severity != Severity.CRITICAL and teller.plan.index % 4
    owner = teller.handler if told.part == "handler" else teller.part(told.part)
    due = teller.today + timedelta(days=told.days + teller.chance.randint(-2, 4))
    action = teller.as_(
        teller.handler,
        plan_action,
        claim=teller.claim,
        kind=told.kind or ActionKind.CORRECTIVE,
        text=teller.text(told.text),
        cause=cause,
        owner=owner,
        due=due,
        documents=told.documents,
        replaces=replaces,
        criterion=teller.say("criterion"),
        window_days=WINDOW_DAYS if short else None,
        lateral=teller.say("prevent") if told.kind == ActionKind.PREVENTIVE else "",
    )
    if teller.chance.random() < 0.5:
        teller.as_(owner, start_action, action=action)
    return action

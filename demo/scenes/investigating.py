"""Step 5: source after source, facts and nothing but facts."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.models import User
from claims.commands import add_comment, move_claim, pause_claim, resume_claim
from claims.states import Step
from demo.content import FactText
from demo.scenes.letters import send, write
from demo.teller import DAY, Teller
from investigations.commands import check_source, save_comparison, state_fact
from investigations.models import Fact, Source
from investigations.states import Dimension, SourceKind, SourceOutcome
from responses.commands import receive_message
from responses.states import LetterKind

# Who looks where; the others are looked into by the claim's owner.
LOOKS = {
    SourceKind.MEASUREMENT: "laboratory",
    SourceKind.RETAINED_SAMPLE: "laboratory",
    SourceKind.PRODUCTION: "process",
    SourceKind.ENVIRONMENT: "process",
}
COMPARES = 0.5


def investigate(teller: Teller) -> list[Fact]:
    """Every source of the plan checked off; returns the story's facts in the story's order."""
    facts: dict[FactText, Fact] = {}
    sources = list(Source.objects.filter(claim_id=teller.claim.pk).order_by("pk"))
    slow = 3.0 if "queue" in teller.plan.twists else 1.0
    for place, source in enumerate(sources):
        if place == len(sources) // 2:
            _halfway(teller)
        told = [each for each in teller.story.facts if each.source == source.kind]
        teller.wait(20 * slow, (0.9 if told else 0.12) * DAY * slow)
        found = [_state(teller, each, _who(teller, source.kind)) for each in told]
        facts |= dict(zip(told, found, strict=True))
        _check(teller, source, found)
    if teller.chance.random() < COMPARES:
        _compare(teller)
    return [facts[each] for each in teller.story.facts]


def finish(teller: Teller) -> None:
    """On to the analysis."""
    teller.wait(10, 60)
    teller.as_("process", move_claim, claim=teller.claim, transition="analyse")
    teller.relay()


def look_again(teller: Teller) -> None:
    """One more fact, then on to the analysis again."""
    teller.wait(0.5 * DAY, 2 * DAY)
    teller.as_(
        "process",
        state_fact,
        claim=teller.claim,
        text=teller.say("more_fact"),
        source=teller.say("source_production"),
    )
    finish(teller)


def _who(teller: Teller, kind: str) -> User:
    part = LOOKS.get(SourceKind(kind))
    return teller.part(part) if part else teller.handler


def _state(teller: Teller, told: FactText, who: User) -> Fact:
    paper = str(600 + teller.plan.index)
    return teller.as_(
        who,
        state_fact,
        claim=teller.claim,
        text=teller.text(told.text),
        source=teller.say(f"source_{told.source}", paper=paper),
    )


def _check(teller: Teller, source: Source, found: Sequence[Fact]) -> None:
    teller.as_(
        _who(teller, source.kind),
        check_source,
        claim=teller.claim,
        source=source,
        outcome=SourceOutcome.FACTS if found else SourceOutcome.NOTHING,
        facts=found,
        remark="" if found else teller.say(f"nothing_{source.kind}"),
    )


def _halfway(teller: Teller) -> None:
    """Somebody writes something; some claims wait for the customer, some for nobody knows what."""
    if teller.chance.random() < 0.5:
        teller.as_("process", add_comment, claim=teller.claim, text=teller.say("comment"))
        teller.relay()
    if "paused" in teller.plan.twists or teller.plan.stall == "pause":
        _pause(teller)
    if "slow" in teller.plan.twists or "queue" in teller.plan.twists:
        _hear_reminder(teller)
    teller.stall_in(Step.FULL_INVESTIGATION)


def _pause(teller: Teller) -> None:
    teller.as_(teller.handler, pause_claim, claim=teller.claim, reason=teller.say("pause"))
    teller.stall_in("pause")
    teller.wait(2 * DAY, 8 * DAY, steady=True)
    _hear(teller, "sample_mail")
    teller.wait(20, 90)
    teller.as_(teller.handler, resume_claim, claim=teller.claim)


def _hear_reminder(teller: Teller) -> None:
    """The customer asks; silence would be the worst answer."""
    contact = teller.claim.contact
    if contact is None:
        return
    _hear(teller, "reminder_mail")
    teller.wait(30, 240)
    send(teller, write(teller, LetterKind.INTERIM, body=teller.say("interim_body")))


def _hear(teller: Teller, words: str) -> None:
    contact = teller.claim.contact
    if contact is not None:
        teller.as_(
            teller.handler,
            receive_message,
            claim=teller.claim,
            text=teller.say(words),
            sender_name=contact.name,
            sender_email=contact.email,
        )


def _compare(teller: Teller) -> None:
    """What is and what is not."""
    defect = teller.company.defects[teller.story.defect]
    english = teller.plan.language == "en"
    values = {
        "defect": defect.name_en if english else defect.name_ru,
        "where": teller.text(teller.story.location) if teller.story.location else "–",
    }
    for dimension in Dimension.values:
        row = {
            "dimension": dimension,
            "is_text": teller.say(f"is_{dimension}", **values),
            "is_not_text": teller.say(f"is_not_{dimension}", **values),
        }
        if dimension == Dimension.WHEN:
            row["distinction"] = teller.say("distinction")
        teller.as_("process", save_comparison, claim=teller.claim, values=row)

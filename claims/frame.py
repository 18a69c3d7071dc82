"""What the frame of a claim page says of a claim: its steps, and what is needed to go on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from claims.clocks import STEP_CLOCKS
from claims.lifecycle import (
    HANDLER,
    LEADER,
    OWNER,
    QUALITY_MANAGER,
    Transition,
    main_transition,
    transitions_from,
)
from claims.models import Claim, ClaimItem, Clock, StepRecord
from claims.policies import can_move_claim
from claims.requirements import Answer, answers_for
from claims.states import STEP_NUMBERS, WORKING_STEPS, Step
from core.actors import Actor
from core.ui.due import standing
from core.ui.wording import short_day, short_moment

# The longest text that a button of the gate takes in one or two lines.
LABEL = 60


@dataclass(frozen=True)
class StepItem:
    """One of the eight steps in the header; `kind` is d done, n now, f ahead, s skipped.

    `why` leads to why its date is what it is.
    """

    number: int
    name: str
    kind: str
    when: str = ""
    who: str = ""
    late: bool = False
    soon: bool = False
    url: str = ""
    why: str = ""


def step_items(
    claim: Claim, records: Sequence[StepRecord], clocks: Sequence[Clock] = ()
) -> list[StepItem]:
    """The eight steps with who and when; the last stay in a step counts.

    Where a step shows a due date, it leads to why it is due then.
    """
    stays = {record.step: record for record in records}
    left_by = _leavers(records)
    items = []
    for number, step in enumerate(WORKING_STEPS, start=1):
        kind = _kind_of(claim, number, stays.get(step))
        record = stays.get(step)
        when, who, late, soon = "", "", False, False
        if kind == "n":
            when, late, soon = _now_words(claim)
            who = _short(claim.owner) if claim.owner else ""
        elif kind == "d" and record is not None:
            when = short_moment(record.entered_at if number == 1 else record.left_at)
            who = _short_label(record if number == 1 else left_by.get(step, record))
        elif kind == "f":
            when = _ahead_words(claim, step)
        why = _why_url(claim, step, clocks) if when and kind in "nf" else ""
        items.append(StepItem(number, str(step.label), kind, when, who, late, soon, why=why))
    return items


def step_clock(claim: Claim, step: str, clocks: Sequence[Clock]) -> Clock | None:
    """The running clock that measures the stay in a step."""
    kind = STEP_CLOCKS.get(step)
    return next((each for each in clocks if each.kind == kind and not each.stopped_at), None)


def _why_url(claim: Claim, step: str, clocks: Sequence[Clock]) -> str:
    found = step_clock(claim, step, clocks)
    return reverse("claims:deadline", args=[claim.number, found.pk]) if found else ""


def skipped_numbers(claim: Claim, records: Sequence[StepRecord]) -> str:
    """The numbers of skipped steps for the step meter: "5 6"."""
    stays = {record.step for record in records}
    numbers = enumerate(WORKING_STEPS, start=1)
    missed = [n for n, step in numbers if step not in stays and _is_behind(claim, n)]
    return " ".join(map(str, missed))


def _kind_of(claim: Claim, number: int, record: StepRecord | None) -> str:
    if number == claim.step_number:
        return "n"
    if not _is_behind(claim, number):
        return "d" if claim.step == Step.CANCELLED and record is not None else "f"
    return "s" if record is None else "d"


def _is_behind(claim: Claim, number: int) -> bool:
    now = STEP_NUMBERS.get(claim.step)
    return claim.step == Step.CLOSED if now is None else number < now


def _leavers(records: Sequence[StepRecord]) -> dict[str, StepRecord]:
    """Step → the record of the move that left it last: the next stay names who moved."""
    return {left.step: entered for left, entered in pairwise(records)}


def _now_words(claim: Claim) -> tuple[str, bool, bool]:
    """When the present step is due, whether it is late, whether it is due soon."""
    if claim.step_due_at is None:
        return "", False, False
    seen = standing(claim.step_due_at, soon_at=claim.step_soon_at, held_at=claim.step_held_at)
    return seen.words, seen.is_late, seen.is_soon


def _ahead_words(claim: Claim, step: Step) -> str:
    if step != Step.RESPONSE or claim.response_due_at is None or not claim.is_open:
        return ""
    return _("by %(day)s") % {"day": short_day(claim.response_due_at)}


def _short(user: Any) -> str:
    return str(user.get_short_name())


def _short_label(record: StepRecord) -> str:
    return _short(record.by) if record.by is not None else record.by_label


def lots_of(items: Iterable[ClaimItem]) -> list[ClaimItem]:
    """The items whose lot is held by a containment order, each lot once."""
    held = {item.lot_id: item for item in items if item.lot is not None and item.lot.blocked_at}
    return list(held.values())


@dataclass
class Move:
    """A transition as one person sees it on one claim; the answers are asked for when needed."""

    claim: Claim = field(repr=False)
    transition: Transition
    allowed: bool

    @cached_property
    def answers(self) -> list[Answer]:
        """What every requirement of the transition says now."""
        return answers_for(self.claim, self.transition)

    @property
    def missing(self) -> int:
        """How many requirements are open."""
        return sum(not each.met for each in self.answers)

    @property
    def ready(self) -> bool:
        """The person may do it and nothing is missing."""
        return self.allowed and not self.missing


def moves_of(actor: Actor, claim: Claim) -> list[Move]:
    """Every way out of the claim's step."""
    return [
        Move(claim, each, can_move_claim(actor, claim, each))
        for each in transitions_from(claim.step)
    ]


def main_move_of(claim: Claim, moves: Iterable[Move]) -> Move | None:
    """The forward move that the page leads to; None when the claim is finished."""
    main = main_transition(claim.step)
    return next((each for each in moves if main and each.transition is main), None)


@dataclass(frozen=True)
class Point:
    """A requirement in the gate; without an address for those who cannot supply it."""

    met: bool
    sentence: str
    detail: str
    url: str


@dataclass(frozen=True)
class Gate:
    """The panel "what is needed to go on". `go` is the one primary button: label and address.

    `waits_for` names who may do the move, when all is there but the reader may not.
    """

    points: list[Point]
    sub: str
    ready: bool
    next_label: str = ""
    next_url: str = ""
    waits_for: str = ""


def gate_of(claim: Claim, main: Move | None, *, helps: bool) -> Gate | None:
    """The gate of the main move, None for a finished claim; `helps`: the reader supplies points."""
    if main is None:
        return None
    points = [
        Point(each.met, each.sentence, each.detail, each.url if helps else "")
        for each in main.answers
    ]
    first = next((each for each in points if not each.met and each.url), None)
    target = main.transition.moves[Step(claim.step)]
    sub = _("Step %(number)s → %(next)s %(name)s") % {
        "number": claim.step_number,
        "next": STEP_NUMBERS.get(target, ""),
        "name": target.label,
    }
    return Gate(
        points=points,
        sub=sub,
        ready=main.ready,
        next_label=_next_label(first) if first else "",
        next_url=first.url if first else "",
        waits_for=_who(main.transition) if not main.missing and not main.allowed else "",
    )


def _next_label(point: Point) -> str:
    """What the button says: the missing fact, or the point's name when that takes many words."""
    if len(point.detail) <= LABEL:
        return point.detail.rstrip(".")
    return _("To the point “%(point)s”") % {"point": point.sentence}


def _who(transition: Transition) -> str:
    names = {
        HANDLER: _("quality specialist"),
        OWNER: _("owner of the claim"),
        LEADER: _("team leader"),
        QUALITY_MANAGER: _("quality manager"),
    }
    return ", ".join(names[who] for who in transition.who if who in names)

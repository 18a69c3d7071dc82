"""What all commands of an investigation share: the lock, the right, the round, the facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import models
from django.utils.translation import gettext as _

from claims.commands import locked_claim
from claims.models import Claim, StepRecord
from claims.policies import can_investigate
from claims.states import STEP_NUMBERS, Step
from core.actors import Actor
from core.errors import InvalidInput, Stale
from core.models import Versioned
from events.commands import record
from events.models import Event
from events.registry import EventKind
from investigations import events
from investigations.models import Fact, Investigation, Source
from investigations.policies import require_may, require_open
from investigations.states import STARTER_PLAN, RoundKind

Row = TypeVar("Row", bound=Versioned)


@dataclass(frozen=True)
class Work:
    """A locked claim whose investigation the actor may write to."""

    actor: Actor
    claim: Claim

    def begin(self) -> Investigation:
        """The round that runs now; the first write creates it."""
        return current_round(self.actor, self.claim)

    def row(self, model: type[Row], pk: int, version: int | None = None) -> Row:
        """A row of this claim as it is now. Raises DoesNotExist, Stale."""
        found: Row = model._default_manager.get(pk=pk, claim=self.claim)
        return unchanged(found, version)

    def note(self, kind: EventKind, subject: models.Model, /, **content: Any) -> Event:
        """Record an event on the claim's chain; `changes` apart, all content is its data."""
        changes = content.pop("changes", None)
        return record(
            kind,
            actor=self.actor,
            subject=subject,
            claim_id=self.claim.pk,
            data=content,
            changes=changes,
        )

    def live_facts(self, facts: Iterable[Fact], field: str = "facts") -> list[Fact]:
        """The given facts as they are now. Raises InvalidInput for a foreign or superseded one."""
        wanted = {fact.pk for fact in facts}
        found = list(Fact.objects.filter(pk__in=wanted, claim=self.claim).order_by("number"))
        if len(found) != len(wanted):
            raise InvalidInput({field: _("Choose facts of this claim.")})
        for fact in found:
            if not fact.is_live:
                raise InvalidInput(
                    {field: _("F%(number)d was superseded.") % {"number": fact.number}}
                )
        return found


@contextmanager
def investigating(
    actor: Actor, claim: Claim, may: Callable[[Actor, Claim], bool] = can_investigate
) -> Iterator[Work]:
    """The claim locked, the right checked. Raises NotPermitted, TransitionRefused (finished)."""
    with locked_claim(claim) as fresh:
        require_may(may(actor, fresh))
        require_open(fresh)
        yield Work(actor, fresh)


def current_round(actor: Actor, claim: Claim) -> Investigation:
    """The round that runs in the claim's step, created with its plan when it is new.

    A claim that came back to the full investigation is in its next round.
    """
    kind, number = _round_of(claim)
    investigation, created = Investigation.objects.get_or_create(
        claim=claim, kind=kind, number=number
    )
    if created:
        record(
            events.BEGUN,
            actor=actor,
            subject=investigation,
            claim_id=claim.pk,
            data={"kind": kind, "round": number},
        )
        if kind == RoundKind.FULL:
            _install_plan(investigation)
    return investigation


def _round_of(claim: Claim) -> tuple[RoundKind, int]:
    full = StepRecord.objects.filter(claim=claim, step=Step.FULL_INVESTIGATION).count()
    if full and STEP_NUMBERS.get(claim.step, 0) >= STEP_NUMBERS[Step.FULL_INVESTIGATION]:
        return RoundKind.FULL, full
    initial = StepRecord.objects.filter(claim=claim, step=Step.INITIAL_INVESTIGATION).count()
    return RoundKind.INITIAL, max(initial, 1)


def _install_plan(investigation: Investigation) -> None:
    """The starter sources that the claim has not yet; a later round keeps what was checked."""
    known = set(Source.objects.filter(claim=investigation.claim).values_list("kind", flat=True))
    Source.objects.bulk_create(
        Source(claim=investigation.claim, investigation=investigation, kind=kind)
        for kind in STARTER_PLAN
        if kind not in known
    )


def unchanged(row: Row, version: int | None) -> Row:
    """The row, unless somebody changed it since `version` was read. Raises Stale."""
    if version is not None and row.version != version:
        raise Stale(row, expected=version)
    return row

"""What claims lack of actions to go on, as lists say it."""

from __future__ import annotations

from django.db.models import Exists, OuterRef
from django.utils.translation import ngettext

from capa.models import Action, NoActionReason
from capa.requirements import GIVEN_UP
from capa.states import OPEN_STATES, ActionKind, ActionState, Decision
from claims.lacks import Lack, register, rows
from claims.states import Step
from investigations.models import Cause
from investigations.states import CauseStatus


def _unplanned(count: int) -> str:
    words = ngettext("%(n)d cause without action", "%(n)d causes without action", count)
    return words % {"n": count}


def _to_do(count: int) -> str:
    return ngettext("%(n)d action not done", "%(n)d actions not done", count) % {"n": count}


def _to_verify(count: int) -> str:
    return ngettext("%(n)d action to verify", "%(n)d actions to verify", count) % {"n": count}


def _to_replace(count: int) -> str:
    words = ngettext("%(n)d action did not help", "%(n)d actions did not help", count)
    return words % {"n": count}


_planned = Action.objects.filter(
    kind=ActionKind.CORRECTIVE,
    cause=OuterRef("pk"),
    claims=OuterRef("claim"),
    owner__isnull=False,
    due_at__isnull=False,
).exclude(state__in=GIVEN_UP)
_needless = NoActionReason.objects.filter(cause=OuterRef("pk"), decision=Decision.GRANTED)
_without = Cause.objects.filter(~Exists(_planned), ~Exists(_needless), status=CauseStatus.CONFIRMED)
_another = Action.objects.filter(replaces=OuterRef("pk")).exclude(state=ActionState.CANCELLED)
_failed = Action.objects.filter(~Exists(_another), state=ActionState.INEFFECTIVE)

register(
    Lack("unplanned", (Step.ANALYSIS,), 40, rows(_without), _unplanned),
    Lack(
        "to_do",
        (Step.MONITORING,),
        0,
        rows(Action.objects.filter(state__in=OPEN_STATES), "claims"),
        _to_do,
        waits=True,
    ),
    Lack(
        "to_verify",
        (Step.MONITORING,),
        10,
        rows(Action.objects.filter(state=ActionState.DONE), "claims"),
        _to_verify,
        waits=True,
    ),
    Lack("to_replace", (Step.MONITORING,), 20, rows(_failed, "claims"), _to_replace),
)

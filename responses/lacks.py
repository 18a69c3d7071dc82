"""What the answers of claims lack, as lists say it."""

from __future__ import annotations

from django.db.models import OuterRef, Q, Subquery
from django.db.models.lookups import Exact, IsNull, LessThan
from django.utils.translation import gettext_lazy as _

from claims.lacks import Lack, any_row, flag, named, register
from claims.models import StepRecord
from claims.states import Step
from responses.models import Compensation, Decision, Letter
from responses.models.decisions import ACCEPTING
from responses.states import LetterKind, LetterState

# What the answer needs is asked for once more before the claim is closed: it may have changed.
ANSWERED = (Step.RESPONSE, Step.MONITORING)
_finals = Letter.objects.filter(claim=OuterRef("pk"), kind=LetterKind.FINAL).order_by("-id")
_state = Subquery(_finals.values("state")[:1])
_frozen = Subquery(_finals.values("frozen_at")[:1])
_changed = Subquery(Decision.objects.filter(claim=OuterRef("pk")).values("changed_at")[:1])


def _stands(state: LetterState) -> Q:
    return Q(Exact(_state, state))


_none_ready = Q(IsNull(_state, True)) | _stands(LetterState.DRAFT)
_entered = StepRecord.objects.filter(claim=OuterRef("pk"), step=Step.RESPONSE)
_entered_at = Subquery(_entered.order_by("-entered_at").values("entered_at")[:1])
_outdated = Q(LessThan(_frozen, _entered_at)) | Q(LessThan(_frozen, _changed))
_compensations = Compensation.objects.all()
_accepting = Decision.objects.filter(outcome__in=ACCEPTING, no_compensation=False)
_undecided = any_row(_accepting) & ~any_row(_compensations)

register(
    Lack(
        "acknowledged",
        (Step.REGISTRATION,),
        20,
        flag(Q(acknowledged_at=None, acknowledgement_waiver="")),
        named(_("acknowledgement")),
    ),
    Lack("decision", ANSWERED, 0, flag(~any_row(Decision.objects.all())), named(_("decision"))),
    Lack("compensation", ANSWERED, 10, flag(_undecided), named(_("compensation"))),
    Lack("letter", ANSWERED, 20, flag(_none_ready), named(_("text of the answer"))),
    Lack(
        "approval",
        ANSWERED,
        30,
        flag(_stands(LetterState.IN_APPROVAL)),
        named(_("approval of the answer")),
        waits=True,
    ),
    Lack(
        "sending",
        ANSWERED,
        40,
        flag(_stands(LetterState.APPROVED)),
        named(_("send the answer")),
    ),
    Lack(
        "outdated",
        ANSWERED,
        50,
        flag(_stands(LetterState.SENT) & _outdated),
        named(_("further answer")),
    ),
    Lack(
        "unsettled",
        (Step.MONITORING,),
        60,
        flag(any_row(_compensations.filter(settled_at=None))),
        named(_("settlement")),
        waits=True,
    ),
)

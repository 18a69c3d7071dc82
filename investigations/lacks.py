"""What claims lack to leave their investigation, as lists say it."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from claims.lacks import Lack, any_row, fewer, flag, named, register, rows
from claims.states import Step
from investigations.models import (
    Cause,
    Fact,
    Investigation,
    Source,
    TeamMember,
    TraceabilityAnswer,
)
from investigations.requirements import DEPARTMENTS, MEMBERS
from investigations.states import CauseStatus, CauseType, Question, TeamRole


def _unchecked(count: int) -> str:
    return ngettext("%(n)d source to check", "%(n)d sources to check", count) % {"n": count}


def _unsupported(count: int) -> str:
    words = ngettext("%(n)d cause without fact", "%(n)d causes without fact", count)
    return words % {"n": count}


def _uncoded(count: int) -> str:
    words = ngettext("%(n)d cause without code", "%(n)d causes without code", count)
    return words % {"n": count}


def _unanswered(question: Question) -> Q:
    answers = TraceabilityAnswer.objects.filter(question=question, fact__superseded_by=None)
    return ~any_row(answers)


_members = TeamMember.objects.exclude(user=None)
_no_team = (
    fewer(rows(_members), MEMBERS)
    | fewer(rows(_members.exclude(department=None), different="department"), DEPARTMENTS)
    | ~any_row(_members.filter(role=TeamRole.LEADER))
)
_sources, _live = Source.objects.all(), Fact.objects.filter(superseded_by=None)
_confirmed = Cause.objects.filter(status=CauseStatus.CONFIRMED)
_later = Investigation.objects.filter(claim=OuterRef("claim"), pk__gt=OuterRef("pk"))
_said_none = Investigation.objects.filter(~Exists(_later)).exclude(no_escape_reason="")
_no_escape = ~any_row(_confirmed.filter(type=CauseType.ESCAPE)) & ~any_row(_said_none)
_bare = _confirmed.filter(~Exists(_live.filter(causes=OuterRef("pk"))))

register(
    *(
        Lack(
            f"asked_{each}",
            (Step.INITIAL_INVESTIGATION,),
            order,
            flag(_unanswered(each)),
            named(words),
        )
        for order, (each, words) in enumerate(
            {
                Question.OTHER_CUSTOMERS: _("other customers"),
                Question.OTHER_LOTS: _("other lots"),
            }.items()
        )
    ),
    Lack("team", (Step.INITIAL_INVESTIGATION,), 10, flag(_no_team), named(_("team"))),
    Lack(
        "plan", (Step.FULL_INVESTIGATION,), 0, flag(~any_row(_sources)), named(_("plan of sources"))
    ),
    Lack("sources", (Step.FULL_INVESTIGATION,), 10, rows(_sources.filter(outcome="")), _unchecked),
    Lack("facts", (Step.FULL_INVESTIGATION,), 20, flag(~any_row(_live)), named(_("facts"))),
    Lack(
        "occurrence",
        (Step.ANALYSIS,),
        0,
        flag(~any_row(_confirmed.filter(type=CauseType.OCCURRENCE))),
        named(_("why it happened")),
    ),
    Lack("escape", (Step.ANALYSIS,), 10, flag(_no_escape), named(_("why it was not found"))),
    Lack("bare", (Step.ANALYSIS,), 20, rows(_bare), _unsupported),
    Lack("uncoded", (Step.ANALYSIS,), 30, rows(_confirmed.filter(code=None)), _uncoded),
)

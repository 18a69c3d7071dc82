"""What must be true before a claim leaves its investigation, as the lifecycle page names it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims.models import Claim
from claims.requirements import requirement
from investigations import selectors
from investigations.models import Cause, Source
from investigations.states import CauseType, Question, TeamRole

MEMBERS = 2
DEPARTMENTS = 2


def _at(anchor: str) -> Callable[[Claim], str]:
    def link(claim: Claim) -> str:
        return f"{reverse('investigations:tab', args=[claim.number])}#{anchor}"

    return link


def _listed(things: Iterable[object]) -> str:
    return ", ".join(gettext("“%(name)s”") % {"name": thing} for thing in things)


@requirement("traceability_answered", _("Other customers and lots checked"), link=_at("trace"))
def traceability_answered(claim: Claim) -> str:
    answers = selectors.traceability_of(claim)
    for question in Question:
        given = answers.get(question)
        if given is None:
            return gettext("Answer the question “%(question)s” with a fact.") % {
                "question": question.label
            }
        if not given.fact.is_live:
            return gettext(
                "The answer to “%(question)s” rests on F%(number)d, which was superseded."
            ) % {"question": question.label, "number": given.fact.number}
    return ""


@requirement("team_named", _("Team named"), link=_at("team"))
def team_named(claim: Claim) -> str:
    team = [member for member in selectors.list_team(claim) if member.user_id]
    if len(team) < MEMBERS:
        return gettext("Name at least two team members.")
    if len({member.department_id for member in team} - {None}) < DEPARTMENTS:
        return gettext("Name team members from at least two departments.")
    if not any(member.role == TeamRole.LEADER for member in team):
        return gettext("Say who leads the team.")
    return ""


@requirement("finding_stated", _("Finding backed by facts"), link=_at("finding"))
def finding_stated(claim: Claim) -> str:
    finding = selectors.finding_of(claim)
    if finding is None:
        return gettext("State the cause, or that the claim is unfounded, with a fact.")
    if not selectors.facts_behind(finding).exists():
        return gettext("The finding rests only on facts that were superseded.")
    return ""


@requirement("sources_checked", _("Every source checked"), link=_at("sources"))
def sources_checked(claim: Claim) -> str:
    sources = list(Source.objects.filter(claim=claim))
    if not sources:
        return gettext("Begin the plan of sources.")
    left = [source for source in sources if not source.is_checked]
    if left:
        return gettext("Check %(sources)s.") % {"sources": _listed(left)}
    return ""


@requirement("facts_found", _("Facts found"), link=_at("facts"))
def facts_found(claim: Claim) -> str:
    if selectors.live_facts(claim).exists():
        return ""
    return gettext("State at least one fact.")


@requirement("causes_confirmed", _("Causes confirmed"), link=_at("causes"))
def causes_confirmed(claim: Claim) -> str:
    types = {cause.type for cause in selectors.confirmed_causes(claim)}
    if CauseType.OCCURRENCE not in types:
        return gettext("Confirm a cause that explains why it happened.")
    if CauseType.ESCAPE not in types and not selectors.no_escape_reason(claim):
        return gettext(
            "Confirm a cause that explains why it was not found, or write why there is none."
        )
    return ""


@requirement("causes_supported", _("Causes backed by facts"), link=_at("causes"))
def causes_supported(claim: Claim) -> str:
    causes = list(selectors.confirmed_causes(claim).prefetch_related("facts"))
    unsupported = [cause for cause in causes if not _rests_on_fact(cause)]
    if unsupported:
        return gettext("%(causes)s: link a fact that was not superseded.") % {
            "causes": _listed(unsupported)
        }
    unclassified = [cause for cause in causes if cause.code_id is None]
    if unclassified:
        return gettext("%(causes)s: choose the cause code.") % {"causes": _listed(unclassified)}
    return ""


def _rests_on_fact(cause: Cause) -> bool:
    return any(fact.is_live for fact in cause.facts.all())

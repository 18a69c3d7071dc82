"""What investigation, actions and decision suggest for the texts of a response.

Nothing internal is taken over on purpose: neither numbers nor names of people. The author rewrites
what the suggestion says; the word check looks at the result.
"""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from capa.models import Action
from capa.states import OPEN_STATES, ActionState
from claims.models import Claim
from claims.states import Outcome
from core.ui.wording import day, money
from investigations.models import Cause, Finding
from investigations.states import CauseStatus, CauseType, FindingKind
from responses.agreement import decision_of
from responses.models import Compensation, Decision
from responses.states import CompensationKind

DONE_STATES = (ActionState.DONE, ActionState.EFFECTIVE)


def suggest_findings(claim: Claim) -> str:
    """The confirmed causes, else the finding of the initial investigation."""
    confirmed = Cause.objects.filter(claim=claim, status=CauseStatus.CONFIRMED).order_by("id")
    by_type: dict[str, list[str]] = {}
    for cause in confirmed:
        by_type.setdefault(cause.type, []).append(cause.text)
    lines = []
    if CauseType.OCCURRENCE in by_type:
        lines.append(_("The cause was: %(causes)s.") % _listed(by_type[CauseType.OCCURRENCE]))
    if CauseType.ESCAPE in by_type:
        lines.append(
            _("It was not found before delivery because: %(causes)s.")
            % _listed(by_type[CauseType.ESCAPE])
        )
    return "\n".join(lines) or _finding(claim)


def _listed(texts: list[str]) -> dict[str, str]:
    return {"causes": "; ".join(text.rstrip(". ") for text in texts)}


def _finding(claim: Claim) -> str:
    finding = Finding.objects.filter(claim=claim).first()
    if finding is None:
        return ""
    if finding.kind == FindingKind.UNFOUNDED:
        return _("Our investigation did not confirm the defect: %(text)s") % {"text": finding.text}
    return finding.text


def suggest_done(claim: Claim) -> str:
    """Actions that are done, one a line, with the day."""
    done = Action.objects.filter(claims=claim, state__in=DONE_STATES).order_by("done_at")
    return "\n".join(
        _("%(day)s: %(action)s.")
        % {"day": day(timezone.localtime(each.done_at)), "action": each.text.rstrip(". ")}
        for each in done
        if each.done_at
    )


def suggest_planned(claim: Claim) -> str:
    """Actions that are still to be done, one a line, with the day."""
    planned = Action.objects.filter(claims=claim, state__in=OPEN_STATES).exclude(due_at=None)
    return "\n".join(
        _("By %(day)s: %(action)s.")
        % {"day": day(timezone.localtime(each.due_at)), "action": each.text.rstrip(". ")}
        for each in planned.order_by("due_at")
        if each.due_at
    )


def suggest_settlement(claim: Claim) -> str:
    """The decision and what the customer gets, in sentences."""
    decision = decision_of(claim)
    if decision is None:
        return ""
    sentences = [_opening(decision), decision.reason.strip()]
    if decision.accepts:
        given = list(Compensation.objects.filter(claim=claim).order_by("id"))
        sentences += [_gift(each) for each in given]
    if decision.apology:
        sentences.append(_("We apologise for the trouble this has caused you."))
    return " ".join(filter(None, sentences))


def _opening(decision: Decision) -> str:
    total = decision.total_accepted
    opening = {
        Outcome.ACCEPTED: _("We accept your claim."),
        Outcome.PARTLY: _("We accept your claim in part."),
        Outcome.REJECTED: _("We cannot accept your claim."),
        Outcome.GOODWILL: _("Without accepting a liability, we meet you half-way."),
    }[Outcome(decision.outcome)]
    if decision.accepts and total:
        amount = _("Accepted amount: %(sum)s.") % {"sum": money(total, decision.currency)}
        return f"{opening} {amount}"
    return opening


def _gift(compensation: Compensation) -> str:
    """What the customer will see of one compensation."""
    amount = money(compensation.amount, compensation.currency)
    kind = CompensationKind(compensation.kind)
    if kind == CompensationKind.REPLACEMENT:
        return _("We will replace the parts.")
    if kind == CompensationKind.REWORK:
        return _("We will rework the parts at your site.")
    return _("%(kind)s: %(sum)s.") % {"kind": str(kind.label).capitalize(), "sum": amount}

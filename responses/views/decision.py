"""Recording the decision."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib.auth.decorators import login_required
from django.forms.boundfield import BoundField
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from claims.models import Claim
from core import pages
from core.actors import Actor
from core.errors import InvalidInput, Stale
from core.ui.conflicts import Conflict, Unchanged, compare
from responses import policies
from responses.agreement import decision_of
from responses.commands import record_decision
from responses.forms.decision import (
    SAID,
    DecisionForm,
    add_line_errors,
    lines_of,
    to_lines,
)
from responses.views.parts import conflict_page, readable_claim, somebody, tab_url
from responses.views.tab import response_page


@login_required
@require_POST
def decide(request: HttpRequest, number: str) -> HttpResponse:
    """Save decision and lines; the tab comes back with errors, or with both sides when stale."""
    actor, claim = readable_claim(request, number)
    policies.require_may(policies.can_decide(actor, claim))
    decision = decision_of(claim)
    form = DecisionForm.of(claim, decision, request.POST)
    lines = lines_of(claim, decision, request.POST)
    if form.is_valid() and lines.is_valid():
        try:
            _save(actor, claim, form, lines)
        except Stale:
            return conflict_page(request, claim, "response", lambda: _conflict(claim, form, lines))
        except InvalidInput as error:
            add_line_errors(form, lines, error)
        else:
            return pages.done(request, tab_url(claim, "decision"), _("Decision recorded"))
    return response_page(request, actor, claim, status=422, form=form, lines=lines)


def _save(actor: Actor, claim: Claim, form: DecisionForm, lines: Any) -> None:
    said = {name: form.cleaned_data[name] for name in (*SAID, "currency", "version")}
    record_decision(actor=actor, claim=claim, lines=to_lines(lines), **said)


def _conflict(claim: Claim, form: DecisionForm, lines: Any) -> Conflict:
    """The rows travel along as typed; what both sides say of the decision is chosen."""
    decision = decision_of(claim)
    assert decision is not None
    found = compare(
        form,
        DecisionForm.of(claim, decision),
        version=decision.version,
        who=somebody(decision.decided_by),
        action=reverse("responses:decide", args=[claim.number]),
        back=tab_url(claim),
    )
    bounds = [*lines.management_form, *(bound for row in lines for bound in row)]
    return replace(found, same=[*found.same, *map(_typed, bounds)])


def _typed(bound: BoundField) -> Unchanged:
    value = bound.data
    sent = "on" if value is True else str(value or "")
    return Unchanged(bound.html_name, (sent,) if sent else ())

"""The investigation tab of the claim page."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from claims import pages
from claims.policies import can_see_work
from core.actors import Actor
from investigations import panels
from investigations.policies import require_may


@login_required
@require_GET
def tab(request: HttpRequest, number: str) -> HttpResponse:
    """Facts, causes, whys, sources, team and traceability of one claim."""
    claim = pages.claim_of(request, number)
    actor = Actor.of_request(request)
    require_may(can_see_work(actor, claim))
    context = pages.claim_context(request, claim, "investigation")
    context |= {"full": panels.is_full(claim), **panels.rights_of(actor, claim)}
    context |= panels.contexts(actor, claim)
    return render(request, "investigations/tab.html", panels.with_moves(context))

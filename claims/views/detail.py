"""The overview of a claim."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from claims import history
from claims import pages as claim_pages
from claims.commands import note_visit
from claims.models import Claim
from claims.policies import can_investigate
from claims.selectors import last_visit, list_files, list_linked
from claims.states import Demand
from claims.views.comments import comments_context
from core.actors import Actor

MOST_NEWS = 5
MOST_PHOTOS = 4


@login_required
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """Problem, items, photos, and what the apps above have to say."""
    claim = claim_pages.claim_of(request, number)
    actor = Actor.of_request(request)
    photos = [each for each in reversed(list_files(claim)) if each.is_image]
    context = claim_pages.claim_context(request, claim, "overview") | {
        "news": _news(actor, claim),
        "demand_labels": [label for value, label in Demand.choices if value in claim.demands],
        "photos": photos[:MOST_PHOTOS],
        "more_photos": len(photos) - MOST_PHOTOS,
        "samples": list(claim.samples.all()),
        "can_request_samples": claim.is_open and can_investigate(actor, claim),
        "linked": list_linked(actor, claim),
        "panels": claim_pages.panels_html(request, claim, "main"),
        "rail_panels": claim_pages.panels_html(request, claim, "rail"),
        **comments_context(actor, claim),
    }
    return render(request, "claims/detail.html", context)


def _news(actor: Actor, claim: Claim) -> dict[str, Any] | None:
    """What others did since the person was here last; being here is noted on the way."""
    visit = last_visit(actor, claim)
    newest = history.newest_event_id(actor, claim)
    seen = visit.last_event_id if visit else 0
    if newest > seen:
        note_visit(actor=actor, claim=claim, last_event_id=newest)
    if visit is None:
        return None
    rows = list(history.events_by_others(actor, claim, after=seen)[: MOST_NEWS + 1])
    if not rows:
        return None
    entries = history.entries_of(rows[:MOST_NEWS])
    return {"since": visit.at, "entries": entries, "more": len(rows) > MOST_NEWS}

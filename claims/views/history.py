"""The history tab."""

from __future__ import annotations

from itertools import groupby

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from claims import history as claim_history
from claims import pages as claim_pages
from claims.policies import can_see_comments, can_see_history
from core import pages
from core.actors import Actor
from core.text import whole_number


@login_required
@require_GET
def history(request: HttpRequest, number: str) -> HttpResponse:
    """Who did what and when, newest first, page by page."""
    claim = claim_pages.claim_of(request, number)
    actor = Actor.of_request(request)
    group, before = request.GET.get("show", ""), request.GET.get("before", "")
    events = claim_history.events_for(actor, claim, group)
    rows, older = claim_history.page_of(events, whole_number(before))
    entries = claim_history.entries_of(rows)
    context = {
        "claim": claim,
        "days": [(day, list(lines)) for day, lines in groupby(entries, key=lambda each: each.day)],
        "switch": _switch(group, comments=can_see_comments(actor, claim)),
        "older": _older(group, older),
        "newest": bool(before),
        "partial": not can_see_history(actor, claim),
    }
    if pages.is_fragment(request):
        return render(request, "claims/history_days.html", context)
    context |= claim_pages.claim_context(request, claim, "history")
    return render(request, "claims/history.html", context)


def _older(group: str, before: int | None) -> str:
    """The address of the next page, "" when there is none."""
    if before is None:
        return ""
    asked: dict[str, str | int] = {"show": group} if group else {}
    return f"?{urlencode(asked | {'before': before})}"


def _switch(current: str, *, comments: bool) -> list[dict[str, object]]:
    """The filters; without the one over comments for who may not read them."""
    groups = [("", _("All"))] + [
        (each.name, str(each.label))
        for each in claim_history.list_groups()
        if comments or each.name != "comments"
    ]
    return [
        {"label": label, "url": f"?show={name}" if name else "?", "current": name == current}
        for name, label in groups
    ]

"""The investigation tab of the claim page."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from claims import pages


@login_required
def tab(request: HttpRequest, number: str) -> HttpResponse:
    """Facts, causes, whys, sources, team and traceability of one claim."""
    claim = pages.claim_of(request, number)
    context = pages.claim_context(request, claim, "investigation")
    return render(request, "investigations/tab.html", context)

"""The overview of a claim."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from claims import pages


@login_required
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """Problem, items, photos, and what the apps above have to say."""
    claim = pages.claim_of(request, number)
    context = pages.claim_context(request, claim, "overview") | {
        "panels": pages.panels_html(request, claim, "main"),
        "rail_panels": pages.panels_html(request, claim, "rail"),
    }
    return render(request, "claims/detail.html", context)

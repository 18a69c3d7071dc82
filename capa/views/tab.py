"""The actions tab of the claim page."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from claims import pages


@login_required
def tab(request: HttpRequest, number: str) -> HttpResponse:
    """The actions of one claim by kind."""
    claim = pages.claim_of(request, number)
    context = pages.claim_context(request, claim, "actions")
    return render(request, "capa/tab.html", context)

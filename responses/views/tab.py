"""The response to the customer."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from claims import pages


@login_required
def response(request: HttpRequest, number: str) -> HttpResponse:
    """Decision, letter, approval."""
    claim = pages.claim_of(request, number)
    return render(request, "responses/tab.html", pages.claim_context(request, claim, "response"))


@login_required
def letter(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """One letter."""
    return response(request, number)

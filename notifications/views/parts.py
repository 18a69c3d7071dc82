"""What the pages of step 2 share."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from claims.models import Claim
from core import pages


def posted(request: HttpRequest) -> Any:
    """What was sent, also when it is empty; None while the form is only looked at."""
    return request.POST if request.method == "POST" else None


def back_to(request: HttpRequest, claim: Claim, panel: str) -> str:
    """A panel of the overview.

    A dialog goes back to the bare address: for another anchor alone the browser would not load the
    page under it anew.
    """
    url = reverse("claims:detail", args=[claim.number])
    return url if pages.is_fragment(request) else f"{url}#{panel}"

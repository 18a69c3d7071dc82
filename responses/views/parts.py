"""What the pages of responses share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from claims import pages as claim_pages
from claims.models import Claim
from core import pages
from core.actors import Actor
from core.ui.conflicts import Conflict
from responses.models import Letter
from responses.policies import can_read_letters, can_see_money, require_may
from responses.selectors import get_letter
from responses.states import LetterKind


def tab_url(claim: Claim, anchor: str = "") -> str:
    """The response tab."""
    url = reverse("responses:tab", args=[claim.number])
    return f"{url}#{anchor}" if anchor else url


def home_of(letter: Letter) -> str:
    """The page on which a letter is written: the response tab, or its own."""
    if letter.kind == LetterKind.FINAL:
        return tab_url(letter.claim)
    return reverse("responses:letter", args=[letter.claim.number, letter.pk])


def back_to(request: HttpRequest, url: str) -> str:
    """`url`; for a dialog without its anchor, as a browser would not load the same page anew."""
    return url.partition("#")[0] if pages.is_fragment(request) else url


def letter_of(request: HttpRequest, number: str, pk: int) -> tuple[Actor, Letter]:
    """A letter that the reader may see; a 404 otherwise."""
    actor = Actor.of_request(request)
    claim = claim_pages.claim_of(request, number)
    letter = get_letter(actor, claim, pk)
    letter.claim = claim
    return actor, letter


def readable_claim(request: HttpRequest, number: str) -> tuple[Actor, Claim]:
    """A claim whose words to the customer the reader may read; 404 or 403 otherwise."""
    actor = Actor.of_request(request)
    claim = claim_pages.claim_of(request, number)
    require_may(can_read_letters(actor, claim) or can_see_money(actor, claim))
    return actor, claim


def conflict_page(
    request: HttpRequest, claim: Claim, tab: str, make: Callable[[], Conflict]
) -> HttpResponse:
    """Somebody saved first: both sides, and everything typed."""
    context: dict[str, Any] = claim_pages.claim_context(request, claim, tab)
    context["conflict"] = make()
    return render(request, "responses/conflict.html", context, status=409)


def somebody(user: Any) -> str:
    """The name of who changed something last."""
    return user.get_short_name() if user is not None else _("somebody")

"""Messages that could not be sent: why, and what to do about each."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from core import pages
from core.actors import Actor
from core.paging import Order, get_page
from notifications import commands, selectors
from notifications.policies import can_see_dead_messages, require

PAGE_SIZE = 50


@login_required
def failed(request: HttpRequest) -> HttpResponse:
    """The dead messages of the person's claims, newest first."""
    actor = Actor.of_request(request)
    require(can_see_dead_messages(actor))
    rows = selectors.dead_messages(actor)
    cursor = request.GET.get("cursor", "")
    page = get_page(rows, Order("updated_at", descending=True), size=PAGE_SIZE, cursor=cursor)
    return render(request, "notifications/failed.html", {"page": page})


@login_required
@require_POST
def try_all_again(request: HttpRequest) -> HttpResponse:
    """Queue all of them anew, after the server is well again."""
    actor = Actor.of_request(request)
    require(can_see_dead_messages(actor))
    count = commands.try_all_again(actor=actor)
    text = ngettext(
        "%(count)d message will be sent again", "%(count)d messages will be sent again", count
    )
    return pages.done(request, reverse("notifications:failed"), text % {"count": count})

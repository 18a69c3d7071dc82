"""A person's own notices: list, one of them, confirming."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from core import pages
from core.actors import Actor
from core.navigation import MOST
from core.paging import Order, get_page
from notifications import commands, selectors
from notifications.policies import can_see_dead_messages

PAGE_SIZE = 30
VIEWS = {
    "": gettext_lazy("All"),
    "confirm": gettext_lazy("To confirm"),
    "new": gettext_lazy("Not seen"),
}


@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    """All, those to confirm, or those not seen yet; newest first."""
    shown = request.GET.get("show", "")
    actor = Actor.of_request(request)
    rows = selectors.inbox(actor)
    counts = {"confirm": selectors.unconfirmed(rows).count(), "new": selectors.unseen(rows).count()}
    if shown == "confirm":
        rows = selectors.unconfirmed(rows)
    elif shown == "new":
        rows = selectors.unseen(rows)
    order = Order("created_at", descending=True)
    page = get_page(rows, order, size=PAGE_SIZE, cursor=request.GET.get("cursor", ""))
    context = {"page": page, "tabs": _tabs(shown, counts), "counts": counts, "shown": shown}
    if can_see_dead_messages(actor):
        context["failed"] = selectors.dead_messages(actor).count()
    return render(request, "notifications/inbox.html", context)


def _tabs(shown: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    url = reverse("notifications:inbox")
    return [
        {
            "label": label,
            "url": f"{url}?show={name}" if name else url,
            "current": name == shown,
            "count": counts.get(name) or None,
        }
        for name, label in VIEWS.items()
    ]


@login_required
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice, and with that it counts as seen."""
    actor = Actor.of_request(request)
    found = selectors.get_notice(actor, pk)
    commands.see_notice(actor=actor, notice=found)
    return render(request, "notifications/notice.html", {"notice": found, "claim": found.claim})


@login_required
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """One click: I have read this."""
    actor = Actor.of_request(request)
    found = selectors.get_notice(actor, pk)
    commands.confirm_notice(actor=actor, notice=found, comment=request.POST.get("comment", ""))
    if not pages.is_fragment(request):
        back = pages.next_url(request, reverse("notifications:inbox"))
        return pages.done(request, back, _("Confirmed"))
    context = {"notice": selectors.get_notice(actor, pk), "unseen": _count(request)}
    return render(request, "notifications/notice_row.html", context)


def _count(request: HttpRequest) -> int:
    return selectors.unseen_in_app(request.user)[: MOST + 1].count()  # type: ignore[arg-type]


@login_required
def count(request: HttpRequest) -> HttpResponse:
    """How many notices the person has not looked at; the frame asks for it now and then."""
    context = {"name": "notices", "count": _count(request), "live": request.path}
    context["words"] = _("not looked at")
    return render(request, "components/nav_count.html", context)


@login_required
@require_POST
def see_all(request: HttpRequest) -> HttpResponse:
    """Mark as seen what asks for no confirmation."""
    commands.see_all(actor=Actor.of_request(request))
    return pages.done(request, reverse("notifications:inbox"))

"""The page everybody starts from."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from claims.commands import assign_owner
from claims.pages import claim_of
from core import clock, pages
from core.actors import Actor
from core.navigation import tell_count
from worklist.items import Kind
from worklist.overview import overview
from worklist.selectors import Work, get_work

LABELS = {
    Kind.CLAIMS: gettext_lazy("Claims"),
    Kind.REPLIES: gettext_lazy("Replies"),
    Kind.NOTICES: gettext_lazy("Notices"),
    Kind.CONTAINMENT: gettext_lazy("Containment"),
    Kind.ACTIONS: gettext_lazy("Actions"),
    Kind.APPROVALS: gettext_lazy("Approvals"),
    Kind.PAYMENTS: gettext_lazy("Payments"),
}


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """What waits for the person; a fragment is the list alone, for the refresh."""
    actor = Actor.of_request(request)
    kind = _kind_of(request)
    work = get_work(actor, kind)
    context: dict[str, Any] = {"work": work, "kind": kind, "tabs": _tabs(work, kind)}
    context["all_url"] = _all_url(kind)
    if pages.is_fragment(request):
        return render(request, "worklist/list.html", context)
    tell_count(request, "work", work.totals.all)
    context |= overview(actor) | {"today": clock.now()}
    return render(request, "worklist/home.html", context)


def _kind_of(request: HttpRequest) -> Kind | None:
    wanted = request.GET.get("kind", "")
    if wanted and wanted not in set(Kind):
        raise Http404
    return Kind(wanted) if wanted else None


def _tabs(work: Work, kind: Kind | None) -> list[dict[str, Any]]:
    """Everything first, then the kinds of which there is something, and the one looked at."""
    url = reverse("worklist:home")
    everything = {"label": _("All"), "url": url, "current": kind is None, "count": work.totals.all}
    return [
        everything,
        *(
            {
                "label": LABELS[each],
                "url": f"{url}?kind={each}",
                "current": each == kind,
                "count": totals.all,
                "late": False,
            }
            for each, totals in work.by_kind.items()
            if totals.all or each == kind
        ),
    ]


def _all_url(kind: Kind | None) -> str:
    """The whole list behind a tab that shows only its beginning; "" where there is none."""
    if kind == Kind.CLAIMS:
        return f"{reverse('claims:list')}?owner=me&state=open"
    if kind == Kind.NOTICES:
        return f"{reverse('notifications:inbox')}?show=confirm"
    if kind == Kind.ACTIONS:
        return f"{reverse('capa:list')}?state=open&owner=me"
    return ""


@login_required
@require_POST
def take(request: HttpRequest, number: str) -> HttpResponse:
    """Take a report that nobody has taken: the person becomes the owner of the claim."""
    actor, claim = Actor.of_request(request), claim_of(request, number)
    assign_owner(actor=actor, claim=claim, owner=request.user)  # type: ignore[arg-type]
    text = _("Claim %(number)s is yours.") % {"number": claim.number}
    return pages.done(request, pages.next_url(request, reverse("worklist:home")), text)

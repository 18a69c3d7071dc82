"""Confirming from an e-mail, for people without a session."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.actors import Actor, Via
from notifications import commands
from notifications.links import notice_behind
from notifications.models import Notice


@never_cache
@require_http_methods(["GET", "POST"])
def confirm_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """What the notice says, and the one button that confirms it as its addressee."""
    notice = notice_behind(token)
    if notice is None or notice.user is None:
        return render(request, "notifications/link_expired.html", status=404)
    with translation.override(notice.user.language):
        if request.method == "POST":
            _confirm(request, notice)
            return redirect(request.path)
        context = {"notice": notice, "claim": notice.claim, "person": notice.user}
        return render(request, "notifications/confirm_by_link.html", context)


def _confirm(request: HttpRequest, notice: Notice) -> None:
    request_id = getattr(request, "request_id", "")
    actor = Actor(user=notice.user, via=Via.MAIL, request_id=request_id)
    commands.confirm_notice(actor=actor, notice=notice, comment=request.POST.get("comment", ""))

"""Questions that are a dialog over the page, or a page of their own without JavaScript.

`claims.views.parts` has the same for the claim as a whole; these answer with the parts of the page
that changed instead of loading it anew.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from claims import pages as claim_pages
from claims.models import Claim
from core import pages
from core.actors import Actor
from core.errors import TransitionRefused
from investigations.policies import require_may, require_open

Redraw = Callable[[HttpRequest], str]


@dataclass
class Dialog:
    """A form, its button, and what the answer does.

    `run` calls the command. After success the plain form goes to `back`; with htmx the dialog
    closes and the parts of the page that `redraw` renders (the first of them at `target`) take
    their new place. Without `redraw` the page is loaded anew.
    """

    title: Any
    submit: Any
    form: forms.Form
    run: Callable[[dict[str, Any]], Any]
    back: str
    redraw: Redraw | None = None
    target: str = ""
    said: Any = ""
    intro: Any = ""
    subject: str = ""
    danger: bool = False


def answer_dialog(request: HttpRequest, dialog: Dialog) -> HttpResponse:
    """Show the question, or do what the answer says and show what changed."""
    status, refusal = 200, ""
    if request.method == "POST":
        status, refusal = _try(dialog)
        if status == 200:
            return changed(request, dialog.back, dialog.redraw, dialog.target, dialog.said)
    context = {"dialog": dialog, "form": dialog.form, "refusal": refusal, "action": request.path}
    context["query"] = request.GET.urlencode()
    fragment = "investigations/dialog_body.html"
    response = pages.form_page(request, "investigations/dialog.html", context, fragment=fragment)
    response.status_code = status
    return response


def changed(
    request: HttpRequest, back: str, redraw: Redraw | None, target: str, said: Any = ""
) -> HttpResponse:
    """After success: the new parts of the page for htmx, the page itself for a plain form."""
    if redraw is None or not pages.is_fragment(request):
        return pages.done(request, back, said)
    response = HttpResponse(redraw(request))
    response.headers["HX-Retarget"] = target
    response.headers["HX-Reswap"] = "outerHTML"
    pages.trigger(response, "dialogClose")
    return pages.toast(response, said) if said else response


def _try(dialog: Dialog) -> tuple[int, str]:
    """As `pages.attempt`; a refused transition is said in the dialog, too."""
    stale = _("Somebody changed this meanwhile. Look at it, then send this again.")
    try:
        return pages.attempt(dialog.form, dialog.run, stale)
    except TransitionRefused as error:
        return 409, str(error.message)


ClaimView = Callable[..., HttpResponse]


def on_claim(
    may: Callable[[Actor, Claim], bool], *methods: str
) -> Callable[[ClaimView], Callable[..., HttpResponse]]:
    """A view of an unfinished claim for those who `may`; it gets request, actor and claim.

    Answers GET and POST, or only `methods`.
    """

    def decorate(view: ClaimView) -> Callable[..., HttpResponse]:
        @login_required
        @require_http_methods(list(methods) or ["GET", "HEAD", "POST"])
        @wraps(view)
        def guarded(request: HttpRequest, number: str, **rest: Any) -> HttpResponse:
            claim = claim_pages.claim_of(request, number)
            actor = Actor.of_request(request)
            require_open(claim)
            require_may(may(actor, claim))
            return view(request, actor, claim, **rest)

        return guarded

    return decorate

"""Reporting a problem in a minute, and what the reporter sees afterwards."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from claims import pages as claim_pages
from claims.commands import report_claim
from claims.forms.report import ReportForm
from claims.models import Claim
from claims.policies import can_attach_file, can_report_claim, require
from claims.selectors import list_files, list_handlers, list_reports_of, stop_note_of
from claims.views.parts import Refused, keep_uploads
from core import pages
from core.actors import Actor
from core.kept_files import files_of


@login_required
def report(request: HttpRequest) -> HttpResponse:
    """The form; sent, it becomes a claim whatever is missing in it."""
    actor = Actor.of_request(request)
    require(can_report_claim(actor))
    form = ReportForm(request.POST or None, files_of(request))
    if request.method == "POST" and form.is_valid():
        claim = _open(actor, form)
        if claim is not None:
            say_refused(request, keep_uploads(actor, claim, form.cleaned_data["photos"]))
            return HttpResponseRedirect(reverse("claims:report_sent", args=[claim.number]))
    context: dict[str, Any] = {"form": form, "reports": list_reports_of(actor)}
    return pages.form_page(request, "claims/report.html", context, invalid=form.is_bound)


def _open(actor: Actor, form: ReportForm) -> Claim | None:
    """The new claim, or None when the report says nothing at all."""
    if form.is_empty():
        form.add_error("description", _("Say what is wrong, or add a photo of it."))
        return None
    return pages.run(
        form,
        report_claim,
        actor=actor,
        fields=form.claim_fields(),
        items=form.items(),
        stop_note=form.cleaned_data["stop_note"],
    )


def say_refused(request: HttpRequest, refused: list[Refused]) -> None:
    """On the next page: which files were not kept, and why."""
    for each in refused:
        text = _("%(name)s was not kept. %(reason)s")
        messages.error(request, text % {"name": each.name, "reason": each.reason})


@login_required
def report_sent(request: HttpRequest, number: str) -> HttpResponse:
    """The number, what happens next, and a way to add photos."""
    claim = claim_pages.claim_of(request, number)
    actor = Actor.of_request(request)
    context = {
        "claim": claim,
        "item": next(iter(claim.items.all()), None),
        "handlers": list_handlers(claim),
        "stop_note": stop_note_of(claim),
        "attachments": list_files(claim),
        "can_attach": can_attach_file(actor, claim),
        "reports": [each for each in list_reports_of(actor) if each.pk != claim.pk],
    }
    return render(request, "claims/report_sent.html", context)

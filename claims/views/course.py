"""What happens along the way: owner, severity, pauses, samples, waivers, deadlines, watching."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from claims import commands, deadlines
from claims import pages as claim_pages
from claims.forms.fields import text_area
from claims.forms.record import SEVERITY_HINTS, severities_for
from claims.models import Claim
from claims.policies import (
    can_coordinate_claim,
    can_investigate,
    can_see_deadlines,
    require,
)
from claims.rules import rules_url
from claims.selectors import get_clock, is_watching, owners_for
from claims.states import PRIORITIES
from claims.views.parts import ShortForm, VersionForm, answer_short_form
from core import pages
from core.actors import Actor
from core.ui.controls import DateInput, QuantityField


class OwnerForm(VersionForm):
    """Who takes care of the claim."""

    owner = forms.ModelChoiceField(User.objects.none(), label=gettext_lazy("Owner"))

    def __init__(self, *args: Any, claim: Claim, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = owners_for(claim)  # type: ignore[attr-defined]


class SeverityForm(VersionForm):
    """How bad it is; a lower one needs its reason."""

    severity = forms.ChoiceField(
        label=gettext_lazy("Severity"), choices=SEVERITY_HINTS, widget=forms.RadioSelect
    )
    severity_reason = forms.CharField(
        label=gettext_lazy("Reason"), required=False, max_length=500, widget=text_area(2)
    )

    def __init__(self, *args: Any, offered: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["severity"].choices = offered  # type: ignore[attr-defined]


class PriorityForm(VersionForm):
    """How urgent it is, and why that is not what severity and urgency give."""

    priority = forms.TypedChoiceField(
        label=gettext_lazy("Priority"),
        choices=[
            ("", gettext_lazy("as severity and urgency give it")),
            *((each, each) for each in PRIORITIES),
        ],
        required=False,
        coerce=int,
        empty_value=None,
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"), required=False, max_length=500, widget=text_area(2)
    )


class ReasonForm(forms.Form):
    """One sentence why."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300, widget=text_area(2))


class SampleForm(forms.Form):
    """Samples asked of the customer."""

    quantity = QuantityField(
        label=gettext_lazy("How many"), min_value=0, max_digits=16, decimal_places=3
    )
    number = forms.CharField(label=gettext_lazy("Sample number"), required=False, max_length=64)


class SampleStateForm(forms.Form):
    """What became of a sample, on the version of it that was shown."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    number = forms.CharField(label=gettext_lazy("Sample number"), required=False, max_length=64)
    received_on = forms.DateField(
        label=gettext_lazy("Received on"), required=False, widget=DateInput()
    )
    stored_where = forms.CharField(
        label=gettext_lazy("Stored where"), required=False, max_length=200
    )
    disposition = forms.CharField(
        label=gettext_lazy("What becomes of it"), required=False, max_length=300
    )


def _coordinated(request: HttpRequest, number: str) -> tuple[Actor, Claim]:
    claim, actor = claim_pages.claim_of(request, number), Actor.of_request(request)
    require(can_coordinate_claim(actor, claim))
    return actor, claim


@login_required
def owner(request: HttpRequest, number: str) -> HttpResponse:
    """Hand the claim to somebody."""
    actor, claim = _coordinated(request, number)
    initial = {"owner": claim.owner, "version": claim.version}
    short = ShortForm(
        title=_("Owner of the claim"),
        submit=_("Name the owner"),
        form=OwnerForm(request.POST or None, claim=claim, initial=initial),
        run=lambda data: commands.assign_owner(actor=actor, claim=claim, **data),
        done=_("Owner named"),
    )
    return answer_short_form(request, claim, short)


@login_required
def severity(request: HttpRequest, number: str) -> HttpResponse:
    """Judge the severity anew."""
    actor, claim = _coordinated(request, number)
    initial = {"severity": claim.severity, "version": claim.version}
    offered = severities_for(actor, claim)

    def run(data: dict[str, Any]) -> None:
        commands.set_severity(
            actor=actor,
            claim=claim,
            severity=data["severity"],
            reason=data["severity_reason"],
            version=data["version"],
        )

    short = ShortForm(
        title=_("Severity"),
        submit=_("Set the severity"),
        form=SeverityForm(request.POST or None, initial=initial, offered=offered),
        run=run,
        done=_("Severity set, deadlines counted anew"),
        intro=_("The deadlines follow. Only a quality manager lowers it, with a reason."),
    )
    return answer_short_form(request, claim, short)


@login_required
def priority(request: HttpRequest, number: str) -> HttpResponse:
    """Set the priority by hand, or take that back."""
    actor, claim = _coordinated(request, number)
    initial = {
        "priority": claim.priority if claim.priority_reason else "",
        "reason": claim.priority_reason,
        "version": claim.version,
    }
    short = ShortForm(
        title=_("Priority"),
        submit=_("Set the priority"),
        form=PriorityForm(request.POST or None, initial=initial),
        run=lambda data: commands.set_priority(actor=actor, claim=claim, **data),
        done=_("Priority set"),
        intro=_("1 is the highest. It follows from severity, safety and a standing line."),
    )
    return answer_short_form(request, claim, short)


@login_required
def pause(request: HttpRequest, number: str) -> HttpResponse:
    """Stop the working clocks while somebody outside is waited for."""
    actor, claim = _coordinated(request, number)
    short = ShortForm(
        title=_("Pause the deadlines"),
        submit=_("Pause"),
        form=ReasonForm(request.POST or None),
        run=lambda data: commands.pause_claim(actor=actor, claim=claim, **data),
        done=_("Paused"),
        intro=_("While the customer or a sample is waited for. Legal deadlines run on."),
    )
    short.form.fields["reason"].label = _("What is waited for")
    return answer_short_form(request, claim, short)


@login_required
def resume(request: HttpRequest, number: str) -> HttpResponse:
    """Let the clocks run again."""
    actor, claim = _coordinated(request, number)
    short = ShortForm(
        title=_("End the pause"),
        submit=_("Go on"),
        form=forms.Form(request.POST or None),
        run=lambda data: commands.resume_claim(actor=actor, claim=claim),
        done=_("The deadlines run again"),
        intro=_("The deadlines move by the working time that the pause lasted."),
    )
    return answer_short_form(request, claim, short)


@login_required
def waive_acknowledgement(request: HttpRequest, number: str) -> HttpResponse:
    """Say why the customer gets no acknowledgement."""
    actor, claim = _coordinated(request, number)
    short = ShortForm(
        title=_("No acknowledgement"),
        submit=_("Keep the reason"),
        form=ReasonForm(request.POST or None, initial={"reason": claim.acknowledgement_waiver}),
        run=lambda data: commands.waive_acknowledgement(actor=actor, claim=claim, **data),
        done=_("Noted"),
        intro=_("Say why the customer gets no acknowledgement of receipt."),
    )
    return answer_short_form(request, claim, short)


@login_required
def sample_request(request: HttpRequest, number: str) -> HttpResponse:
    """Note that the customer was asked for samples."""
    claim, actor = claim_pages.claim_of(request, number), Actor.of_request(request)
    require(can_investigate(actor, claim))
    short = ShortForm(
        title=_("Request samples"),
        submit=_("Note the request"),
        form=SampleForm(request.POST or None),
        run=lambda data: commands.request_sample(actor=actor, claim=claim, **data),
        done=_("Samples requested"),
        back=reverse("claims:detail", args=[number]) + "#samples",
    )
    return answer_short_form(request, claim, short)


@login_required
def sample(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Arrival, storage and what becomes of a sample."""
    claim, actor = claim_pages.claim_of(request, number), Actor.of_request(request)
    require(can_investigate(actor, claim))
    piece = claim.samples.get(pk=pk)
    initial = {name: getattr(piece, name) for name in SampleStateForm.base_fields}
    short = ShortForm(
        title=_("Sample %(sample)s") % {"sample": piece},
        submit=_("Save"),
        form=SampleStateForm(request.POST or None, initial=initial),
        run=lambda data: commands.update_sample(
            actor=actor, claim=claim, sample=piece, version=data.pop("version"), values=data
        ),
        done=_("Saved"),
        back=reverse("claims:detail", args=[number]) + "#samples",
    )
    return answer_short_form(request, claim, short)


@login_required
@require_POST
def watch(request: HttpRequest, number: str) -> HttpResponse:
    """Follow the claim, or stop: the same button again."""
    claim, actor = claim_pages.claim_of(request, number), Actor.of_request(request)
    wanted = not is_watching(actor, claim)
    commands.set_watching(actor=actor, claim=claim, watching=wanted)
    if not pages.is_fragment(request):
        return pages.done(request, reverse("claims:detail", args=[number]))
    return render(request, "claims/watch.html", {"claim": claim, "watching": wanted})


@login_required
@require_GET
def deadline(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Why a deadline is when it is."""
    claim = claim_pages.claim_of(request, number)
    clock = get_clock(claim, pk)
    explained = deadlines.explain(claim, clock)
    url = rules_url(clock) if can_see_deadlines(Actor.of_request(request)) else ""
    context = {"claim": claim, "explained": explained, "clock": clock, "rules_url": url}
    page = "claims/deadline_body.html" if pages.is_fragment(request) else "claims/deadline.html"
    return render(request, page, context)

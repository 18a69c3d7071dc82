"""Registration: a new claim, the whole record of one, and what helps to fill it in."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Role
from claims import pages as claim_pages
from claims.commands import answer_duplicates, report_claim, save_record
from claims.conflict import conflict_of
from claims.deadlines import forecast
from claims.forms.record import Record, RecordForm, severities_for
from claims.models import Claim
from claims.policies import can_coordinate_claim, can_edit_claim, require
from claims.selectors import Likeness, home_site, list_files
from claims.similar import find_similar, likeness_of
from claims.states import SEVERITY_RANK
from core import clock, pages
from core.actors import Actor
from core.errors import InvalidInput, Stale
from core.text import whole_number
from masterdata.models import Site
from masterdata.policies import can_read_masterdata


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """A claim that a coordinator takes down at once with all that is known."""
    actor = Actor.of_request(request)
    require(actor.user.has_role(Role.HANDLER, Role.QUALITY_MANAGER))
    record = Record(request.POST or None, actor)
    if request.method == "POST" and record.is_valid():
        claim = _report(actor, record)
        if claim is not None:
            url = reverse("claims:detail", args=[claim.number])
            return pages.done(request, url, _("Claim %(n)s is open.") % {"n": claim.number})
    context = _context(request, record, None)
    return pages.form_page(request, "claims/edit.html", context, invalid=record.form.is_bound)


def _report(actor: Actor, record: Record) -> Claim | None:
    judged = record.form.judgement()
    fields = record.form.values() | {"site": _site_of(actor, record.form)}
    if judged is not None:
        fields |= {"severity": judged.severity, "owner": judged.owner}
        fields["acknowledgement_waiver"] = judged.acknowledgement_waiver
    items = [row.values() for row in record.filled()]
    try:
        return report_claim(actor=actor, fields=fields, items=items)
    except InvalidInput as error:
        record.add_errors(error)
        return None


def _site_of(actor: Actor, form: RecordForm) -> Site:
    chosen = form.cleaned_data.get("site")
    return chosen or home_site(actor)


@login_required
def edit(request: HttpRequest, number: str) -> HttpResponse:
    """The whole record; saved together, or compared when somebody was faster."""
    claim = claim_pages.claim_of(request, number)
    actor = Actor.of_request(request)
    require(can_edit_claim(actor, claim))
    record = Record(request.POST or None, actor, claim, new_rows="add" in request.GET)
    if request.method == "POST" and record.is_valid():
        try:
            _save(actor, claim, record, request.POST.get("version", ""))
        except Stale:
            return _conflict(request, actor, record, number)
        except InvalidInput as error:
            record.add_errors(error)
        else:
            return pages.done(request, _next(request, claim), _("Saved"))
    context = _context(request, record, claim)
    return pages.form_page(request, "claims/edit.html", context, invalid=record.form.is_bound)


def _save(actor: Actor, claim: Claim, record: Record, version: str) -> None:
    save_record(
        actor=actor,
        claim=claim,
        version=whole_number(version) or 0,
        values=record.form.values(),
        items=record.item_edits(),
        judgement=record.form.judgement(),
    )


def _next(request: HttpRequest, claim: Claim) -> str:
    """Where the pressed button leads: the claim, or the move that it prepares."""
    move = request.POST.get("then", "")
    if move:
        return reverse("claims:move", args=[claim.number, move])
    return reverse("claims:detail", args=[claim.number])


def _conflict(request: HttpRequest, actor: Actor, record: Record, number: str) -> HttpResponse:
    """Somebody saved first: show both sides, keep everything typed."""
    fresh = claim_pages.claim_of(request, number)
    context = claim_pages.claim_context(request, fresh, "overview")
    context["conflict"] = conflict_of(record, Record(None, actor, fresh), fresh)
    return render(request, "claims/conflict.html", context, status=409)


def _context(request: HttpRequest, record: Record, claim: Claim | None) -> dict[str, Any]:
    actor = Actor.of_request(request)
    items = list(claim.items.all()) if claim else []
    customer_id = claim.customer_id if claim else None
    site = claim.site if claim else home_site(actor)
    context: dict[str, Any] = {
        "claim": claim,
        "can_answer": claim is not None and can_coordinate_claim(actor, claim),
        "record": record,
        "form": record.form,
        "items": record.items,
        "similar": find_similar(actor, likeness_of(items), claim, customer_id),
        "lower_severities": _lower(actor, claim) if claim else "",
        "deadlines": forecast(
            site=site,
            customer_id=customer_id,
            severity=claim.severity if claim else "",
            received_at=claim.received_at if claim else clock.now(),
            claim=claim,
        ),
    }
    if claim is not None:
        context |= claim_pages.gate_context(actor, claim)
        context["photos"] = [each for each in reversed(list_files(claim)) if each.is_image]
        context["attach_url"] = reverse("claims:files", args=[claim.number])
    return context


def _lower(actor: Actor, claim: Claim) -> str:
    """The offered severities that would lower the claim's, as the page's script wants them."""
    offered, rank = severities_for(actor, claim), SEVERITY_RANK[claim.severity]
    return " ".join(value for value, _hint in offered if SEVERITY_RANK[value] < rank)


@login_required
@require_GET
def similar(request: HttpRequest, number: str = "") -> HttpResponse:
    """The panel of similar claims for what the form says now, saved or not."""
    actor = Actor.of_request(request)
    claim = claim_pages.claim_of(request, number) if number else None
    customer = request.GET.get("customer", "")
    context = {
        "claim": claim,
        "can_answer": claim is not None and can_coordinate_claim(actor, claim),
        "similar": find_similar(
            actor,
            _likeness_in(request),
            claim,
            whole_number(customer),
        ),
    }
    return render(request, "claims/similar.html", context)


def _likeness_in(request: HttpRequest) -> list[Likeness]:
    """What the rows of the form have in common with others, by the names of the formset."""
    total = request.GET.get("items-TOTAL_FORMS", "")
    found = []
    for row in range(min(whole_number(total) or 0, 50)):
        product, defect = (request.GET.get(f"items-{row}-{n}", "") for n in ("product", "defect"))
        found.append(
            Likeness(
                whole_number(product),
                whole_number(defect),
                request.GET.get(f"items-{row}-lot_code", "").strip(),
            )
        )
    return found


@login_required
@require_POST
def duplicates(request: HttpRequest, number: str) -> HttpResponse:
    """The answer to "is it one of these?"."""
    claim = claim_pages.claim_of(request, number)
    actor = Actor.of_request(request)
    other = request.POST.get("other", "")
    answer_duplicates(
        actor=actor,
        claim=claim,
        answer=request.POST.get("answer", ""),
        other=claim_pages.claim_of(request, other) if other else None,
    )
    if not pages.is_fragment(request):
        return pages.done(request, reverse("claims:edit", args=[number]) + "#similar", _("Noted"))
    fresh = claim_pages.claim_of(request, number)
    found = find_similar(actor, likeness_of(fresh.items.all()), fresh, fresh.customer_id)
    context = {"claim": fresh, "similar": found, "can_answer": True}
    return render(request, "claims/similar.html", context)


@login_required
@require_GET
def deadlines(request: HttpRequest, number: str = "") -> HttpResponse:
    """The strip of deadlines for severity, customer and receipt as the form says now."""
    actor = Actor.of_request(request)
    claim = claim_pages.claim_of(request, number) if number else None
    form = RecordForm(request.GET, actor=actor, claim=claim)
    form.is_valid()
    said = form.cleaned_data
    site = said.get("site") or (claim.site if claim else home_site(actor))
    customer = said.get("customer")
    found = forecast(
        site=site,
        customer_id=customer.pk if customer else None,
        severity=said.get("severity", claim.severity if claim else ""),
        received_at=said.get("received_at") or clock.now(),
        claim=claim,
    )
    return render(request, "claims/deadline_strip.html", {"deadlines": found})


@login_required
@require_GET
def contact_field(request: HttpRequest) -> HttpResponse:
    """The contacts to choose from after another customer was chosen."""
    actor = Actor.of_request(request)
    require(can_read_masterdata(actor))
    form = RecordForm(request.GET, actor=actor)
    return render(request, "claims/contact_field.html", {"bound": form["contact"]})

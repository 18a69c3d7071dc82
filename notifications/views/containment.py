"""Containment on a claim: order, execute, lift, or say why nothing is needed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.selectors import acting_for
from claims import pages as claim_pages
from claims.commands import attach_file, waive_containment
from claims.models import Attachment, Claim
from claims.views.parts import ShortForm, answer_short_form
from core import pages
from core.actors import Actor
from core.errors import InvalidInput
from core.kept_files import files_of
from notifications import commands
from notifications.forms import ExecutionForm, OrderForm, ReasonForm
from notifications.models import ContainmentOrder
from notifications.policies import (
    can_execute_order,
    can_lift_order,
    can_order_containment,
    require,
)
from notifications.selectors import get_order, open_requests_of
from notifications.views.parts import back_to, posted


@login_required
def order(request: HttpRequest, number: str) -> HttpResponse:
    """Give a containment order."""
    claim, actor = claim_pages.claim_of(request, number), Actor.of_request(request)
    require(can_order_containment(actor, claim))
    requests = open_requests_of(claim)
    form = OrderForm(posted(request), claim=claim, initial=_suggestion(claim, requests))
    if request.method == "POST" and form.is_valid():
        made = pages.run(
            form, commands.order_containment, actor=actor, claim=claim, order=form.order()
        )
        if made is not None:
            text = _("Ordered: %(order)s") % {"order": made}
            return pages.done(request, back_to(request, claim, "containment"), text)
    context = {"claim": claim, "form": form, "requests": requests}
    context["back"] = back_to(request, claim, "containment")
    fragment = "notifications/order_body.html"
    return pages.form_page(
        request, "notifications/order.html", context, fragment=fragment, invalid=form.is_bound
    )


def _suggestion(claim: Claim, requests: list[Any]) -> dict[str, Any]:
    """What is known already: the claim's lot and line, and what the reporter wants stopped."""
    item = next(iter(claim.items.all()), None)
    known: dict[str, Any] = {"instruction": "\n".join(each.text for each in requests)}
    if item is not None:
        known |= {"lot": item.lot.code if item.lot else None, "line": item.line_id}
        known["scope"] = "" if item.lot else item.lot_code
    return known


@login_required
def waive(request: HttpRequest, number: str) -> HttpResponse:
    """Say why nothing has to be stopped or blocked."""
    claim, actor = claim_pages.claim_of(request, number), Actor.of_request(request)
    require(can_order_containment(actor, claim))
    short = ShortForm(
        title=_("No containment needed"),
        submit=_("Keep the reason"),
        form=ReasonForm(posted(request), initial={"reason": claim.containment_waiver}),
        run=lambda data: waive_containment(actor=actor, claim=claim, **data),
        done=_("Noted: no containment needed"),
        back=back_to(request, claim, "containment"),
    )
    return answer_short_form(request, claim, short)


def _ordered(request: HttpRequest, number: str, pk: int) -> tuple[Actor, Claim, ContainmentOrder]:
    """An order of this claim, both seen by the reader; a 404 otherwise."""
    actor = Actor.of_request(request)
    claim, found = claim_pages.claim_of(request, number), get_order(actor, pk)
    if found.claim_id != claim.pk:
        raise ContainmentOrder.DoesNotExist
    return actor, claim, found


@login_required
def execute(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Note that an order was carried out, with counts and evidence."""
    actor, claim, found = _ordered(request, number, pk)
    require(can_execute_order(actor, found))
    form = ExecutionForm(posted(request), files_of(request))
    back = back_to(request, claim, "containment")
    if request.method == "POST" and form.is_valid():
        evidence = _keep(request, actor, claim, form.cleaned_data["evidence"])
        ready = {"actor": actor, "order": found, "result": form.result(), "evidence": evidence}
        if pages.run(form, commands.execute_order, **ready) is not None:
            return pages.done(request, back, _("Noted as executed"))
    context = {"claim": claim, "form": form, "order": found, "back": back}
    context["in_place_of"] = acting_for(actor, found.executor).in_place_of
    fragment = "notifications/execute_body.html"
    return pages.form_page(
        request, "notifications/execute.html", context, fragment=fragment, invalid=form.is_bound
    )


def _keep(request: HttpRequest, actor: Actor, claim: Claim, files: list[Any]) -> list[Attachment]:
    """The files that are let in; of the others the next page says why."""
    kept = []
    for upload in files:
        try:
            kept.append(attach_file(actor=actor, claim=claim, upload=upload))
        except InvalidInput as error:
            text = _("%(name)s was not kept. %(reason)s")
            messages.error(request, text % {"name": upload.name, "reason": error})
    return kept


@login_required
def lift(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """End an order."""
    actor, claim, found = _ordered(request, number, pk)
    require(can_lift_order(actor, found), _("Only a quality manager lifts an order."))
    short = ShortForm(
        title=_("Lift: %(order)s") % {"order": found},
        submit=_("Lift the order"),
        form=ReasonForm(posted(request)),
        run=lambda data: commands.lift_order(actor=actor, order=found, **data),
        done=_("Lifted"),
        intro=_("Name the check or the decision that makes it safe."),
        back=back_to(request, claim, "containment"),
    )
    return answer_short_form(request, claim, short)

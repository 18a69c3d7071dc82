"""The rules of deadlines: a table for all to read who live by it, for quality managers to edit."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from claims import rules
from claims.commands import remove_deadline, save_deadline
from claims.forms.rules import CustomerForm, RemoveForm, RuleForm
from claims.models import DurationUnit
from claims.policies import can_edit_deadlines, can_see_deadlines, require
from claims.rules import Cell
from claims.states import ClockKind, Severity
from core import pages
from core.actors import Actor
from masterdata.models import Customer
from masterdata.selectors import list_customers


def _customer(request: HttpRequest) -> Customer | None:
    code = request.GET.get("customer", "")
    return list_customers().get(code=code) if code else None


@login_required
@require_GET
def table(request: HttpRequest) -> HttpResponse:
    """Every clock for every severity, in general or for one customer, and what was changed."""
    actor = Actor.of_request(request)
    require(can_see_deadlines(actor))
    if "find" in request.GET:
        form = CustomerForm(request.GET)
        if form.is_valid():
            return pages.done(request, rules.table_url(form.cleaned_data["customer"]))
        customer = None
    else:
        customer = _customer(request)
        form = CustomerForm(initial={"customer": customer})
    context = {
        "rows": rules.list_rules(customer),
        "severities": Severity,
        "customer": customer,
        "form": form,
        "tables": _tables(customer),
        "entries": rules.list_rule_events(),
        "may_edit": can_edit_deadlines(actor),
    }
    return render(request, "claims/rules.html", context)


def _tables(customer: Customer | None) -> list[dict[str, Any]]:
    """The general table, those with rules of their own, and the one that is shown."""
    shown = rules.customers_with_rules()
    if customer is not None and customer not in shown:
        shown.append(customer)
    return [
        {
            "label": each.name if each else _("General rules"),
            "url": rules.table_url(each),
            "current": each == customer,
        }
        for each in (None, *shown)
    ]


@login_required
def rule(request: HttpRequest, clock: str, severity: str) -> HttpResponse:
    """Change one duration."""
    actor, cell, customer = _edited(request, clock, severity)
    known = cell.rule
    initial: dict[str, Any] = {"unit": _usual_unit(cell)}
    if known is not None:
        initial = {"amount": known.amount, "unit": known.unit}
    own = known if cell.is_own or customer is None else None
    initial["version"] = own.version if own else None
    form = RuleForm(request.POST or None, initial=initial)

    def save(data: dict[str, Any]) -> None:
        values = {name: data[name] for name in ("amount", "unit")}
        if own is None:
            values |= {"clock": clock, "severity": severity, "customer": customer}
        save_deadline(
            actor=actor, policy=own, values=values, reason=data["reason"], version=data["version"]
        )

    context = {"removable": own is not None, "submit": _("Save the rule")}
    return _answer(request, cell, customer, form, save, context)


def _usual_unit(cell: Cell) -> str:
    """What the same clock counts for another severity."""
    others = (rules.get_cell(cell.clock, each, None).rule for each in Severity)
    return next((each.unit for each in others if each), DurationUnit.WORKING_HOURS.value)


@login_required
def remove(request: HttpRequest, clock: str, severity: str) -> HttpResponse:
    """Take a rule out, so that the general one or none holds."""
    actor, cell, customer = _edited(request, clock, severity)
    own = cell.rule if cell.is_own or customer is None else None
    if own is None:
        raise Http404
    form = RemoveForm(request.POST or None, initial={"version": own.version})
    context = {"removing": True, "submit": _("Take the rule out")}

    def save(data: dict[str, Any]) -> None:
        remove_deadline(actor=actor, policy=own, reason=data["reason"], version=data["version"])

    return _answer(request, cell, customer, form, save, context)


def _edited(request: HttpRequest, clock: str, severity: str) -> tuple[Actor, Cell, Customer | None]:
    actor = Actor.of_request(request)
    require(can_edit_deadlines(actor))
    if clock not in ClockKind.values or severity not in Severity.values:
        raise Http404
    customer = _customer(request)
    return actor, rules.get_cell(ClockKind(clock), Severity(severity), customer), customer


def _answer(
    request: HttpRequest,
    cell: Cell,
    customer: Customer | None,
    form: forms.Form,
    save: Any,
    context: dict[str, Any],
) -> HttpResponse:
    status, refusal, back = 200, "", rules.table_url(customer)
    if request.method == "POST":
        status, refusal = pages.attempt(form, save)
        if status == 200:
            return pages.done(request, back, _("Rule saved, running deadlines follow"))
    context |= {
        "cell": cell,
        "customer": customer,
        "form": form,
        "refusal": refusal,
        "action": request.get_full_path(),
        "back": back,
        "running": rules.count_running(cell.clock, cell.severity, customer),
    }
    fragment = "claims/rule_body.html"
    response = pages.form_page(request, "claims/rule.html", context, fragment=fragment)
    response.status_code = status
    return response

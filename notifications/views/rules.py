"""The pages of the notification list: matrix, fallback lists, history, preview."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from claims import history as claim_history
from core import pages
from core.actors import Actor
from core.errors import Stale
from masterdata.selectors import list_sites
from notifications import commands, matrix, rule_history
from notifications.lines import Cell, Line, Scope, stamp_of, strictest, targets_of
from notifications.policies import can_edit_rules, can_see_rules, require
from notifications.rule_forms import AddForm, CellForm, FallbackForm, ScopeForm
from notifications.selectors import fallback_of, list_fallbacks
from notifications.views.parts import posted


def _reader(request: HttpRequest) -> Actor:
    actor = Actor.of_request(request)
    require(can_see_rules(actor))
    return actor


def _editor(request: HttpRequest) -> Actor:
    actor = Actor.of_request(request)
    require(can_edit_rules(actor), _("Only quality managers change the notification list."))
    return actor


@login_required
@require_http_methods(["GET", "POST"])
def rules(request: HttpRequest) -> HttpResponse:
    """The matrix of one scope with the editor of one cell; a POST saves the cell."""
    scope = Scope.of_query(request.GET)
    cell = Cell.read(request.GET.get("cell", ""), scope)
    if request.method == "GET":
        _reader(request)
        return _matrix_page(request, scope, cell)
    actor = _editor(request)
    if cell is None:
        return HttpResponseRedirect(matrix.page_url(scope))
    form = CellForm(request.POST, target=cell.target)
    if not form.is_valid():
        return _matrix_page(request, scope, cell, form, status=422)
    arguments = {"cell": cell, "treatment": form.treatment(), "seen": form.cleaned_data["seen"]}
    try:
        pages.run(form, commands.set_cell, actor=actor, **arguments)
    except Stale as error:
        form = _restarted(request, cell)
        form.add_error(None, str(error))
        return _matrix_page(request, scope, cell, form, status=409)
    if form.errors:
        return _matrix_page(request, scope, cell, form, status=422)
    if pages.is_fragment(request):
        return pages.toast(_matrix_page(request, scope, cell), _("Saved"))
    return pages.done(request, matrix.page_url(scope, cell=str(cell)), _("Saved"))


def _restarted(request: HttpRequest, cell: Cell) -> CellForm:
    """What was chosen, on what the cell is now: sent again, it counts."""
    data = request.POST.copy()
    data["seen"] = stamp_of(cell.holders(cell.line.rules()))
    return CellForm(data, target=cell.target)


def _matrix_page(
    request: HttpRequest,
    scope: Scope,
    cell: Cell | None,
    form: CellForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = matrix_context(Actor.of_request(request), scope, cell, form)
    context["add_form"] = AddForm(auto_id="add_%s", initial={"what": "info"})
    response = pages.form_page(
        request, "notifications/rules.html", context, fragment="notifications/rules_part.html"
    )
    response.status_code = status
    return response


def matrix_context(
    actor: Actor, scope: Scope, cell: Cell | None, form: CellForm | None = None
) -> dict[str, Any]:
    """What the matrix and its editor are drawn from."""
    everything = list(matrix.active_rules())
    here = [rule for rule in everything if Scope.of_rule(rule) == scope]
    columns = matrix.columns_of(here, scope, cell)
    column = next((each for each in columns if cell and each.target == cell.target), None)
    editable = can_edit_rules(actor)
    if cell is not None and column is not None:
        holders = cell.holders(cell.line.rules())
        now = strictest(holders)
        initial = {**CellForm.initial_of(now), "seen": stamp_of(holders)}
        form = form or CellForm(initial=initial, target=cell.target)
        shared = [each for each in holders if each.is_active and _names_others(each)]
    return {
        "scope": scope,
        "scope_label": matrix.scope_label(scope),
        "parts": matrix.parts_of(everything, scope),
        "columns": columns,
        "groups": matrix.groups_of(here, columns, scope, cell),
        "cell": cell if column else None,
        "column": column,
        "row_words": matrix.line_words(cell.line) if cell else "",
        "action": matrix.page_url(scope, cell=str(cell)) if cell else "",
        "add_url": matrix.address("notifications:rules_add", scope),
        "close_url": matrix.page_url(scope),
        "form": form if column and editable else None,
        "shared": bool(column and shared),
        "scope_form": ScopeForm(initial=scope.as_query(), auto_id="scope_%s"),
        "editable": editable,
    }


def _names_others(rule: Any) -> bool:
    return len(targets_of(rule)) > 1


@login_required
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Tell a person or an outside address: a column of their own."""
    actor, scope = _editor(request), Scope.of_query(request.GET)
    form = AddForm(posted(request), auto_id="add_%s", initial={"what": "info"})
    if form.is_valid():
        data = form.cleaned_data
        line = Line(data["occasion"], data["severity"], scope)
        cell = Cell(line, form.target())
        arguments = {"cell": cell, "treatment": form.treatment()}
        if pages.run(form, commands.set_cell, actor=actor, **arguments) is not None:
            return pages.done(request, matrix.page_url(scope, cell=str(cell)), _("Saved"))
    context = matrix_context(actor, scope, None) | {"add_form": form}
    return pages.form_page(request, "notifications/rules.html", context, invalid=form.is_bound)


@login_required
@require_GET
def exception(request: HttpRequest) -> HttpResponse:
    """Go to the rules for some claims only, whether there are any yet or not."""
    _reader(request)
    form = ScopeForm(request.GET)
    scope = form.scope() if form.is_valid() else Scope()
    return HttpResponseRedirect(matrix.page_url(scope))


@login_required
@require_GET
def fallbacks(request: HttpRequest) -> HttpResponse:
    """Who is told at which site when no rule names a person."""
    actor = _reader(request)
    context = {"rows": list_fallbacks(), "editable": can_edit_rules(actor)}
    return render(request, "notifications/fallbacks.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def fallback(request: HttpRequest, code: str) -> HttpResponse:
    """Change the fallback list of a site."""
    actor = _editor(request)
    site = list_sites().get(code=code)
    found = fallback_of(site)
    initial = {
        "people": found.people.all() if found else [],
        "version": found.version if found else 0,
    }
    form = FallbackForm(posted(request), initial=initial)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            done = pages.run(
                form, commands.save_fallback, actor=actor, site=site, **form.cleaned_data
            )
            if done is not None:
                return pages.done(request, reverse("notifications:fallbacks"), _("Saved"))
        except Stale as error:
            data = request.POST.copy()
            data["version"] = str(error.current.version)
            form = FallbackForm(data)
            form.add_error(None, str(error))
            status = 409
    response = pages.form_page(request, "notifications/fallback.html", {"form": form, "site": site})
    response.status_code = status
    return response


@login_required
@require_GET
def history(request: HttpRequest) -> HttpResponse:
    """Who changed what in the list and when, newest first."""
    _reader(request)
    before = request.GET.get("before", "")
    events = rule_history.events_of_the_list()
    rows, older = claim_history.page_of(events, int(before) if before.isdigit() else None)
    entries = rule_history.entries_of(rows)
    context = {
        "today": timezone.localdate(),
        "days": [(day, list(lines)) for day, lines in groupby(entries, key=lambda each: each.day)],
        "older": f"?before={older}" if older else "",
        "newest": bool(before),
    }
    if pages.is_fragment(request):
        return render(request, "claims/history_days.html", context)
    return render(request, "notifications/rules_history.html", context)

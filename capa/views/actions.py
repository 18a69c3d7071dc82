"""Actions across claims: the list, and its export."""

from __future__ import annotations

import tempfile
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from capa import listing, selectors
from capa.filters import ActionFilter
from capa.forms import ListFilterForm
from capa.policies import may_decide, require_may
from claims.policies import can_export_claims
from core import clock, pages
from core.actors import Actor
from core.paging import get_page
from core.tabular import write_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NOT_FILTERS = ("cursor", "sort")


@login_required
@require_GET
def action_list(request: HttpRequest) -> HttpResponse:
    """One page of actions; htmx gets the table and the filters."""
    actor = Actor.of_request(request)
    query = _with_default(request.GET)
    sort = request.GET.get("sort", "")
    order = listing.ORDERS.get(sort, listing.ORDERS["due"])
    chosen = ActionFilter(query, queryset=selectors.list_actions(actor), request=request)
    page = get_page(chosen.qs, order, size=listing.PAGE_SIZE, cursor=request.GET.get("cursor", ""))
    context = {
        "page": page,
        "next": _address(request, cursor=page.next) if page.next else "",
        "previous": _address(request, cursor=page.previous) if page.previous else "",
        "form": ListFilterForm(query),
        "q": query.get("q", ""),
        "sort": sort,
        "is_filtered": bool(_filters(request.GET)),
        "can_export": can_export_claims(actor),
        "export_query": _address(request),
        "asked_open": query.get("state") == "asked",
        "decidable": _decidable(actor, page.rows) if query.get("state") == "asked" else set(),
        **_around(request, actor, query),
    }
    fragment = pages.is_fragment(request)
    return render(request, "capa/list_part.html" if fragment else "capa/list.html", context)


def _filters(query: QueryDict) -> dict[str, list[str]]:
    return {name: v for name, v in query.lists() if name not in NOT_FILTERS and any(v)}


def _with_default(query: QueryDict) -> QueryDict:
    """Who asks for nothing sees what is open."""
    if _filters(query):
        return query
    opened = query.copy()
    opened["state"] = "open"
    return opened


def _address(request: HttpRequest, **changes: str) -> str:
    query = request.GET.copy()
    query.pop("cursor", None)
    for name, value in changes.items():
        query[name] = value
    return f"?{query.urlencode()}"


def _around(request: HttpRequest, actor: Actor, query: QueryDict) -> dict[str, Any]:
    """Views and departments, which a fragment leaves as they are."""
    if pages.is_fragment(request):
        return {}
    counts = selectors.count_views(actor)
    return {
        "counts": counts,
        "views": listing.views_of(query, counts),
        "departments": selectors.count_departments(actor),
        "department": query.get("department", ""),
    }


def _decidable(actor: Actor, rows: list[Any]) -> set[int]:
    """The actions whose extension the reader may decide on."""
    return {
        action.pk
        for action in rows
        for extension in action.asked
        if may_decide(actor, action.claim, extension, action)
    }


@login_required
@require_GET
def export(request: HttpRequest) -> FileResponse:
    """The filtered actions as a workbook."""
    actor = Actor.of_request(request)
    require_may(can_export_claims(actor))
    rows = selectors.list_actions(actor)
    chosen = ActionFilter(_with_default(request.GET), queryset=rows, request=request)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    found = chosen.qs.iterator(chunk_size=2000)
    write_xlsx(file, [str(label) for label, _read in listing.COLUMNS], map(_cells, found))
    file.seek(0)
    name = f"{_('actions')}-{clock.today():%Y-%m-%d}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


def _cells(action: Any) -> list[Any]:
    return [read(action) for _label, read in listing.COLUMNS]

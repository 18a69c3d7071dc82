"""The claims list, the board, exports, saved views and the choice of columns."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    JsonResponse,
    QueryDict,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Role, User
from accounts.selectors import list_with_role
from claims import commands, listing
from claims.filters import ClaimFilter
from claims.forms_listing import ListFilterForm
from claims.lacks import with_missing
from claims.lookups import find_codes
from claims.models import Claim
from claims.policies import can_export_claims, require, visible_claims
from claims.selectors import claims_at, get_columns, get_own_view, late_claims, list_numbered
from claims.states import WORKING_STEPS
from core import clock, pages
from core.actors import Actor
from core.context import SIDE_COOKIE
from core.errors import DomainError, InvalidInput
from core.exports import excel_style
from core.paging import get_page
from core.tabular import stream_csv, write_xlsx
from core.text import whole_number
from masterdata.models import Customer, Product

BOARD_CARDS = 30
NOT_FILTERS = ("cursor", "sort", "format", "csrfmiddlewaretoken")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _filtered(request: HttpRequest, actor: Actor) -> ClaimFilter:
    return ClaimFilter(request.GET, queryset=visible_claims(actor), request=request)


def _query(request: HttpRequest, **changes: Any) -> str:
    """The query string of this page with some parameters changed (None: taken out)."""
    query: QueryDict = request.GET.copy()
    for name, value in {"cursor": None, **changes}.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return f"?{query.urlencode()}"


@login_required
@require_GET
def claim_list(request: HttpRequest) -> HttpResponse:
    """One page of claims; htmx gets the table and the labels of the filters."""
    actor = Actor.of_request(request)
    chosen = _filtered(request, actor)
    sort = request.GET.get("sort", "")
    if sort not in listing.ORDERS:
        sort = "due"
    page = get_page(
        listing.with_row_data(chosen.qs),
        listing.ORDERS[sort],
        size=listing.PAGE_SIZE,
        cursor=request.GET.get("cursor", ""),
    )
    columns = _columns(request, actor)
    context = {
        "page": page,
        "claims": list(with_missing(page.rows)),
        "next": _query(request, cursor=page.next) if page.next else "",
        "previous": _query(request, cursor=page.previous) if page.previous else "",
        "columns": columns,
        "sort": sort,
        **_around(request, actor, "list", [each.name for each in columns]),
    }
    fragment = pages.is_fragment(request)
    return render(request, "claims/list_part.html" if fragment else "claims/list.html", context)


def _columns(request: HttpRequest, actor: Actor) -> list[listing.Column]:
    names = get_columns(actor) or listing.default_columns(request.GET.get("owner", ""))
    return listing.chosen_columns(names)


@login_required
@require_GET
def claim_board(request: HttpRequest) -> HttpResponse:
    """Open claims by step, the most urgent cards of each; nothing is dragged."""
    actor = Actor.of_request(request)
    chosen = _filtered(request, actor)
    columns = []
    found = {step: claims_at(chosen.qs, step) for step in WORKING_STEPS}
    shown = {step: list(listing.cards_of(rows)[:BOARD_CARDS]) for step, rows in found.items()}
    list(with_missing(chain.from_iterable(shown.values())))
    for step, cards in shown.items():
        claims = found[step]
        full = len(cards) == BOARD_CARDS
        columns.append(
            {
                "step": step,
                "cards": cards,
                "count": listing.count_up_to(claims) if full else len(cards),
                "late": listing.count_up_to(late_claims(claims))
                if full
                else sum(card.is_late for card in cards),
                "more": reverse("claims:list") + _query(request, step=step.value) if full else "",
            }
        )
    mine = request.GET.get("owner") == "me"
    # Eight columns need the room of the menu, unless the person wants it wide.
    collapsed = request.COOKIES.get(SIDE_COOKIE) != "wide"
    context = {"columns": columns, "mine": mine, "side_collapsed": collapsed}
    context |= _around(request, actor, "board")
    fragment = pages.is_fragment(request)
    return render(request, "claims/board_part.html" if fragment else "claims/board.html", context)


def _around(
    request: HttpRequest, actor: Actor, layout: str, chosen: Sequence[str] = ()
) -> dict[str, Any]:
    """What stands around the rows: views, filters, layouts, the ways out of an empty result."""
    return {
        "layout": layout,
        "form": ListFilterForm(request.GET),
        "q": request.GET.get("q", ""),
        "is_filtered": bool(_normal(request.GET)),
        "query": _query(request, sort=request.GET.get("sort")),
        "can_export": can_export_claims(actor),
        "clear_url": request.path,
        **({} if pages.is_fragment(request) else _shell(request, actor, chosen)),
    }


def _shell(request: HttpRequest, actor: Actor, chosen: Sequence[str]) -> dict[str, Any]:
    """The parts that a fragment leaves as they are; `chosen` are the columns shown."""
    saved = listing.saved_views(actor)
    rows = (each.saved for each in saved)
    own = [row for row in rows if row is not None and row.owner_id == actor.user.pk]
    return {
        "views": _view_tabs(request, actor, saved),
        "all_columns": [(each, each.name in chosen) for each in listing.COLUMNS.values()],
        "people": _possible_owners() if can_export_claims(actor) else [],
        "own_views": own,
    }


def _possible_owners() -> QuerySet[User]:
    return list_with_role(Role.HANDLER, Role.QUALITY_MANAGER)


def _view_tabs(
    request: HttpRequest, actor: Actor, saved: Sequence[listing.View]
) -> list[dict[str, Any]]:
    views = [*listing.system_views(), *saved]
    counted = [view for view in views if view.is_counted]
    visible = visible_claims(actor)
    lists = [ClaimFilter(QueryDict(v.query), queryset=visible, request=request).qs for v in counted]
    counts = dict(zip(map(id, counted), listing.count_each(actor, lists), strict=True))
    here = _normal(request.GET)
    return [_view_tab(request, view, counts.get(id(view)), here) for view in views]


def _view_tab(request: HttpRequest, view: listing.View, count: int | None, here: Any) -> Any:
    """A view as the head shows it; a count beyond the limit is not exact."""
    shown = f"{listing.COUNT_LIMIT}+" if count and count > listing.COUNT_LIMIT else count
    return {
        "label": view.label,
        "url": f"{request.path}?{view.query}",
        "current": _normal(QueryDict(view.query)) == here,
        "count": "" if shown is None else shown,
        "late": view.is_late and bool(count),
    }


def _normal(query: QueryDict) -> list[tuple[str, list[str]]]:
    """The filters of a query without sorting and place, in one order, to compare views."""
    return sorted(
        (name, sorted(values))
        for name, values in query.lists()
        if name not in NOT_FILTERS and any(values)
    )


@login_required
@require_GET
def filter_options(request: HttpRequest, model: type[Customer | Product]) -> JsonResponse:
    """What the search inside a filter finds, by code or name; the code goes into the address."""
    found = find_codes(model, request.GET.get("q", ""))
    return JsonResponse({"results": [each.as_json() for each in found]})


@login_required
@require_GET
def export(request: HttpRequest) -> HttpResponseBase:
    """The filtered claims with the chosen columns as CSV or XLSX, streamed."""
    actor = Actor.of_request(request)
    require(can_export_claims(actor))
    chosen = _filtered(request, actor)
    columns = listing.chosen_columns(get_columns(actor) or listing.DEFAULT_COLUMNS)
    rows = listing.newest_first(chosen.qs)
    found: Iterable[Claim] = rows.iterator(chunk_size=2000)
    if any(column.name == "missing" for column in columns):
        found = with_missing(found)
    values = ([column.value(claim) for column in columns] for claim in found)
    heads = [str(column.label) for column in columns]
    name = f"{_('claims')}-{clock.today():%Y-%m-%d}"
    if request.GET.get("format") == "csv":
        stream = stream_csv(heads, values, excel_style())
        disposition = content_disposition_header(True, f"{name}.csv")
        return StreamingHttpResponse(
            stream,
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": disposition},
        )
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    write_xlsx(file, heads, values)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)


@login_required
@require_POST
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep the filters of the page under a name."""
    query = QueryDict(request.POST.get("query", "").lstrip("?"))
    kept = urlencode(
        [(name, v) for name, vs in query.lists() for v in vs if v and name != "cursor"]
    )
    view = commands.save_view(
        actor=Actor.of_request(request),
        name=request.POST.get("name", ""),
        query=kept,
        is_shared=bool(request.POST.get("is_shared")),
    )
    return pages.done(request, f"{reverse('claims:list')}?{view.query}", _("View saved"))


@login_required
@require_POST
def delete_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a view of one's own."""
    actor = Actor.of_request(request)
    view = get_own_view(actor, pk)
    commands.delete_view(actor=actor, view=view)
    return pages.done(request, reverse("claims:list"), _("View deleted"))


@login_required
@require_POST
def choose_columns(request: HttpRequest) -> HttpResponse:
    """Keep which columns the person wants to see."""
    names = [name for name in request.POST.getlist("columns") if name in listing.COLUMNS]
    commands.choose_columns(actor=Actor.of_request(request), columns=names)
    return pages.done(request, pages.next_url(request, reverse("claims:list")))


@login_required
@require_POST
def hand_over(request: HttpRequest) -> HttpResponse:
    """Name one owner for the picked claims; those that refuse are named, the others are done."""
    actor = Actor.of_request(request)
    chosen = whole_number(request.POST.get("owner", "")) or 0
    owner = next((each for each in _possible_owners() if each.pk == chosen), None)
    if owner is None:
        raise InvalidInput({"owner": _("Choose the person.")})
    done = 0
    refused: list[str] = []
    for claim in list_numbered(actor, request.POST.getlist("claims")[:100]):
        if _hand_over(actor, claim, owner, refused):
            done += 1
    text = ngettext("%(n)d claim handed over", "%(n)d claims handed over", done) % {"n": done}
    return pages.done(
        request, pages.next_url(request, reverse("claims:list")), ". ".join([text, *refused])
    )


def _hand_over(actor: Actor, claim: Claim, owner: Any, refused: list[str]) -> bool:
    try:
        commands.assign_owner(actor=actor, claim=claim, owner=owner)
    except DomainError as error:
        refused.append(f"{claim.number}: {error}")
        return False
    return True

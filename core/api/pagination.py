"""Lists by cursor: `next`, `previous` and `results`, as cheap on the last page as on the first."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from core import paging
from core.api.errors import ParameterInvalid
from core.filters import FLAGS

PAGE_SIZE = 25
MAX_PAGE_SIZE = 200


class CursorPagination(BasePagination):
    """Keyset pages in the order that `ordering` names.

    The view lists what may be ordered by in `ordering_fields` (name in the API → field), its first
    being the default; a minus in front turns the order round. Cursors are signed: a damaged one, or
    one made for another order, is refused.
    """

    view: Any
    request: Request

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request, self.view = request, view
        order = self._order()
        cursor = self._cursor(queryset, order)
        size = whole_number(request, "page_size", PAGE_SIZE, low=1, high=MAX_PAGE_SIZE)
        page = paging.get_page(queryset, order, size=size, cursor=cursor)
        self.next, self.previous = self._link(page.next), self._link(page.previous)
        self.count = queryset.count() if _flag(request, "with_count") else None
        return page.rows

    def get_paginated_response(self, data: Any) -> Response:
        body = {"next": self.next, "previous": self.previous, "results": data}
        if self.count is not None:
            body["count"] = self.count
        return Response(body)

    def _order(self) -> paging.Order:
        fields: dict[str, str] = self.view.ordering_fields
        ordering = self.request.query_params.get("ordering") or next(iter(fields))
        descending, name = ordering.startswith("-"), ordering.removeprefix("-")
        known = {each.removeprefix("-"): field for each, field in fields.items()}
        if name not in known:
            allowed = ", ".join(known)
            raise ParameterInvalid({"ordering": _("Order by one of: %(all)s.") % {"all": allowed}})
        return paging.Order(known[name], descending)

    def _cursor(self, queryset: Any, order: paging.Order) -> str:
        cursor = self.request.query_params.get("cursor", "")
        if cursor and not paging.is_cursor(cursor, queryset, order):
            text = _("The cursor is not one of this list in this order. Begin at the first page.")
            raise ParameterInvalid({"cursor": text})
        return cursor

    def _link(self, cursor: str) -> str | None:
        if not cursor:
            return None
        return replace_query_param(self.request.build_absolute_uri(), "cursor", cursor)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        page = page_schema(schema)
        page["properties"]["count"] = {
            "type": "integer",
            "description": "Only with `with_count=1`.",
        }
        return page

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        names = [name.removeprefix("-") for name in view.ordering_fields]
        orders = [sign + name for name in names for sign in ("", "-")]
        size = {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE, "default": PAGE_SIZE}
        default = next(iter(view.ordering_fields))
        return [
            _parameter("cursor", {"type": "string"}, "From `next` or `previous`."),
            _parameter("page_size", size, "Rows on a page."),
            _parameter(
                "ordering",
                {"type": "string", "enum": orders, "default": default},
                "The order of the rows; a minus in front turns it round.",
            ),
            _parameter(
                "with_count", {"type": "string", "enum": ["0", "1"]}, "Count all rows, too: slow."
            ),
        ]


class WholeList(BasePagination):
    """A short list, all on one page of the usual shape."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        return list(queryset)

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": None, "previous": None, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return page_schema(schema)


def page_schema(rows: dict[str, Any]) -> dict[str, Any]:
    """The schema of a page."""
    link = {"type": ["string", "null"], "format": "uri"}
    return {
        "type": "object",
        "required": ["next", "previous", "results"],
        "properties": {"next": link, "previous": link, "results": rows},
    }


def _parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema, "description": description}


def whole_number(request: Request, name: str, default: int, *, low: int, high: int) -> int:
    """The query parameter as a number in bounds; raises ParameterInvalid."""
    text = request.query_params.get(name, "")
    if not text:
        return default
    if text.isascii() and text.isdigit() and len(text) < 20 and low <= int(text) <= high:
        return int(text)
    message = _("A whole number from %(low)s to %(high)s.") % {"low": low, "high": high}
    raise ParameterInvalid({name: message})


def _flag(request: Request, name: str) -> bool:
    text = request.query_params.get(name, "") or "0"
    if text not in FLAGS:
        raise ParameterInvalid({name: _("Either 1 or 0.")})
    return FLAGS[text]

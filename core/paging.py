"""Keyset paging: the next page starts behind the last row shown, however deep it is.

No offset and no total: a page costs the same at the first row and at the millionth.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from django.core import signing
from django.core.exceptions import FieldDoesNotExist
from django.db.models import BooleanField, F, Func, Q, QuerySet, Value
from django.utils.dateparse import parse_datetime


@dataclass(frozen=True)
class Order:
    """By which field a list is sorted; the id decides between equals, empty values come last."""

    field: str
    descending: bool = False


@dataclass(frozen=True)
class Page:
    """The rows of one page and the cursors of its neighbours ("" where there is none)."""

    rows: list[Any]
    next: str
    previous: str

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)


@dataclass(frozen=True)
class _Place:
    """A row's place in the order, and whether the page lies before it."""

    value: Any
    pk: int
    before: bool


def _salt(rows: QuerySet[Any], order: Order) -> str:
    return f"cursor:{rows.model._meta.label_lower}:{order.field}:{order.descending}"


def _encoded(place: _Place, salt: str) -> str:
    """The place as a signed text: what comes back is what a row really held."""
    is_datetime = isinstance(place.value, datetime)
    value = place.value.isoformat() if is_datetime else place.value
    return signing.dumps([value, place.pk, place.before, is_datetime], salt=salt)


def _decoded(cursor: str, salt: str) -> _Place | None:
    try:
        value, pk, before, is_datetime = signing.loads(cursor, salt=salt)
    except signing.BadSignature:
        return None
    return _Place(parse_datetime(value) if is_datetime else value, pk, before)


def is_cursor(cursor: str, rows: QuerySet[Any], order: Order) -> bool:
    """Whether it is one of this list in this order, and nobody has damaged it."""
    return _decoded(cursor, _salt(rows, order)) is not None


def get_page(rows: QuerySet[Any], order: Order, *, size: int, cursor: str = "") -> Page:
    """The page of `rows` that `cursor` points to; the first one without a (valid) cursor."""
    salt = _salt(rows, order)
    place = _decoded(cursor, salt) if cursor else None
    backwards = place is not None and place.before
    found = _fetch(rows, order, place, backwards, size + 1)
    more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
    has_next = more if not backwards else True
    has_previous = more if backwards else place is not None

    def at(row: Any, *, before: bool) -> str:
        return _encoded(_Place(getattr(row, order.field), row.pk, before), salt)

    return Page(
        rows=found,
        next=at(found[-1], before=False) if found and has_next else "",
        previous=at(found[0], before=True) if found and has_previous else "",
    )


def _fetch(
    rows: QuerySet[Any], order: Order, place: _Place | None, backwards: bool, count: int
) -> list[Any]:
    """`count` rows from `place` on: first those with a value, then those without (or back)."""
    has_empty = _may_be_empty(rows, order.field)
    parts = [True, False] if has_empty else [True]
    if backwards:
        parts.reverse()
    if has_empty and place is not None and (place.value is None) != backwards:
        parts = parts[1:]
    found: list[Any] = []
    for has_value in parts:
        if len(found) >= count:
            break
        part, start = rows, None
        if place is not None and (place.value is not None) == has_value:
            start = place
        # Behind a value there are values only; said twice, it would mislead the planner.
        if has_empty and not (start and has_value):
            part = part.filter(**{f"{order.field}__isnull": not has_value})
        if start is not None:
            part = part.filter(_beyond(order, start, backwards))
        ordered = part.order_by(*_ordering(order, backwards, has_value))
        found += list(ordered[: count - len(found)])
    return found


def _may_be_empty(rows: QuerySet[Any], field: str) -> bool:
    """Whether there can be rows without a value in the field of the order."""
    try:
        return bool(rows.model._meta.get_field(field).null)
    except FieldDoesNotExist:
        return True


def _ordering(order: Order, backwards: bool, has_value: bool) -> list[str]:
    sign = "-" if order.descending != backwards else ""
    return [f"{sign}{order.field}", f"{sign}pk"] if has_value else [f"{sign}pk"]


def _beyond(order: Order, place: _Place, backwards: bool) -> Q | _Compared:
    """Rows strictly behind (or before) the place."""
    up = order.descending == backwards
    if place.value is None:
        return Q(**{f"pk__{'gt' if up else 'lt'}": place.pk})
    return _Compared(order.field, place, ">" if up else "<")


class _Compared(Func):
    """`(field, id) > (value, pk)`: the condition from which an index over both can start.

    Written with "or", the database misjudges how many rows it leaves, and sorts them all.
    """

    output_field = BooleanField()

    def __init__(self, field: str, place: _Place, sign: str) -> None:
        super().__init__(F(field), F("pk"), Value(place.value), Value(place.pk))
        self.sign = sign

    def as_sql(  # type: ignore[override]
        self, compiler: Any, connection: Any, **extra: Any
    ) -> tuple[str, tuple[Any, ...]]:
        compiled = [compiler.compile(each) for each in self.get_source_expressions()]
        (field, pk, value, number), params = zip(*compiled, strict=True)
        return f"({field}, {pk}) {self.sign} ({value}, {number})", tuple(chain(*params))

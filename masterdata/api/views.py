"""Lists and records of master data, and shipments."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.auth import MASTERDATA
from core.api.errors import field_errors
from core.api.filters import StrictFilters
from core.api.schema import IF_NONE_MATCH, operation
from core.api.views import ApiView, ListView
from core.errors import InvalidInput
from masterdata import commands
from masterdata.api import examples
from masterdata.api import serializers as shapes
from masterdata.api.kinds import Kind
from masterdata.commands import ShippedLine
from masterdata.policies import can_read_masterdata, require
from masterdata.selectors import records_by_code


def list_view(kind: Kind) -> type[ListView]:
    """The endpoint that lists the records of a kind."""

    class Records(ListView):
        """All records of a kind."""

        required_scopes = MASTERDATA
        queryset = kind.rows
        filter_backends = (StrictFilters,)
        filterset_class = kind.filters
        ordering_fields = {"code": "code", "updated_at": "updated_at"}

        @operation(f"List {kind.many}", answer=kind.shown(many=True))
        def get(self, request: Request) -> Response:
            require(can_read_masterdata(self.actor))
            return self.listing(kind.shown, self.get_queryset())

    return Records


def record_view(kind: Kind) -> type[ApiView]:
    """The endpoint of one record of a kind, by its code."""

    class Record(_Record):
        """One record of a kind."""

        queryset = kind.rows

        @operation(f"Read a {kind.one}", answer=kind.shown)
        def get(self, request: Request, code: str) -> Response:
            require(can_read_masterdata(self.actor))
            return self.answer(kind.shown, self.get_queryset().get(code=code))

        @operation(
            f"Create or change a {kind.one}",
            body=kind.body,
            answer=kind.shown,
            more={201: kind.shown},
            parameters=[IF_NONE_MATCH],
            example=kind.example,
        )
        def put(self, request: Request, code: str) -> Response:
            """Fields left out stay as they are."""
            return self.stored(kind, code, partial=False)

        @operation(f"Change a {kind.one}", body=kind.body, answer=kind.shown)
        def patch(self, request: Request, code: str) -> Response:
            return self.stored(kind, code, partial=True)

    return Record


class _Record(ApiView):
    """What writing a record comes to, whatever its kind."""

    required_scopes = MASTERDATA

    def stored(self, kind: Kind, code: str, *, partial: bool) -> Response:
        """Create or change; with `partial` there must be such a record."""
        known = bool(records_by_code(kind.rows.model, [code]))
        if partial and not known:
            raise kind.rows.model.DoesNotExist
        values = self.values(kind.body, partial=partial)
        version = self.version_wanted(values)
        if code != code.strip():
            raise InvalidInput({"": _("A code neither begins nor ends with a space.")})
        if not known:
            values = {**kind.defaults(), **values}
        try:
            record, created = self._write(kind, code, values, version)
        except IntegrityError:
            # The same new code came twice at once, and the other one was first.
            record, created = self._write(kind, code, values, version)
        return self.answer(
            kind.shown,
            kind.rows.get(pk=record.pk),
            status=201 if created else 200,
            location=self.request.path if created else "",
        )

    def _write(
        self, kind: Kind, code: str, values: dict[str, Any], version: int | None
    ) -> tuple[Any, bool]:
        """The record and what comes with it, all or nothing."""
        parts = {name: values[name] for name in kind.parts if name in values}
        with transaction.atomic() if parts else nullcontext():
            record, created = commands.upsert(
                kind.rows.model,
                actor=self.actor,
                key=code,
                values={name: value for name, value in values.items() if name not in parts},
                version=version,
                exists=self.presence_wanted(),
            )
            for name, rows in parts.items():
                kind.parts[name](self.actor, record, rows)
        return record, created


class ShipmentsBulk(ApiView):
    """What went out."""

    required_scopes = MASTERDATA

    @operation(
        "Record up to 5,000 shipment lines",
        body=shapes.ShipmentsIn,
        answer=shapes.ShipmentsOut,
        example=examples.SHIPMENTS,
    )
    def post(self, request: Request) -> Response:
        """Each line is judged by itself: good ones are kept, bad ones named. A line sent again
        overwrites itself."""
        bodies = self.values(shapes.ShipmentsIn)["lines"]
        lines, errors = _checked(bodies)
        results = commands.record_shipments(actor=self.actor, lines=list(lines.values()))
        for row, result in zip(lines, results, strict=True):
            if result.error:
                pointer = f"/{result.field}" if result.field else ""
                problem = {"pointer": pointer, "code": "invalid", "detail": str(result.error)}
                errors[row] = [problem]
        rows = [
            {
                "row": row,
                "status": "refused" if row in errors else "kept",
                "errors": errors.get(row, []),
            }
            for row in range(len(bodies))
        ]
        counts = {"kept": len(bodies) - len(errors), "refused": len(errors)}
        return self.answer(shapes.ShipmentsOut, {**counts, "results": rows})


def _checked(
    bodies: list[Any],
) -> tuple[dict[int, ShippedLine], dict[int, list[dict[str, str]]]]:
    """The lines of good shape by their row, and what is wrong with the others."""
    lines: dict[int, ShippedLine] = {}
    errors: dict[int, list[dict[str, str]]] = {}
    shape = shapes.ShipmentLineIn()
    for row, body in enumerate(bodies):
        try:
            lines[row] = ShippedLine(**shape.run_validation(body))
        except ValidationError as error:
            errors[row] = field_errors(error)
    return lines, errors

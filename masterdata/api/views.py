"""Lists and records of master data, and shipments."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.auth import MASTERDATA
from core.api.errors import field_errors
from core.api.filters import StrictFilters
from core.api.schema import operation
from core.api.serializers import Input, Output
from core.api.views import ApiView, ListView
from core.errors import InvalidInput
from masterdata import commands
from masterdata.api import examples
from masterdata.api import serializers as shapes
from masterdata.api.filters import LotFilter, RecordFilter
from masterdata.commands import ShippedLine
from masterdata.models import Customer, Lot, Product, ProductionLine, Site
from masterdata.selectors import default_site


class Records(ListView):
    """All records of a kind."""

    required_scopes = MASTERDATA
    filter_backends = (StrictFilters,)
    filterset_class = RecordFilter
    ordering_fields = {"code": "code", "updated_at": "updated_at"}
    output: ClassVar[type[Output]]

    def listed(self) -> Response:
        return self.listing(self.output, self.get_queryset())


class Record(ApiView):
    """One record of a kind, by its code."""

    required_scopes = MASTERDATA
    input: ClassVar[type[Input]]
    output: ClassVar[type[Output]]
    queryset: QuerySet[Any]

    def shown(self, code: str) -> Response:
        return self.answer(self.output, self.get_queryset().get(code=code))

    def stored(self, code: str, *, partial: bool) -> Response:
        """Create or change; with `partial` there must be such a record."""
        known = self.get_queryset().filter(code=code).exists()
        if partial and not known:
            raise self.queryset.model.DoesNotExist
        values = self.values(self.input, partial=partial)
        version = self.version_wanted(values)
        if code != code.strip():
            raise InvalidInput({"": _("A code neither begins nor ends with a space.")})
        if not known:
            values = {**self.defaults(), **values}
        record, created = self._upsert(code, values, version)
        return self.answer(
            self.output,
            self.get_queryset().get(pk=record.pk),
            status=201 if created else 200,
            location=self.request.path if created else "",
        )

    def defaults(self) -> dict[str, Any]:
        """What a new record gets where the request says nothing."""
        return {}

    def _upsert(self, code: str, values: dict[str, Any], version: int | None) -> tuple[Any, bool]:
        model = self.queryset.model
        try:
            return commands.upsert(
                model, actor=self.actor, key=code, values=values, version=version
            )
        except IntegrityError:
            # The same new code came twice at once, and the other one was first.
            return commands.upsert(
                model, actor=self.actor, key=code, values=values, version=version
            )


class Customers(Records):
    """Who buys."""

    queryset = Customer.objects.all()
    output = shapes.CustomerOut

    @operation("List customers", answer=shapes.CustomerOut(many=True))
    def get(self, request: Request) -> Response:
        return self.listed()


class CustomerRecord(Record):
    """One customer."""

    queryset = Customer.objects.all()
    input, output = shapes.CustomerIn, shapes.CustomerOut

    @operation("Read a customer", answer=shapes.CustomerOut)
    def get(self, request: Request, code: str) -> Response:
        return self.shown(code)

    @operation(
        "Create or change a customer",
        body=shapes.CustomerIn,
        answer=shapes.CustomerOut,
        more={201: shapes.CustomerOut},
        example=examples.CUSTOMER,
    )
    def put(self, request: Request, code: str) -> Response:
        """Fields left out stay as they are."""
        return self.stored(code, partial=False)

    @operation("Change a customer", body=shapes.CustomerIn, answer=shapes.CustomerOut)
    def patch(self, request: Request, code: str) -> Response:
        return self.stored(code, partial=True)


class Products(Records):
    """What is made and claimed."""

    queryset = Product.objects.select_related("family")
    output = shapes.ProductOut

    @operation("List products", answer=shapes.ProductOut(many=True))
    def get(self, request: Request) -> Response:
        return self.listed()


class ProductRecord(Record):
    """One product."""

    queryset = Product.objects.select_related("family")
    input, output = shapes.ProductIn, shapes.ProductOut

    @operation("Read a product", answer=shapes.ProductOut)
    def get(self, request: Request, code: str) -> Response:
        return self.shown(code)

    @operation(
        "Create or change a product",
        body=shapes.ProductIn,
        answer=shapes.ProductOut,
        more={201: shapes.ProductOut},
        example=examples.PRODUCT,
    )
    def put(self, request: Request, code: str) -> Response:
        """Fields left out stay as they are."""
        return self.stored(code, partial=False)

    @operation("Change a product", body=shapes.ProductIn, answer=shapes.ProductOut)
    def patch(self, request: Request, code: str) -> Response:
        return self.stored(code, partial=True)


class Lots(Records):
    """Batches."""

    queryset = Lot.objects.select_related("product", "line")
    filterset_class = LotFilter
    output = shapes.LotOut

    @operation("List lots", answer=shapes.LotOut(many=True))
    def get(self, request: Request) -> Response:
        return self.listed()


class LotRecord(Record):
    """One lot."""

    queryset = Lot.objects.select_related("product", "line")
    input, output = shapes.LotIn, shapes.LotOut

    @operation("Read a lot", answer=shapes.LotOut)
    def get(self, request: Request, code: str) -> Response:
        return self.shown(code)

    @operation(
        "Create or change a lot",
        body=shapes.LotIn,
        answer=shapes.LotOut,
        more={201: shapes.LotOut},
        example=examples.LOT,
    )
    def put(self, request: Request, code: str) -> Response:
        """Fields left out stay as they are."""
        return self.stored(code, partial=False)

    @operation("Change a lot", body=shapes.LotIn, answer=shapes.LotOut)
    def patch(self, request: Request, code: str) -> Response:
        return self.stored(code, partial=True)


class Lines(Records):
    """Production lines."""

    queryset = ProductionLine.objects.select_related("site")
    output = shapes.LineOut

    @operation("List production lines", answer=shapes.LineOut(many=True))
    def get(self, request: Request) -> Response:
        return self.listed()


class LineRecord(Record):
    """One production line."""

    queryset = ProductionLine.objects.select_related("site")
    input, output = shapes.LineIn, shapes.LineOut

    @operation("Read a production line", answer=shapes.LineOut)
    def get(self, request: Request, code: str) -> Response:
        return self.shown(code)

    @operation(
        "Create or change a production line",
        body=shapes.LineIn,
        answer=shapes.LineOut,
        more={201: shapes.LineOut},
        example=examples.LINE,
    )
    def put(self, request: Request, code: str) -> Response:
        """Fields left out stay as they are."""
        return self.stored(code, partial=False)

    @operation("Change a production line", body=shapes.LineIn, answer=shapes.LineOut)
    def patch(self, request: Request, code: str) -> Response:
        return self.stored(code, partial=True)


class Sites(Records):
    """Plants."""

    queryset = Site.objects.select_related("calendar")
    output = shapes.SiteOut

    @operation("List sites", answer=shapes.SiteOut(many=True))
    def get(self, request: Request) -> Response:
        return self.listed()


class SiteRecord(Record):
    """One plant."""

    queryset = Site.objects.select_related("calendar")
    input, output = shapes.SiteIn, shapes.SiteOut

    def defaults(self) -> dict[str, Any]:
        """The calendar of the first site."""
        return {"calendar": default_site().calendar}

    @operation("Read a site", answer=shapes.SiteOut)
    def get(self, request: Request, code: str) -> Response:
        return self.shown(code)

    @operation(
        "Create or change a site",
        body=shapes.SiteIn,
        answer=shapes.SiteOut,
        more={201: shapes.SiteOut},
        example=examples.SITE,
    )
    def put(self, request: Request, code: str) -> Response:
        """Fields left out stay as they are."""
        return self.stored(code, partial=False)

    @operation("Change a site", body=shapes.SiteIn, answer=shapes.SiteOut)
    def patch(self, request: Request, code: str) -> Response:
        return self.stored(code, partial=True)


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
        errors: dict[int, list[dict[str, str]]] = {}
        lines: dict[int, ShippedLine] = {}
        shape = shapes.ShipmentLineIn()
        for row, body in enumerate(bodies):
            try:
                lines[row] = ShippedLine(**shape.run_validation(body))
            except ValidationError as error:
                errors[row] = field_errors(error)
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

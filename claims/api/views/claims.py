"""Claims themselves: report, find, read, complete."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from claims import commands
from claims.api.base import ClaimView
from claims.api.filters import ClaimApiFilter
from claims.api.reporting import known_records, report_many, report_of
from claims.api.serializers import (
    BulkIn,
    BulkOut,
    ClaimOut,
    ClaimRow,
    PatchIn,
    ReportIn,
)
from claims.api.views.examples import CLAIM, REPORT
from claims.models import Claim
from claims.selectors import find_by_source, get_claim, list_claims, with_items
from core.actors import SYSTEM
from core.api.auth import CLAIMS
from core.api.errors import Problem
from core.api.filters import StrictFilters
from core.api.schema import operation
from core.api.views import ApiView, ListView
from core.errors import InvalidInput
from masterdata.models import Customer


class Claims(ListView):
    """The claims that the client may see."""

    required_scopes = CLAIMS
    queryset = Claim.objects.none()
    filter_backends = (StrictFilters,)
    filterset_class = ClaimApiFilter
    ordering_fields = {
        "-received_at": "received_at",
        "updated_at": "updated_at",
        "step_due_at": "step_due_at",
        "response_due_at": "response_due_at",
        "number": "id",
        "priority": "priority",
    }

    @operation("List claims", answer=ClaimRow(many=True))
    def get(self, request: Request) -> Response:
        return self.listing(ClaimRow, list_claims(self.actor))

    @operation(
        "Report a claim",
        body=ReportIn,
        answer=ClaimOut,
        status=201,
        more={200: ClaimOut},
        example=REPORT,
        answer_example=CLAIM,
    )
    def post(self, request: Request) -> Response:
        """Anything from a title to the full record. A known `source_reference` answers 200 with the
        claim that it opened."""
        values = self.values(ReportIn, known=known_records([request.data]))
        report = report_of(self.actor, values)
        known = self._find(report)
        if known is not None:
            return self._known(known)
        try:
            (claim,) = commands.report_claims(actor=self.actor, reports=[report], to_show=True)
        except IntegrityError:
            known = self._find(report)
            if known is None:
                raise
            return self._known(known)  # the same report came twice at once
        with_items(claim)
        place = reverse("claims-api:claim", args=[claim.number])
        return self.answer(ClaimOut, claim, status=201, location=place)

    def _find(self, report: commands.Report) -> Claim | None:
        reference = report.fields.get("source_reference", "")
        return find_by_source(self.actor.client, reference)

    def _known(self, claim: Claim) -> Response:
        """The claim of a reference used before, unless it is somebody else's."""
        try:
            return self.answer(ClaimOut, get_claim(self.actor, claim.number))
        except Claim.DoesNotExist:
            text = _("This reference was used for a claim that you may not see.")
            raise Problem(409, "reference_taken", text) from None


class ClaimsBulk(ApiView):
    """Many reports at once."""

    required_scopes = CLAIMS

    @operation(
        "Report up to 1,000 claims", body=BulkIn, answer=BulkOut, example={"claims": [REPORT]}
    )
    def post(self, request: Request) -> Response:
        """Each report is judged by itself; a bad one is named and spoils no other."""
        bodies = self.values(BulkIn)["claims"]
        rows = report_many(self.actor, bodies, self.get_serializer_context())
        counts = {
            status: sum(row.status == status for row in rows)
            for status in ("created", "known", "refused")
        }
        return self.answer(BulkOut, {**counts, "results": rows})


class ClaimDetail(ClaimView):
    """One claim."""

    @operation("Read a claim", answer=ClaimOut, answer_example=CLAIM)
    def get(self, request: Request, number: str) -> Response:
        return self.answer(ClaimOut, get_claim(self.actor, number))

    @operation(
        "Complete a claim", body=PatchIn, answer=ClaimOut, example={"order_no": "4500012345"}
    )
    def patch(self, request: Request, number: str) -> Response:
        """Only the fields named are changed. Severity, owner and items have places of their own."""
        values = self.values(PatchIn)
        version = self.version_wanted(values)
        _check_contact(self.claim, values)
        commands.edit_claim(actor=self.actor, claim=self.claim, values=values, version=version)
        return self.answer(ClaimOut, get_claim(SYSTEM, number))


def _check_contact(claim: Claim, values: dict[str, Any]) -> None:
    """A contact belongs to the claim's customer."""
    contact = values.get("contact")
    customer: Customer | None = values.get("customer", claim.customer)
    if contact is not None and (customer is None or contact.customer_id != customer.pk):
        raise InvalidInput({"contact": _("The contact belongs to another customer.")})

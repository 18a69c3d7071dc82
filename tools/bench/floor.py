"""Bare views over the claims: no permissions, no history, no requirements, no frame of a page.

What the product adds is measured against these in the same run, on the same machine.
"""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from rest_framework import generics, serializers

from claims.models import Claim, ClaimItem

PAGE = 25
FIELDS: tuple[str, ...] = (
    "number", "title", "step", "step_due_at", "response_due_at", "kind", "channel", "severity",
    "priority", "site", "customer", "owner", "received_at", "customer_claim_no", "version",
    "created_at", "updated_at", "closed_at", "outcome",
)  # fmt: skip


class ItemRow(serializers.ModelSerializer[ClaimItem]):
    product = serializers.SlugRelatedField[Any](slug_field="code", read_only=True)
    defect = serializers.SlugRelatedField[Any](slug_field="code", read_only=True)

    class Meta:
        model = ClaimItem
        fields = ("position", "product", "lot_code", "defect", "quantity_claimed", "unit")


class Row(serializers.ModelSerializer[Claim]):
    site = serializers.SlugRelatedField[Any](slug_field="code", read_only=True)
    customer = serializers.SlugRelatedField[Any](slug_field="code", read_only=True)
    owner = serializers.SlugRelatedField[Any](slug_field="email", read_only=True)

    class Meta:
        model = Claim
        fields = FIELDS


class Whole(Row):
    items = ItemRow(many=True, read_only=True)

    class Meta(Row.Meta):
        fields = (*FIELDS, "description", "requirement", "occurred_at", "registered_at", "items")


class New(serializers.ModelSerializer[Claim]):
    class Meta:
        model = Claim
        fields = ("title", "description", "site", "customer", "severity", "channel")

    def create(self, validated_data: Any) -> Claim:
        return Claim.objects.create(number=f"B{secrets.token_hex(7)}", **validated_data)


def rows() -> QuerySet[Claim]:
    return Claim.objects.select_related("site", "customer", "owner")


class Claims(generics.ListCreateAPIView[Claim]):
    """The newest claims of a severity; a new one."""

    def get_queryset(self) -> QuerySet[Claim]:
        severity = self.request.query_params.get("severity", "major")
        return rows().filter(severity=severity).order_by("-received_at", "-id")[:PAGE]

    def get_serializer_class(self) -> Any:
        return Row if self.request.method == "GET" else New


class OneClaim(generics.RetrieveAPIView[Claim]):
    """A claim with its items."""

    serializer_class = Whole
    lookup_field = "number"

    def get_queryset(self) -> QuerySet[Claim]:
        return rows().prefetch_related("items__product", "items__defect")


@login_required
def page(request: HttpRequest) -> HttpResponse:
    """A plain table of the most urgent claims."""
    claims = rows().exclude(step_due_at=None).order_by("step_due_at", "id")
    shown = claims.prefetch_related("items__product", "items__defect")[:PAGE]
    return render(request, "floor_list.html", {"claims": shown})


urlpatterns = [
    path("claims/", Claims.as_view()),
    path("claims/<str:number>/", OneClaim.as_view()),
    path("page/", page),
    path("ready/", lambda request: HttpResponse("ready")),
]

"""Investigations in the administration: looked at by those who see the claim, written by nobody."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from claims.admin import Untouched
from claims.policies import insight_into
from core.actors import Actor
from investigations.models import (
    AffectedLot,
    Cause,
    Fact,
    Finding,
    Source,
    TeamMember,
    TraceabilityAnswer,
    WhyChain,
)


class ClaimRowAdmin(Untouched, admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows of the claims that the reader may see."""

    search_fields: ClassVar[tuple[str, ...]] = ("claim__number",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        """What the reader may see on the pages, and no more."""
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.filter(claim__in=insight_into(Actor.of_request(request)))


@admin.register(Fact)
class FactAdmin(ClaimRowAdmin):
    list_display = ("claim", "number", "text", "source", "by_label", "observed_at")
    list_select_related = ("claim",)
    search_fields = ("claim__number", "text")


@admin.register(Cause)
class CauseAdmin(ClaimRowAdmin):
    list_display = ("claim", "text", "category", "type", "status", "is_root", "code")
    list_filter = ("status", "category", "type")
    list_select_related = ("claim", "code")
    search_fields = ("claim__number", "text")


@admin.register(TeamMember)
class TeamMemberAdmin(ClaimRowAdmin):
    list_display = ("claim", "user", "contact", "role", "department")
    list_filter = ("role",)
    list_select_related = ("claim", "user", "contact", "department")


@admin.register(Source)
class SourceAdmin(ClaimRowAdmin):
    list_display = ("claim", "kind", "name", "outcome", "checked_by", "checked_at")
    list_filter = ("kind", "outcome")
    list_select_related = ("claim", "checked_by")


@admin.register(AffectedLot)
class AffectedLotAdmin(ClaimRowAdmin):
    list_display = ("claim", "lot_code", "suspicion", "status", "produced", "at_customers")
    list_filter = ("status", "suspicion")
    list_select_related = ("claim",)
    search_fields = ("claim__number", "lot_code")


@admin.register(TraceabilityAnswer)
class TraceabilityAnswerAdmin(ClaimRowAdmin):
    list_display = ("claim", "question", "answer", "fact", "by_label")
    list_select_related = ("claim", "fact")


@admin.register(Finding)
class FindingAdmin(ClaimRowAdmin):
    list_display = ("claim", "kind", "text", "by_label")
    list_select_related = ("claim",)


@admin.register(WhyChain)
class WhyChainAdmin(ClaimRowAdmin):
    list_display = ("claim", "type", "cause")
    list_select_related = ("claim", "cause")

"""Actions in the administration: looked at by those who see them, written by nobody."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from capa.models import (
    Action,
    ActionDocument,
    Cancellation,
    EffectivenessCheck,
    Extension,
    NoActionReason,
)
from capa.policies import visible_actions
from claims.admin import Rows, Untouched
from claims.policies import insight_into
from core.actors import Actor

DECIDED = ("reason", "asked_by", "asked_at", "decision", "decided_by", "decided_at", "reply")


def _rows_of(shown: type[Model], *names: str) -> type[Rows]:
    return type(f"{shown.__name__}Rows", (Rows,), {"model": shown, "fields": names})


@admin.register(Action)
class ActionAdmin(Untouched, admin.ModelAdmin):  # type: ignore[type-arg]
    """An action with its checks and what was asked about it."""

    list_display = ("number", "text", "kind", "claim", "owner", "due_at", "state")
    list_filter = ("state", "kind", "department")
    list_select_related = ("claim", "owner")
    search_fields = ("text", "claim__number")
    date_hierarchy = "due_at"
    inlines: ClassVar[list[Any]] = [
        _rows_of(ActionDocument, "kind", "note", "updated_on", "updated_by"),
        _rows_of(EffectivenessCheck, "criterion", "due_at", "verdict", "result", "checker"),
        _rows_of(Extension, "from_due", "to_due", *DECIDED),
        _rows_of(Cancellation, *DECIDED),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Action]:
        """What the reader may see on the pages, and no more."""
        seen = visible_actions(Actor.of_request(request)).values("pk")
        return super().get_queryset(request).filter(pk__in=seen)


@admin.register(NoActionReason)
class NoActionReasonAdmin(Untouched, admin.ModelAdmin):  # type: ignore[type-arg]
    """Why nothing is done against a cause."""

    list_display = ("claim", "cause", "reason", "asked_by", "decision", "decided_by")
    list_filter = ("decision",)
    list_select_related = ("claim", "cause", "asked_by", "decided_by")

    def get_queryset(self, request: HttpRequest) -> QuerySet[NoActionReason]:
        """Those of the claims that the reader may see."""
        rows = super().get_queryset(request)
        return rows.filter(claim__in=insight_into(Actor.of_request(request)))

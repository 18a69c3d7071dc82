"""Claims in the administration: to be looked at by those who may see them; written by nobody.

Deadlines are the exception: their rules are kept here, through the command.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext as _

from claims.commands import save_deadline
from claims.commands.rules import LONGEST
from claims.models import (
    Attachment,
    Claim,
    ClaimItem,
    Clock,
    DeadlinePolicy,
    Pause,
    Sample,
    StepRecord,
)
from claims.policies import can_edit_deadlines, visible_claims
from core.actors import Actor
from core.administration import PolicyAdmin


class Untouched:
    """Nothing can be added, changed or deleted."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


class Rows(Untouched, admin.TabularInline):  # type: ignore[type-arg]
    """Rows of one claim; seen by who sees the claim."""

    extra = 0
    can_delete = False
    show_change_link = False


def _rows_of(shown: type[Model], *names: str) -> type[Rows]:
    return type(f"{shown.__name__}Rows", (Rows,), {"model": shown, "fields": names})


@admin.register(Claim)
class ClaimAdmin(Untouched, admin.ModelAdmin):  # type: ignore[type-arg]
    """The record of a claim with its steps and clocks, as far as the reader may see it."""

    list_display = ("number", "title", "step", "severity", "customer", "owner", "received_at")
    list_filter = ("step", "severity", "site")
    list_select_related = ("customer", "owner")
    search_fields = ("number", "title")
    date_hierarchy = "received_at"
    exclude = ("tracking_code",)
    inlines: ClassVar[list[Any]] = [
        _rows_of(ClaimItem, "product", "lot_code", "defect", "quantity_claimed", "unit"),
        _rows_of(StepRecord, "step", "entered_at", "left_at", "due_at", "by_label", "direction"),
        _rows_of(Clock, "kind", "started_at", "due_at", "stopped_at", "amount", "unit"),
        _rows_of(Pause, "started_at", "ended_at", "reason"),
        _rows_of(Sample, "number", "quantity", "requested_at", "received_on"),
        _rows_of(Attachment, "name", "media_type", "size", "sha256", "scan", "added_by_label"),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Claim]:
        """What the reader may see on the pages, and no more."""
        return visible_claims(Actor.of_request(request))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True


class DeadlineForm(ModelForm):  # type: ignore[type-arg]
    """A duration that the command takes."""

    def clean_amount(self) -> int:
        amount = int(self.cleaned_data["amount"])
        if not 1 <= amount <= LONGEST:
            raise ValidationError(_("The duration is 1 to %(longest)s.") % {"longest": LONGEST})
        return amount


@admin.register(DeadlinePolicy)
class DeadlinePolicyAdmin(PolicyAdmin):
    """How long each clock runs; a customer's own rule stands over the general one."""

    policy = staticmethod(can_edit_deadlines)

    form = DeadlineForm
    fields = ("clock", "severity", "customer", "amount", "unit")
    list_display = (*fields, "is_active")
    list_filter = ("clock", "severity")
    list_select_related = ("customer",)
    autocomplete_fields = ("customer",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Which clock a rule is for never changes; only how long it runs."""
        return ("clock", "severity", "customer") if obj else ()

    def save_model(
        self, request: HttpRequest, obj: DeadlinePolicy, form: ModelForm[Any], change: bool
    ) -> None:
        """Through the command."""
        stored = DeadlinePolicy.objects.get(pk=obj.pk) if change else None
        actor = Actor.of_request(request)
        obj.pk = save_deadline(actor=actor, policy=stored, values=form.cleaned_data).pk

"""Master data in the administration: every save goes through the commands."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest

from core.actors import Actor
from core.administration import PolicyAdmin
from masterdata import commands
from masterdata.models import (
    CalendarException,
    CauseCode,
    Customer,
    CustomerContact,
    CustomerPartNumber,
    DefectCode,
    Lot,
    Product,
    ProductFamily,
    ProductionLine,
    Shipment,
    ShipmentLine,
    Site,
    WorkCalendar,
)
from masterdata.policies import can_edit_catalogue, can_edit_masterdata


class MasterdataAdmin(PolicyAdmin):
    """Permissions from the policies, writes through `commands.upsert`, no deletion."""

    policy = staticmethod(can_edit_masterdata)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A natural key never changes once it is known outside."""
        fields = super().get_readonly_fields(request, obj)
        return fields if obj is None else [*fields, commands.key_field(self.model)]

    def save_model(
        self, request: HttpRequest, obj: models.Model, form: ModelForm[Any], change: bool
    ) -> None:
        """Hand what the form changed to the command, and show the admin the stored object."""
        single = {f.name for f in obj._meta.concrete_fields}
        values = {
            name: form.cleaned_data[name]
            for name in form.changed_data
            if name in single and name != commands.key_field(self.model)
        }
        key = getattr(obj, commands.key_field(self.model))
        stored, _created = commands.upsert(
            self.model, actor=Actor.of_request(request), key=key, values=values
        )
        obj.pk = stored.pk


class CatalogueAdmin(MasterdataAdmin):
    """Catalogues also belong to quality managers."""

    policy = staticmethod(can_edit_catalogue)
    list_display: tuple[str, ...] = ("code", "name_ru", "name_en", "group", "is_active")
    list_filter: ClassVar[tuple[str, ...]] = ("is_active", "group")
    search_fields: ClassVar[tuple[str, ...]] = ("code", "name_ru", "name_en")
    filter_horizontal = ("families",)
    list_select_related = ("group",)

    def save_related(
        self, request: HttpRequest, form: ModelForm[Any], formsets: Any, change: bool
    ) -> None:
        """The families, through their command."""
        commands.set_families(
            actor=Actor.of_request(request),
            entry=self.model.objects.get(pk=form.instance.pk),
            families=list(form.cleaned_data["families"]),
        )


class NamedAdmin(MasterdataAdmin):
    """Code and name."""

    list_display: tuple[str, ...] = ("code", "name", "is_active")
    list_filter: ClassVar[tuple[str, ...]] = ("is_active",)
    search_fields: ClassVar[tuple[str, ...]] = ("code", "name")


@admin.register(Site)
class SiteAdmin(NamedAdmin):
    list_display = ("code", "name", "time_zone", "calendar", "is_active")
    list_select_related = ("calendar",)


@admin.register(ProductionLine)
class ProductionLineAdmin(NamedAdmin):
    list_display = ("code", "name", "site", "is_active")
    list_select_related = ("site",)


@admin.register(Customer)
class CustomerAdmin(NamedAdmin):
    list_display = (
        "code",
        "name",
        "city",
        "country",
        "language",
        "is_active",
    )


@admin.register(CustomerContact)
class CustomerContactAdmin(MasterdataAdmin):
    list_display = ("name", "customer", "email", "phone")
    list_select_related = ("customer",)
    search_fields: ClassVar[tuple[str, ...]] = ("name", "email")
    autocomplete_fields = ("customer",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A contact has no natural key."""
        return ()

    def save_model(
        self, request: HttpRequest, obj: models.Model, form: ModelForm[Any], change: bool
    ) -> None:
        """Through the command."""
        contact = CustomerContact.objects.get(pk=obj.pk) if change else None
        saved = commands.save_contact(
            actor=Actor.of_request(request), contact=contact, values=form.cleaned_data
        )
        obj.pk = saved.pk


@admin.register(ProductFamily)
class ProductFamilyAdmin(NamedAdmin):
    list_display = ("code", "name", "parent", "is_active")
    list_select_related = ("parent",)


class PartNumberInline(admin.TabularInline):  # type: ignore[type-arg]
    """How customers name a product."""

    model = CustomerPartNumber
    extra = 1
    autocomplete_fields = ("customer",)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return can_edit_masterdata(Actor.of_request(request))

    has_add_permission = has_view_permission
    has_change_permission = has_view_permission
    has_delete_permission = has_view_permission


@admin.register(Product)
class ProductAdmin(NamedAdmin):
    list_display = ("code", "name", "family", "unit", "is_active")
    list_select_related = ("family",)
    search_fields = ("code", "name", "part_numbers__part_number")
    inlines = (PartNumberInline,)

    def save_related(
        self, request: HttpRequest, form: ModelForm[Any], formsets: Any, change: bool
    ) -> None:
        """How customers name it, through the command."""
        rows = [row for formset in formsets for row in formset.forms if row.has_changed()]
        rows += [row for formset in formsets for row in formset.initial_forms if row not in rows]
        kept = [row.cleaned_data for row in rows if not row.cleaned_data.get("DELETE")]
        commands.set_part_numbers(
            actor=Actor.of_request(request),
            product=Product.objects.get(pk=form.instance.pk),
            numbers=[(values["customer"], values["part_number"]) for values in kept],
        )
        for formset in formsets:
            formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []


@admin.register(Lot)
class LotAdmin(MasterdataAdmin):
    list_display = (
        "code",
        "product",
        "line",
        "produced_on",
        "quantity",
        "blocked_at",
    )
    list_select_related = ("product", "line")
    search_fields: ClassVar[tuple[str, ...]] = ("code",)
    autocomplete_fields = ("product", "line")


class ShipmentLineInline(admin.TabularInline):  # type: ignore[type-arg]
    """Shipments come from the ERP: their lines are shown only."""

    model = ShipmentLine
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return can_edit_masterdata(Actor.of_request(request))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Shipment)
class ShipmentAdmin(MasterdataAdmin):
    list_display = ("document_no", "shipped_on", "customer")
    list_select_related = ("customer",)
    search_fields: ClassVar[tuple[str, ...]] = ("document_no",)
    inlines = (ShipmentLineInline,)
    autocomplete_fields = ("customer",)


@admin.register(DefectCode)
class DefectCodeAdmin(CatalogueAdmin):
    pass


@admin.register(CauseCode)
class CauseCodeAdmin(CatalogueAdmin):
    list_display = (
        "code",
        "name_ru",
        "name_en",
        "category",
        "group",
        "is_active",
    )
    list_filter: ClassVar[tuple[str, ...]] = ("is_active", "category")


class CalendarExceptionInline(admin.TabularInline):  # type: ignore[type-arg]
    """Whoever edits the calendar edits its days."""

    model = CalendarException
    extra = 1

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return can_edit_masterdata(Actor.of_request(request))

    has_add_permission = has_view_permission
    has_change_permission = has_view_permission
    has_delete_permission = has_view_permission


@admin.register(WorkCalendar)
class WorkCalendarAdmin(MasterdataAdmin):
    """A calendar and its exceptions are one thing: saved together by one command.

    Week and country are kept here; quality managers keep the days on a page of their own.
    """

    list_display = ("name", "country")
    inlines = (CalendarExceptionInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A calendar has no natural key."""
        return ()

    def save_model(
        self, request: HttpRequest, obj: models.Model, form: ModelForm[Any], change: bool
    ) -> None:
        """Left to `save_related`, which knows the exceptions too."""

    def save_related(
        self, request: HttpRequest, form: ModelForm[Any], formsets: Any, change: bool
    ) -> None:
        """Calendar and days through the command."""
        rows = [
            row
            for formset in formsets
            for row in formset.forms
            if row.has_changed() or row.instance.pk
        ]
        days = [row.instance for row in rows if not row.cleaned_data.get("DELETE")]
        calendar = WorkCalendar.objects.get(pk=form.instance.pk) if change else None
        saved = commands.save_calendar(
            actor=Actor.of_request(request),
            calendar=calendar,
            values=form.cleaned_data,
            exceptions=days,
        )
        form.instance.pk = saved.pk
        for formset in formsets:
            formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []

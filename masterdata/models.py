"""What the ERP owns and this product mirrors: sites, customers, products, lots, catalogues.

Codes come from the ERP; they are the natural keys of the API and never change.
"""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.models import Versioned
from masterdata.public_holidays import check_country
from masterdata.workdays import WorkingDays, week_of

MINUTES_OF_A_DAY = 24 * 60
LANGUAGES = [("ru", "Русский"), ("en", "English")]


class Coded(Versioned):
    """A record with an ERP code; a used one is deactivated, never deleted."""

    code = models.CharField(_("code"), max_length=64, unique=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        abstract = True
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class Named(Coded):
    """A coded record with a name."""

    name = models.CharField(_("name"), max_length=200)

    class Meta(Coded.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.name


class WorkCalendar(Versioned):
    """When a site works. `week` maps weekday (0 = Monday) to intervals `["09:00", "13:00"]`.

    `country` names the public-holiday calendar (with moved working days); empty means none.
    """

    name = models.CharField(_("name"), max_length=100, unique=True)
    country = models.CharField(_("holidays of country"), max_length=2, blank=True, default="RU")
    week = models.JSONField(_("working week"), default=dict, blank=True)

    class Meta:
        verbose_name = _("work calendar")
        verbose_name_plural = _("work calendars")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse what deadlines cannot be counted with: every claim of the site would fail."""
        try:
            check_country(self.country or "RU")
        except ValueError as error:
            text = _("There is no holiday calendar of this country.")
            raise ValidationError({"country": text}) from error
        try:
            if self.week != {}:
                WorkingDays(country=None, week=week_of(self.week))
        except (ValueError, TypeError) as error:
            text = _(
                "Write the working hours of each day, 0 (Monday) to 6, in order: "
                '{"0": [["09:00", "13:00"], ["14:00", "18:00"]]}.'
            )
            raise ValidationError({"week": text}) from error


class CalendarException(models.Model):
    """One day that differs from the rule: off, worked, or shortened by some minutes."""

    class Kind(models.TextChoices):
        OFF = "off", _("day off")
        WORKING = "working", _("working day")
        SHORTENED = "shortened", _("shortened day")

    calendar = models.ForeignKey(WorkCalendar, on_delete=models.CASCADE, related_name="exceptions")
    day = models.DateField(_("day"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    shortened_by = models.PositiveSmallIntegerField(_("shortened by, minutes"), default=0)
    name = models.CharField(_("reason"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("calendar exception")
        verbose_name_plural = _("calendar exceptions")
        constraints = [models.UniqueConstraint("calendar", "day", name="calendar_exception_day")]
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.get_kind_display()}"

    def clean(self) -> None:
        """A shortened day is shorter by some minutes, the others by none."""
        if self.kind != self.Kind.SHORTENED:
            self.shortened_by = 0
        elif not 1 <= (self.shortened_by or 0) < MINUTES_OF_A_DAY:
            text = _("Say by how many minutes the day is shorter.")
            raise ValidationError({"shortened_by": text})


class Site(Named):
    """A plant."""

    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/Moscow")
    calendar = models.ForeignKey(
        WorkCalendar,
        verbose_name=_("work calendar"),
        on_delete=models.PROTECT,
        related_name="sites",
    )
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES, default="ru")

    class Meta(Named.Meta):
        verbose_name = _("site")
        verbose_name_plural = _("sites")

    def clean(self) -> None:
        """A time zone that exists."""
        if self.time_zone not in available_timezones():
            text = _("There is no such time zone. Write it like Europe/Moscow.")
            raise ValidationError({"time_zone": text})


class ProductionLine(Named):
    """A line of a site."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="lines")

    class Meta(Named.Meta):
        verbose_name = _("production line")
        verbose_name_plural = _("production lines")


class Customer(Named):
    """Who buys. `profile` holds what this customer agreed otherwise (8D demanded, deadlines)."""

    country = models.CharField(_("country"), max_length=2, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES, default="ru")
    city = models.CharField(_("city"), max_length=100, blank=True)
    requires_8d = models.BooleanField(_("demands an 8D report"), default=False)

    class Meta(Named.Meta):
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        indexes = [models.Index(Upper("name"), name="customer_name")]


class CustomerContact(Versioned):
    """A person at a customer."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(_("name"), max_length=200)
    position = models.CharField(_("position"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=50, blank=True)

    class Meta:
        verbose_name = _("customer contact")
        verbose_name_plural = _("customer contacts")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ProductFamily(Named):
    """A node of the product tree."""

    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )

    class Meta(Named.Meta):
        verbose_name = _("product family")
        verbose_name_plural = _("product families")


class Product(Named):
    """What is made and claimed; `unit` is the unit of all its quantities."""

    family = models.ForeignKey(
        ProductFamily, null=True, blank=True, on_delete=models.PROTECT, related_name="products"
    )
    unit = models.CharField(_("unit"), max_length=16, default="pcs")

    class Meta(Named.Meta):
        verbose_name = _("product")
        verbose_name_plural = _("products")

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class CustomerPartNumber(models.Model):
    """How a customer names one of our products."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="part_numbers")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="part_numbers")
    part_number = models.CharField(_("part number"), max_length=64)

    class Meta:
        verbose_name = _("customer part number")
        verbose_name_plural = _("customer part numbers")
        constraints = [
            models.UniqueConstraint("product", "customer", name="part_number_per_customer")
        ]

    def __str__(self) -> str:
        return self.part_number


class Lot(Coded):
    """A batch of one product. `blocked_at` is set while a containment order holds it."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="lots")
    line = models.ForeignKey(
        ProductionLine, null=True, blank=True, on_delete=models.PROTECT, related_name="lots"
    )
    produced_on = models.DateField(_("produced on"), null=True, blank=True)
    shift = models.CharField(_("shift"), max_length=20, blank=True)
    quantity = models.DecimalField(
        _("quantity produced"), max_digits=16, decimal_places=3, null=True, blank=True
    )
    raw_lots = models.JSONField(_("raw-material lots"), default=list, blank=True)
    blocked_at = models.DateTimeField(_("blocked at"), null=True, blank=True, editable=False)

    class Meta(Coded.Meta):
        verbose_name = _("lot")
        verbose_name_plural = _("lots")
        indexes = [models.Index(fields=["product", "produced_on"], name="lot_product_day")]


class Shipment(Versioned):
    """A delivery document to one customer."""

    document_no = models.CharField(_("document no."), max_length=64, unique=True)
    shipped_on = models.DateField(_("shipped on"))
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="shipments")

    class Meta:
        verbose_name = _("shipment")
        verbose_name_plural = _("shipments")
        ordering = ["-shipped_on"]
        indexes = [models.Index(fields=["customer", "shipped_on"], name="shipment_customer_day")]

    def __str__(self) -> str:
        return self.document_no


class ShipmentLine(models.Model):
    """How much of which lot went out with a shipment; `position` is unique inside the document."""

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField(_("position"))
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="shipment_lines")
    lot = models.ForeignKey(
        Lot, null=True, blank=True, on_delete=models.PROTECT, related_name="shipment_lines"
    )
    quantity = models.DecimalField(_("quantity"), max_digits=16, decimal_places=3)

    class Meta:
        verbose_name = _("shipment line")
        verbose_name_plural = _("shipment lines")
        constraints = [models.UniqueConstraint("shipment", "position", name="shipment_position")]

    def __str__(self) -> str:
        return f"{self.shipment_id}/{self.position}"


class CatalogueEntry(Coded):
    """A bilingual catalogue code of two levels: a group (no parent) and the codes below it."""

    name_ru = models.CharField(_("name in Russian"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200)

    class Meta(Coded.Meta):
        abstract = True

    @property
    def name(self) -> str:
        """The name in the current language."""
        return self.name_ru if (get_language() or "").startswith("ru") else self.name_en

    def __str__(self) -> str:
        return self.name


class DefectCode(CatalogueEntry):
    """What is wrong with the unit. Empty `families` means: for every family."""

    group = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="codes"
    )
    families: Any = models.ManyToManyField(ProductFamily, blank=True, related_name="defect_codes")

    class Meta(CatalogueEntry.Meta):
        verbose_name = _("defect code")
        verbose_name_plural = _("defect codes")


class CauseCategory(models.TextChoices):
    """The six M of Ishikawa."""

    PEOPLE = "people", _("People")
    MACHINE = "machine", _("Machine")
    MATERIAL = "material", _("Material")
    METHOD = "method", _("Method")
    MEASUREMENT = "measurement", _("Measurement")
    ENVIRONMENT = "environment", _("Environment")


class CauseCode(CatalogueEntry):
    """Why it happened; groups carry the 6M category."""

    group = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="codes"
    )
    category = models.CharField(_("category"), max_length=12, choices=CauseCategory.choices)
    families: Any = models.ManyToManyField(ProductFamily, blank=True, related_name="cause_codes")

    class Meta(CatalogueEntry.Meta):
        verbose_name = _("cause code")
        verbose_name_plural = _("cause codes")

"""What the customer gets, and what the claim costs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from claims.models import Claim
from core.lateness import is_late
from core.models import Versioned
from responses.states import CompensationKind, CostKind, RecoveredFrom

USER = settings.AUTH_USER_MODEL
MONEY: dict[str, Any] = {"max_digits": 16, "decimal_places": 2}


class Compensation(Versioned):
    """Something the customer gets; `settled_at` is when finance booked it under a document.

    It has to be settled by `due_at`: the end of the day `due_on`, where somebody has said one, else
    counted by the deadline policy from the moment at which everybody had agreed (None until then).
    """

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="compensations")
    kind = models.CharField(_("kind"), max_length=16, choices=CompensationKind.choices)
    amount = models.DecimalField(_("amount"), **MONEY)
    currency = models.CharField(_("currency"), max_length=3, default="RUB")
    note = models.CharField(_("note"), max_length=300, blank=True)
    due_on = models.DateField(_("due"), null=True, blank=True)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    entered_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    document_no = models.CharField(_("ERP document no."), max_length=64, blank=True)
    document_date = models.DateField(_("ERP document date"), null=True, blank=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    settled_by = models.ForeignKey(
        USER,
        verbose_name=_("settled by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("compensation")
        verbose_name_plural = _("compensations")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="compensation_amount"),
            models.CheckConstraint(
                condition=Q(settled_at=None)
                | (~Q(document_no="") & Q(document_date__isnull=False)),
                name="compensation_settled_has_document",
            ),
        ]
        indexes = [
            models.Index(
                fields=["claim"], name="compensation_unsettled", condition=Q(settled_at=None)
            )
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @property
    def is_late(self) -> bool:
        """Not settled by its due instant; equality is on time."""
        return is_late(self.due_at, done_at=self.settled_at)

    @property
    def is_settled(self) -> bool:
        """Finance has booked it."""
        return self.settled_at is not None


class CostEntry(Versioned):
    """A cost of the claim and what was got back of it, in one currency."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="costs")
    kind = models.CharField(_("kind"), max_length=16, choices=CostKind.choices)
    amount = models.DecimalField(_("amount"), **MONEY)
    currency = models.CharField(_("currency"), max_length=3, default="RUB")
    spent_on = models.DateField(_("date"))
    hours = models.DecimalField(_("hours"), max_digits=8, decimal_places=2, null=True, blank=True)
    rate = models.DecimalField(_("rate per hour"), **MONEY, null=True, blank=True)
    document_no = models.CharField(_("document no."), max_length=64, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    recovered_from = models.CharField(
        _("recovered from"), max_length=10, choices=RecoveredFrom.choices, blank=True
    )
    amount_recovered = models.DecimalField(_("amount recovered"), **MONEY, default=Decimal(0))
    compensation = models.OneToOneField(
        Compensation, null=True, blank=True, on_delete=models.PROTECT, related_name="cost"
    )
    entered_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("cost")
        verbose_name_plural = _("costs")
        ordering = ["spent_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=0, amount_recovered__gte=0), name="cost_amounts"
            )
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

"""Who else has it: the two questions and the lots that may be affected."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from claims.models import Claim
from core.models import Versioned
from investigations.models.facts import Fact
from investigations.states import LotStatus, Question, Suspicion
from masterdata.models import Lot


class TraceabilityAnswer(Versioned):
    """The answer to one traceability question, resting on a fact; a later one replaces it."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="traceability")
    question = models.CharField(_("question"), max_length=16, choices=Question.choices)
    answer = models.BooleanField(_("answer"))
    text = models.TextField(_("explanation"), blank=True)
    fact = models.ForeignKey(
        Fact, verbose_name=_("fact"), on_delete=models.PROTECT, related_name="answers"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    by_label = models.CharField(_("answered by"), max_length=200)

    class Meta:
        verbose_name = _("traceability answer")
        verbose_name_plural = _("traceability answers")
        ordering = ["question"]
        constraints = [models.UniqueConstraint("claim", "question", name="traceability_once")]

    def __str__(self) -> str:
        return str(self.get_question_display())


def _pieces(label: Any) -> models.DecimalField[Any, Any]:
    return models.DecimalField(label, max_digits=16, decimal_places=3, null=True, blank=True)


class AffectedLot(Versioned):
    """A lot that may have the defect, and where its pieces are (in the unit of the product).

    `lot_code` keeps the code as stated; `lot` is set when such a lot is known.
    """

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="affected_lots")
    lot = models.ForeignKey(
        Lot, null=True, blank=True, on_delete=models.PROTECT, related_name="affected_in"
    )
    lot_code = models.CharField(_("lot"), max_length=64)
    suspicion = models.CharField(_("why suspected"), max_length=8, choices=Suspicion.choices)
    note = models.CharField(_("note"), max_length=300, blank=True)
    status = models.CharField(
        _("verdict"), max_length=10, choices=LotStatus.choices, default=LotStatus.SUSPECTED
    )
    verdict = models.CharField(_("based on"), max_length=300, blank=True)
    facts: Any = models.ManyToManyField(
        Fact, verbose_name=_("facts"), blank=True, related_name="affected_lots"
    )
    produced = _pieces(_("produced"))
    in_stock = _pieces(_("in stock"))
    in_transit = _pieces(_("in transit"))
    at_customers = _pieces(_("at customers"))
    scrapped = _pieces(_("scrapped"))

    class Meta:
        verbose_name = _("affected lot")
        verbose_name_plural = _("affected lots")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint("claim", "lot", name="affected_lot_once"),
            models.UniqueConstraint(
                "claim", "lot_code", name="affected_code_once", condition=Q(lot=None)
            ),
        ]

    def __str__(self) -> str:
        return self.lot_code

    @property
    def accounted(self) -> Decimal:
        """The pieces whose whereabouts are known."""
        known = (self.in_stock, self.in_transit, self.at_customers, self.scrapped)
        return sum((part for part in known if part is not None), Decimal(0))

    @property
    def unaccounted(self) -> Decimal | None:
        """Produced less accounted for; must reach 0. None while nobody knows how many were made."""
        return None if self.produced is None else self.produced - self.accounted

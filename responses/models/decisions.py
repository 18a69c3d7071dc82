"""What is decided about a claim, who has to agree, and what the lawyers note."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from claims.models import Claim, ClaimItem
from claims.states import Outcome
from core import clock
from core.models import Timestamped, Versioned
from responses.states import DecisionReason

USER = settings.AUTH_USER_MODEL
ACCEPTING = (Outcome.ACCEPTED, Outcome.PARTLY, Outcome.GOODWILL)


class Decision(Versioned):
    """Accept, accept in part, reject or goodwill, with the reason.

    `approved_at` is set while every required signature stands under it; before, it is a proposal.
    `changed_at` is when it, or a compensation, last changed: a letter sent before is outdated.
    """

    claim = models.OneToOneField(Claim, on_delete=models.PROTECT, related_name="decision")
    outcome = models.CharField(_("decision"), max_length=10, choices=Outcome.choices)
    reason_code = models.CharField(_("rests on"), max_length=24, choices=DecisionReason.choices)
    reason = models.TextField(_("reason"), blank=True)
    apology = models.BooleanField(_("we apologise"), default=False)
    currency = models.CharField(_("currency"), max_length=3, default="RUB")
    no_compensation = models.BooleanField(_("no compensation"), default=False)
    legal_matter = models.BooleanField(_("injury, threat of court or legal hold"), default=False)
    decided_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(_("decided"), default=clock.now)
    editors: Any = models.ManyToManyField(USER, blank=True, related_name="edited_decisions")
    changed_at = models.DateTimeField(default=clock.now)
    approved_at = models.DateTimeField(_("agreed"), null=True, blank=True)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")

    def __str__(self) -> str:
        return str(self.get_outcome_display())

    @property
    def accepts(self) -> bool:
        """The customer gets something: compensation has to be decided."""
        return self.outcome in ACCEPTING

    @property
    def is_agreed(self) -> bool:
        """Every required approver has signed, and nothing was changed since."""
        return self.approved_at is not None

    @property
    def total_claimed(self) -> Decimal:
        """Sum of what the lines say was claimed, in the decision's currency."""
        return sum((line.value_claimed or Decimal(0) for line in self.lines.all()), Decimal(0))

    @property
    def total_accepted(self) -> Decimal:
        """Sum of what the lines accept, in the decision's currency."""
        return sum((line.value_accepted or Decimal(0) for line in self.lines.all()), Decimal(0))


class DecisionLine(models.Model):
    """What is accepted of one item of the claim, or of a demand without one (sorting, freight).

    Values are in the decision's currency, the quantity in the item's unit.
    """

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(default=1)
    item = models.ForeignKey(
        ClaimItem,
        verbose_name=_("item"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    text = models.CharField(_("item"), max_length=200, blank=True)
    quantity_accepted = models.DecimalField(
        _("quantity accepted"), max_digits=16, decimal_places=3, null=True, blank=True
    )
    value_claimed = models.DecimalField(
        _("claimed"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    value_accepted = models.DecimalField(
        _("accepted"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("line of a decision")
        verbose_name_plural = _("lines of a decision")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.text or str(self.item or "")


class LegalLimit(Versioned):
    """The amount from which a compensation needs the legal reviewer's signature, per currency.

    In a currency without a limit every amount does.
    """

    currency = models.CharField(_("currency"), max_length=3, unique=True)
    amount = models.DecimalField(_("amount"), max_digits=16, decimal_places=2)

    class Meta:
        verbose_name = _("limit of legal review")
        verbose_name_plural = _("limits of legal review")
        ordering = ["currency"]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


class LegalNote(Timestamped):
    """What the legal reviewer notes about a claim; read by few, the settlement sum by managers too.

    Notes are added, never changed.
    """

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="legal_notes")
    text = models.TextField(_("note"))
    settlement_amount = models.DecimalField(
        _("settlement sum"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    currency = models.CharField(_("currency"), max_length=3, default="RUB")
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    by_label = models.CharField(_("written by"), max_length=200)

    class Meta:
        verbose_name = _("legal note")
        verbose_name_plural = _("legal notes")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"#{self.pk}"

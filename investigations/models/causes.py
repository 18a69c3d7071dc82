"""From facts to causes: comparison, hypotheses, whys, and the finding of a short investigation."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from claims.models import Claim
from core.models import Versioned
from investigations.models.facts import Fact, Investigation
from investigations.states import (
    CauseStatus,
    CauseType,
    Dimension,
    FindingKind,
    Proof,
)
from masterdata.models import CauseCategory, CauseCode


class IsIsNot(Versioned):
    """One row of the comparison: where the problem is, where it could be but is not."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="comparison")
    dimension = models.CharField(_("question"), max_length=10, choices=Dimension.choices)
    is_text = models.CharField(_("is"), max_length=500)
    is_not_text = models.CharField(_("is not"), max_length=500, blank=True)
    distinction = models.CharField(_("what distinguishes them"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("comparison row")
        verbose_name_plural = _("is / is-not comparison")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.get_dimension_display()}: {self.is_text[:80]}"


class Cause(Versioned):
    """A node of the Ishikawa diagram: a hypothesis that facts confirm or rule out.

    `parameter_fact` shows which parameter was left; a cause in people cannot be confirmed without.
    """

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="causes")
    investigation = models.ForeignKey(
        Investigation, on_delete=models.PROTECT, related_name="causes"
    )
    category = models.CharField(_("category"), max_length=12, choices=CauseCategory.choices)
    text = models.CharField(_("cause"), max_length=300)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    type = models.CharField(
        _("explains"), max_length=10, choices=CauseType.choices, default=CauseType.OCCURRENCE
    )
    status = models.CharField(
        _("decision"),
        max_length=10,
        choices=CauseStatus.choices,
        default=CauseStatus.HYPOTHESIS,
    )
    is_root = models.BooleanField(_("root cause"), default=False)
    code = models.ForeignKey(
        CauseCode,
        verbose_name=_("cause code"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="causes",
    )
    facts: Any = models.ManyToManyField(
        Fact, verbose_name=_("facts"), blank=True, related_name="causes"
    )
    parameter_fact = models.ForeignKey(
        Fact,
        verbose_name=_("fact that shows which parameter was left"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    proof = models.CharField(_("verified by"), max_length=12, choices=Proof.choices, blank=True)
    remark = models.CharField(_("remark"), max_length=500, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = _("cause")
        verbose_name_plural = _("causes")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="cause_root_is_confirmed",
                condition=Q(is_root=False) | Q(status=CauseStatus.CONFIRMED),
            )
        ]
        indexes = [models.Index(fields=["code", "status"], name="cause_code_status")]

    def __str__(self) -> str:
        return self.text

    @property
    def is_confirmed(self) -> bool:
        """Facts have confirmed it."""
        return self.status == CauseStatus.CONFIRMED


class WhyChain(Versioned):
    """Why after why, down to a cause; `cause` is set when the chain has reached it."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="why_chains")
    type = models.CharField(_("explains"), max_length=10, choices=CauseType.choices)
    cause = models.ForeignKey(
        Cause,
        verbose_name=_("cause"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="chains",
    )

    class Meta:
        verbose_name = _("chain of whys")
        verbose_name_plural = _("chains of whys")
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.get_type_display())

    @property
    def next_position(self) -> int:
        """The number of the why that is asked next."""
        return len(self.whys.all()) + 1


class Why(Versioned):
    """One question of a chain and its answer, which rests on facts."""

    chain = models.ForeignKey(WhyChain, on_delete=models.CASCADE, related_name="whys")
    position = models.PositiveSmallIntegerField(_("position"))
    question = models.CharField(_("why"), max_length=300)
    answer = models.CharField(_("because"), max_length=500)
    facts: Any = models.ManyToManyField(
        Fact, verbose_name=_("facts"), blank=True, related_name="whys"
    )

    class Meta:
        verbose_name = _("why")
        verbose_name_plural = _("whys")
        ordering = ["chain_id", "position"]
        constraints = [models.UniqueConstraint("chain", "position", name="why_position")]

    def __str__(self) -> str:
        return self.answer


class Finding(Versioned):
    """What the initial investigation came to, with the facts it rests on; one per claim."""

    claim = models.OneToOneField(Claim, on_delete=models.CASCADE, related_name="finding")
    kind = models.CharField(_("finding"), max_length=10, choices=FindingKind.choices)
    text = models.TextField(_("in words"))
    facts: Any = models.ManyToManyField(
        Fact, verbose_name=_("facts"), blank=True, related_name="findings"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    by_label = models.CharField(_("stated by"), max_length=200)

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")

    def __str__(self) -> str:
        return str(self.get_kind_display())

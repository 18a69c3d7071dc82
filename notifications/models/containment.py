"""What is stopped, blocked, sorted or called back because of a claim."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from claims.models import Attachment, Claim
from core import clock
from core.lateness import is_late
from core.models import Timestamped, Versioned
from events.models import Event
from masterdata.models import Lot, ProductionLine, Shipment
from notifications.states import HOLDING, ORDER_WORDS, ContainmentKind, OrderState, Place

USER = settings.AUTH_USER_MODEL


class ContainmentRequest(Timestamped):
    """Somebody who reported the problem wants something stopped; a coordinator answers it.

    An order answers it; so does the claim's reason why no containment is needed.
    """

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="containment_requests")
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("what should be stopped"))
    requested_by_label = models.CharField(_("requested by"), max_length=200)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("containment request")
        verbose_name_plural = _("containment requests")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["claim"], name="request_open", condition=Q(answered_at=None))
        ]

    def __str__(self) -> str:
        return self.text[:80]


class ContainmentOrder(Versioned):
    """An order to a person to hold or check goods.

    It concerns a line, a lot, a shipment, or what `scope` says. Executed means: what it says is so
    now. What it holds stays held until a quality manager lifts it.
    """

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="containment_orders")
    kind = models.CharField(_("what to do"), max_length=16, choices=ContainmentKind.choices)
    place = models.CharField(_("where"), max_length=10, choices=Place.choices, blank=True)
    line = models.ForeignKey(
        ProductionLine, verbose_name=_("line"), null=True, blank=True, on_delete=models.PROTECT
    )
    lot = models.ForeignKey(
        Lot,
        verbose_name=_("lot"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="containment_orders",
    )
    shipment = models.ForeignKey(
        Shipment, verbose_name=_("shipment"), null=True, blank=True, on_delete=models.PROTECT
    )
    scope = models.CharField(_("what exactly"), max_length=200, blank=True)
    instruction = models.TextField(_("instruction"), blank=True)
    executor = models.ForeignKey(
        USER, verbose_name=_("executor"), on_delete=models.PROTECT, related_name="+"
    )
    ordered_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField(_("ordered"), default=clock.now)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)

    executed_at = models.DateTimeField(_("executed"), null=True, blank=True)
    executed_by = models.ForeignKey(
        USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    quantity_checked = models.DecimalField(
        _("checked"), max_digits=16, decimal_places=3, null=True, blank=True
    )
    quantity_good = models.DecimalField(
        _("good"), max_digits=16, decimal_places=3, null=True, blank=True
    )
    quantity_bad = models.DecimalField(
        _("bad"), max_digits=16, decimal_places=3, null=True, blank=True
    )
    execution_note = models.TextField(_("note"), blank=True)
    evidence: Any = models.ManyToManyField(
        Attachment, verbose_name=_("evidence"), blank=True, related_name="containment_orders"
    )

    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    lift_reason = models.CharField(_("why it was lifted"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("containment order")
        verbose_name_plural = _("containment orders")
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["executor", "due_at"],
                name="order_to_execute",
                condition=Q(executed_at=None, lifted_at=None),
            ),
            models.Index(fields=["lot"], name="order_holds_lot", condition=Q(lifted_at=None)),
        ]

    def __str__(self) -> str:
        if not self.target:
            return str(self.get_kind_display())
        return str(ORDER_WORDS[ContainmentKind(self.kind)] % {"target": self.target})

    @property
    def evidence_ids(self) -> list[int]:
        """The ids of the files that show it, which are loaded."""
        return [each.pk for each in self.evidence.all()]

    @property
    def target(self) -> str:
        """The line, lot or shipment it concerns, or the words for it."""
        found = self.lot or self.line or self.shipment
        return str(found) if found is not None else self.scope

    @property
    def holds(self) -> bool:
        """Whether it holds something until it is lifted."""
        return self.kind in HOLDING

    @property
    def state(self) -> OrderState:
        """How it stands now."""
        if self.lifted_at is not None:
            return OrderState.LIFTED
        if self.executed_at is None:
            return OrderState.ORDERED
        return OrderState.IN_FORCE if self.holds else OrderState.DONE

    @property
    def is_late(self) -> bool:
        """Not executed (or lifted) by its due instant; equality is on time."""
        return is_late(self.due_at, done_at=self.executed_at or self.lifted_at)

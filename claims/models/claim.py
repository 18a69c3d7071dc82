"""The claim and its items."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from claims.lifecycle import TRANSITIONS
from claims.states import (
    FINISHED_STEPS,
    STEP_NUMBERS,
    CancelReason,
    Channel,
    DuplicateAnswer,
    FoundWhere,
    Kind,
    Outcome,
    Severity,
    Step,
)
from core import clock, lateness
from core.lateness import Standing
from core.models import Versioned
from masterdata.models import (
    Customer,
    CustomerContact,
    DefectCode,
    Lot,
    Product,
    ProductionLine,
    Site,
)

OPEN = ~Q(step__in=FINISHED_STEPS)


def new_tracking_code() -> str:
    """An unguessable code (130 bits) by which a customer without account follows the claim."""
    return secrets.token_urlsafe(16)


def moves(name: str) -> Callable[[Callable[[Claim], None]], Callable[[Claim], None]]:
    """Make the decorated method the FSM transition of that name, as the lifecycle page says."""

    def decorate(method: Callable[[Claim], None]) -> Callable[[Claim], None]:
        for source, target in TRANSITIONS[name].moves.items():
            method = transition(field="step", source=source.value, target=target.value)(method)
        return method

    return decorate


class Claim(FSMModelMixin, Versioned):
    """A customer's claim. `step` moves only through the transitions below, called by commands.

    Moments (`…_at`) are written once, by the command that makes the fact true. Those of the step
    and of the response (`…_due_at`, `…_soon_at`, `…_held_at`) are copies from their clocks.
    """

    number = models.CharField(_("number"), max_length=16, unique=True)
    tracking_code = models.CharField(max_length=32, unique=True, default=new_tracking_code)
    step = FSMField(
        _("step"), max_length=24, choices=Step.choices, default=Step.RECEIPT.value, protected=True
    )
    step_entered_at = models.DateTimeField(default=clock.now)
    step_due_at = models.DateTimeField(_("step due"), null=True, blank=True)
    step_soon_at = models.DateTimeField(null=True, blank=True)
    step_held_at = models.DateTimeField(null=True, blank=True)
    response_due_at = models.DateTimeField(_("final response due"), null=True, blank=True)
    response_soon_at = models.DateTimeField(null=True, blank=True)
    response_held_at = models.DateTimeField(null=True, blank=True)

    title = models.CharField(_("title"), max_length=250)
    description = models.TextField(_("description"), blank=True)
    requirement = models.TextField(_("requirement"), blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.QUALITY)
    channel = models.CharField(
        _("channel"), max_length=12, choices=Channel.choices, default=Channel.SHOP_FLOOR
    )
    severity = models.CharField(_("severity"), max_length=10, choices=Severity.choices, blank=True)
    priority = models.PositiveSmallIntegerField(_("priority"), default=4)
    priority_reason = models.CharField(_("reason for the priority"), max_length=500, blank=True)
    is_safety = models.BooleanField(_("safety is concerned"), default=False)
    is_line_down = models.BooleanField(_("the customer's line stands still"), default=False)
    found_where = models.CharField(
        _("found where"), max_length=16, choices=FoundWhere.choices, blank=True
    )

    site = models.ForeignKey(Site, verbose_name=_("site"), on_delete=models.PROTECT)
    customer = models.ForeignKey(
        Customer,
        verbose_name=_("customer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        db_index=False,  # claim_customer_received begins with it, claim_owner_step with the owner
    )
    contact = models.ForeignKey(
        CustomerContact,
        verbose_name=_("contact"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
    )
    reporter = models.CharField(_("reporter"), max_length=200, blank=True)
    customer_claim_no = models.CharField(_("customer's claim number"), max_length=64, blank=True)
    customer_claim_date = models.DateField(_("customer's claim date"), null=True, blank=True)
    order_no = models.CharField(_("order no."), max_length=64, blank=True)
    delivery_note_no = models.CharField(_("delivery note no."), max_length=64, blank=True)
    invoice_no = models.CharField(_("invoice no."), max_length=64, blank=True)
    demands = models.JSONField(_("demands"), default=list, blank=True)
    demand_amount = models.DecimalField(
        _("amount demanded"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    demand_currency = models.CharField(_("currency"), max_length=3, default="RUB", blank=True)

    received_at = models.DateTimeField(_("received"), default=clock.now)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("received by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="received_claims",
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="owned_claims",
        db_index=False,
    )
    occurred_at = models.DateTimeField(_("occurred"), null=True, blank=True)
    notified_at = models.DateTimeField(_("departments notified"), null=True, blank=True)
    registered_at = models.DateTimeField(_("registered"), null=True, blank=True)
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, blank=True)
    contained_at = models.DateTimeField(_("contained"), null=True, blank=True)
    first_response_at = models.DateTimeField(_("first response"), null=True, blank=True)
    root_cause_at = models.DateTimeField(_("root cause confirmed"), null=True, blank=True)
    final_response_at = models.DateTimeField(_("final response"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    acknowledgement_waiver = models.CharField(
        _("why no acknowledgement is sent"), max_length=500, blank=True
    )
    containment_waiver = models.CharField(
        _("why no containment is needed"), max_length=500, blank=True
    )
    duplicate_answer = models.CharField(
        _("similar claims"), max_length=10, choices=DuplicateAnswer.choices, blank=True
    )
    duplicate_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="duplicates"
    )
    repeat_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="repeats"
    )
    cancel_reason = models.CharField(
        _("reason of cancellation"), max_length=12, choices=CancelReason.choices, blank=True
    )
    outcome = models.CharField(_("decision"), max_length=10, choices=Outcome.choices, blank=True)
    in_legal_review = models.BooleanField(default=False)
    source_client = models.CharField(max_length=64, blank=True)
    source_reference = models.CharField(_("source reference"), max_length=128, blank=True)

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        constraints = [
            models.CheckConstraint(condition=Q(step__in=Step.values), name="claim_step_known"),
            models.UniqueConstraint(
                "source_client",
                "source_reference",
                name="claim_source_once",
                condition=~Q(source_reference=""),
            ),
        ]
        indexes = [
            models.Index(F("received_at").desc(), F("id").desc(), name="claim_received"),
            models.Index(F("updated_at").desc(), F("id").desc(), name="claim_updated"),
            models.Index(fields=["step", "step_due_at", "id"], name="claim_step_due"),
            models.Index(fields=["owner", "step", "step_due_at"], name="claim_owner_step"),
            models.Index("customer", F("received_at").desc(), name="claim_customer_received"),
            models.Index("step", F("received_at").desc(), F("id").desc(), name="claim_step_recv"),
            models.Index(
                "severity", F("received_at").desc(), F("id").desc(), name="claim_severity_recv"
            ),
            models.Index(fields=["step_due_at", "id"], name="claim_due"),
            models.Index(fields=["response_due_at", "id"], name="claim_response_due"),
            models.Index(fields=["priority", "id"], name="claim_priority"),
            models.Index(
                fields=["source_reference"],
                name="claim_source_reference",
                condition=~Q(source_reference=""),
            ),
            models.Index(
                fields=["id"], name="claim_legal_review", condition=Q(in_legal_review=True)
            ),
            models.Index(
                fields=["response_due_at", "id"],
                name="claim_unanswered",
                condition=Q(final_response_at=None, closed_at=None),
            ),
            # Open claims are few among many; each order of the list has them by themselves.
            *(
                models.Index(fields=[field, "id"], name=f"claim_open_{name}", condition=OPEN)
                for name, field in (
                    ("due", "step_due_at"),
                    ("received", "received_at"),
                    ("updated", "updated_at"),
                    ("response_due", "response_due_at"),
                    ("number", "number"),
                )
            ),
        ]

    # What lists say it lacks (`claims.lacks.Missing`), where they have asked.
    missing: Any = None

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        """Neither closed nor cancelled."""
        return self.step not in FINISHED_STEPS

    @property
    def is_late(self) -> bool:
        """Open and past the due instant of its step; equality is on time."""
        return self.is_open and lateness.is_late(self.step_due_at, held_at=self.step_held_at)

    @property
    def standing(self) -> Standing | None:
        """How the deadline of its step stands; None when there is none."""
        if not self.is_open or self.step_due_at is None:
            return None
        return lateness.standing_of(
            self.step_due_at, soon_at=self.step_soon_at, held_at=self.step_held_at
        )

    @property
    def step_number(self) -> int | None:
        """1 to 8, None when finished."""
        return STEP_NUMBERS.get(self.step)

    @moves("notify")
    def notify(self) -> None:
        self.notified_at = self.notified_at or clock.now()

    @moves("register")
    def register(self) -> None: ...

    @moves("investigate")
    def investigate(self) -> None:
        self.registered_at = self.registered_at or clock.now()

    @moves("investigate_fully")
    def investigate_fully(self) -> None: ...

    @moves("answer_directly")
    def answer_directly(self) -> None: ...

    @moves("analyse")
    def analyse(self) -> None: ...

    @moves("respond")
    def respond(self) -> None: ...

    @moves("monitor")
    def monitor(self) -> None: ...

    @moves("close")
    def close(self) -> None:
        self.closed_at = clock.now()

    @moves("return_to_investigation")
    def return_to_investigation(self) -> None: ...

    @moves("return_to_analysis")
    def return_to_analysis(self) -> None: ...

    @moves("reopen")
    def reopen(self) -> None:
        self.closed_at = None
        if self.cancel_reason == CancelReason.DUPLICATE:
            self.duplicate_of = None
        self.cancel_reason = ""

    @moves("cancel")
    def cancel(self) -> None:
        self.closed_at = clock.now()


class ClaimItem(Versioned):
    """One product (and lot) a claim is about; quantities in its unit, values in its currency.

    `lot_code` keeps the code as stated; `lot` is set when such a lot of the product is known.
    """

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField(default=1)
    product = models.ForeignKey(
        Product, verbose_name=_("product"), null=True, blank=True, on_delete=models.PROTECT
    )
    lot = models.ForeignKey(Lot, null=True, blank=True, on_delete=models.PROTECT)
    lot_code = models.CharField(_("lot"), max_length=64, blank=True)
    lot_unknown_reason = models.CharField(_("why the lot is unknown"), max_length=300, blank=True)
    serial_no = models.CharField(_("serial number"), max_length=64, blank=True)
    line = models.ForeignKey(
        ProductionLine, verbose_name=_("line"), null=True, blank=True, on_delete=models.PROTECT
    )
    produced_on = models.DateField(_("produced on"), null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=16, default="pcs", blank=True)
    quantity_delivered = models.DecimalField(
        _("delivered"), max_digits=16, decimal_places=3, null=True, blank=True
    )
    quantity_claimed = models.DecimalField(
        _("claimed"), max_digits=16, decimal_places=3, null=True, blank=True
    )
    quantity_returned = models.DecimalField(
        _("returned"), max_digits=16, decimal_places=3, null=True, blank=True
    )
    quantity_confirmed = models.DecimalField(
        _("confirmed"), max_digits=16, decimal_places=3, null=True, blank=True
    )
    quantity_accepted = models.DecimalField(
        _("accepted"), max_digits=16, decimal_places=3, null=True, blank=True
    )
    value_claimed = models.DecimalField(
        _("value claimed"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    value_accepted = models.DecimalField(
        _("value accepted"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    currency = models.CharField(_("currency"), max_length=3, default="RUB", blank=True)
    defect = models.ForeignKey(
        DefectCode, verbose_name=_("defect"), null=True, blank=True, on_delete=models.PROTECT
    )
    other_defects = models.ManyToManyField(
        DefectCode, verbose_name=_("other defects"), blank=True, related_name="+"
    )
    defect_location = models.CharField(_("place of the defect"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("item")
        verbose_name_plural = _("items")
        ordering = ["position", "id"]
        indexes = [
            models.Index(fields=["product", "claim"], name="item_product"),
            models.Index(fields=["lot_code"], name="item_lot_code"),
        ]

    def __str__(self) -> str:
        return " ".join(part for part in (str(self.product or ""), self.lot_code) if part) or "–"

"""The action, the documents it changes and the check whether it worked."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from accounts.models import Department
from capa.states import (
    OPEN_STATES,
    UNSETTLED_STATES,
    ActionKind,
    ActionState,
    DocumentKind,
    Verdict,
)
from claims.models import Attachment, Claim
from core import clock
from core.lateness import is_late
from core.models import Versioned
from investigations.models import Cause
from masterdata.models import Lot

PLANNED, IN_PROGRESS, DONE = UNSETTLED_STATES
USER = settings.AUTH_USER_MODEL


class Action(FSMModelMixin, Versioned):
    """Something that somebody does about a claim or several; `claim` is the one it was planned for.

    `state` moves only through the transitions below, called by commands. `due_at` is an instant,
    equality is on time; `original_due_at` stays what was agreed with the plan. The clean point is
    the first lot, or the day, made with the action in place.
    """

    kind = models.CharField(_("kind"), max_length=12, choices=ActionKind.choices)
    text = models.CharField(_("what is done"), max_length=500)
    claim = models.ForeignKey(
        Claim, verbose_name=_("claim"), on_delete=models.PROTECT, related_name="planned_actions"
    )
    claims: Any = models.ManyToManyField(
        Claim, verbose_name=_("claims it serves"), related_name="actions"
    )
    cause = models.ForeignKey(
        Cause,
        verbose_name=_("cause"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="actions",
    )
    owner = models.ForeignKey(
        USER,
        verbose_name=_("owner"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="owned_actions",
    )
    department = models.ForeignKey(
        Department,
        verbose_name=_("department"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="actions",
    )
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    original_due_at = models.DateTimeField(_("originally due"), null=True, blank=True)
    moved_times = models.PositiveSmallIntegerField(_("times the due date was moved"), default=0)
    state = FSMField(
        _("state"),
        max_length=12,
        choices=ActionState.choices,
        default=ActionState.PLANNED.value,
        protected=True,
    )
    criterion = models.CharField(_("how effectiveness is seen"), max_length=300, blank=True)
    window_days = models.PositiveSmallIntegerField(_("days to watch"), null=True, blank=True)
    clean_lot = models.ForeignKey(
        Lot,
        verbose_name=_("first clean lot"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    clean_from = models.DateField(_("clean from"), null=True, blank=True)
    lateral = models.TextField(_("where else it applies"), blank=True)
    replaces = models.ForeignKey(
        "self",
        verbose_name=_("takes the place of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="replacements",
    )
    evidence: Any = models.ManyToManyField(
        Attachment, verbose_name=_("evidence"), blank=True, related_name="actions"
    )
    proposed_by = models.ForeignKey(
        USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    done_by = models.ForeignKey(
        USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    done_note = models.TextField(_("what was done"), blank=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)

    class Meta:
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ActionState.values), name="action_state_known"
            )
        ]
        indexes = [
            models.Index(fields=["owner", "state", "due_at"], name="action_owner_state"),
            models.Index(fields=["state", "due_at", "id"], name="action_state_due"),
            models.Index(
                fields=["due_at", "id"],
                name="action_unsettled",
                condition=Q(state__in=UNSETTLED_STATES),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.text[:150]}"

    @property
    def number(self) -> str:
        """`A-001`, running over all claims; no gaps promised."""
        return f"A-{self.pk:03d}"

    @property
    def is_open(self) -> bool:
        """Not yet reported as done."""
        return self.state in OPEN_STATES

    @property
    def is_late(self) -> bool:
        """Open and past its due instant; equality is on time."""
        return self.is_open and is_late(self.due_at)

    @property
    def due_day(self) -> date | None:
        """The day it is due, by the clock of its site."""
        if self.due_at is None:
            return None
        return self.due_at.astimezone(ZoneInfo(self.claim.site.time_zone)).date()

    @transition(field=state, source=PLANNED, target=IN_PROGRESS)
    def start(self) -> None:
        self.started_at = self.started_at or clock.now()

    @transition(field=state, source=[PLANNED, IN_PROGRESS], target=DONE)
    def complete(self) -> None:
        self.started_at = self.started_at or clock.now()
        self.done_at = clock.now()

    @transition(field=state, source=DONE, target=IN_PROGRESS)
    def give_back(self) -> None:
        self.done_at = None

    @transition(field=state, source=DONE, target=ActionState.EFFECTIVE)
    def pass_check(self) -> None:
        self.settled_at = clock.now()

    @transition(field=state, source=DONE, target=ActionState.INEFFECTIVE)
    def fail_check(self) -> None:
        self.settled_at = clock.now()

    @transition(
        field=state,
        source=[PLANNED, IN_PROGRESS, DONE, ActionState.INEFFECTIVE],
        target=ActionState.CANCELLED,
    )
    def cancel(self) -> None:
        self.settled_at = clock.now()


class ActionDocument(Versioned):
    """A document that the action has to change; ticked when it is changed."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField(_("document"), max_length=16, choices=DocumentKind.choices)
    note = models.CharField(_("which"), max_length=200, blank=True)
    updated_on = models.DateTimeField(_("updated"), null=True, blank=True)
    updated_by = models.ForeignKey(
        USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("document to update")
        verbose_name_plural = _("documents to update")
        ordering = ["id"]
        constraints = [models.UniqueConstraint("action", "kind", name="action_document_once")]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @property
    def is_updated(self) -> bool:
        """The document says now what the action changed."""
        return self.updated_on is not None


class EffectivenessCheck(Versioned):
    """Whether an action worked, checked by somebody other than its owner.

    Opened when the action is reported as done; one that failed leads to another action, not to
    another check.
    """

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="checks")
    criterion = models.CharField(_("criterion"), max_length=300, blank=True)
    due_at = models.DateTimeField(_("due"))
    verdict = models.CharField(_("verdict"), max_length=12, choices=Verdict.choices, blank=True)
    result = models.TextField(_("result"), blank=True)
    early_reason = models.CharField(_("why before its date"), max_length=500, blank=True)
    checker = models.ForeignKey(
        USER,
        verbose_name=_("checked by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True)

    class Meta:
        verbose_name = _("effectiveness check")
        verbose_name_plural = _("effectiveness checks")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                "action", name="effectiveness_one_open", condition=Q(verdict="")
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], name="effectiveness_due", condition=Q(verdict=""))
        ]

    def __str__(self) -> str:
        return self.criterion or f"#{self.pk}"

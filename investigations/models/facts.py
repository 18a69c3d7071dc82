"""Rounds, the team, the plan of sources and the facts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from claims.models import Attachment, Claim
from core import clock
from core.models import Versioned
from investigations.states import RoundKind, SourceKind, SourceOutcome, TeamRole
from masterdata.models import CustomerContact


class Investigation(Versioned):
    """One round: the initial or the full investigation; a claim that comes back begins another.

    Facts, causes and the plan stay with the claim through all rounds.
    """

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="investigations")
    kind = models.CharField(_("kind"), max_length=8, choices=RoundKind.choices)
    number = models.PositiveSmallIntegerField(_("round"), default=1)
    begun_at = models.DateTimeField(_("begun"), default=clock.now)
    no_escape_reason = models.CharField(
        _("why there is no escape cause"), max_length=1000, blank=True
    )
    no_escape_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("investigation")
        verbose_name_plural = _("investigations")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint("claim", "kind", "number", name="investigation_round")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"


class TeamMember(Versioned):
    """A person's part in the team of a claim: one of ours, or a contact at the customer.

    `department` is the one at the time of naming. Removed by deletion; history keeps who was in.
    """

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="team")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="team_memberships",
    )
    contact = models.ForeignKey(
        CustomerContact,
        verbose_name=_("customer contact"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="team_memberships",
    )
    department = models.ForeignKey(
        Department,
        verbose_name=_("department"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    role = models.CharField(_("part in the team"), max_length=8, choices=TeamRole.choices)

    class Meta:
        verbose_name = _("team member")
        verbose_name_plural = _("team members")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint("claim", "user", name="team_user_once"),
            models.UniqueConstraint("claim", "contact", name="team_contact_once"),
            models.UniqueConstraint(
                "claim", name="team_one_leader", condition=Q(role=TeamRole.LEADER)
            ),
            models.CheckConstraint(
                name="team_user_or_contact",
                condition=Q(role=TeamRole.CONTACT, user=None, contact__isnull=False)
                | (~Q(role=TeamRole.CONTACT) & Q(user__isnull=False, contact=None)),
            ),
        ]

    def __str__(self) -> str:
        return str(self.user or self.contact)


class Fact(Versioned):
    """What is established, numbered within its claim (F1, F2 …).

    Never edited: a better one supersedes it with a reason, and this one then says by which and why.
    """

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="facts")
    investigation = models.ForeignKey(Investigation, on_delete=models.PROTECT, related_name="facts")
    number = models.PositiveIntegerField(_("number"))
    text = models.TextField(_("what is established"))
    observed_at = models.DateTimeField(_("observed"), default=clock.now)
    source = models.CharField(_("where it comes from"), max_length=300, blank=True)
    evidence: Any = models.ManyToManyField(
        Attachment, verbose_name=_("evidence"), blank=True, related_name="facts"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    by_label = models.CharField(_("stated by"), max_length=200)
    superseded_by = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="supersedes"
    )
    superseded_reason = models.CharField(_("why it was superseded"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("fact")
        verbose_name_plural = _("facts")
        ordering = ["claim_id", "number"]
        constraints = [models.UniqueConstraint("claim", "number", name="fact_number")]

    def __str__(self) -> str:
        return f"F{self.number} {self.text[:150]}"

    @property
    def is_live(self) -> bool:
        """No better fact has taken its place, so conclusions may rest on it."""
        return self.superseded_by_id is None


class Source(Versioned):
    """A place on the plan where facts are looked for; checked off with facts or "nothing found"."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="sources")
    investigation = models.ForeignKey(
        Investigation, on_delete=models.PROTECT, related_name="sources"
    )
    kind = models.CharField(_("kind"), max_length=16, choices=SourceKind.choices)
    name = models.CharField(_("source"), max_length=200, blank=True)
    outcome = models.CharField(
        _("outcome"), max_length=8, choices=SourceOutcome.choices, blank=True
    )
    remark = models.CharField(_("what was looked at"), max_length=500, blank=True)
    facts: Any = models.ManyToManyField(
        Fact, verbose_name=_("facts"), blank=True, related_name="sources"
    )
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                "claim",
                "kind",
                name="source_starter_once",
                condition=~Q(kind=SourceKind.OTHER),
            )
        ]

    def __str__(self) -> str:
        return self.name or str(self.get_kind_display())

    @property
    def is_checked(self) -> bool:
        """Somebody looked and said what came of it."""
        return bool(self.outcome)

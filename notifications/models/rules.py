"""Who is told: the list agreed beforehand, and people named by hand."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from claims.models import Claim
from claims.states import Severity
from core.models import Timestamped, Versioned
from masterdata.models import Customer, DefectCode, ProductFamily, Site
from notifications.models.rooms import ChatRoom
from notifications.states import LISTED, PERSONAL, Occasion


def usual_channels() -> list[str]:
    """In the product and by e-mail."""
    return [each.value for each in PERSONAL]


class NotificationRule(Versioned):
    """One line of the notification list: on which claims, at what, who is told and how.

    An empty condition means any. `roles` hold at the claim's site; `to_heads` are the heads of all
    its departments; of the named `departments` the head is told, or everybody. `channels` are the
    ways to people: addresses have only e-mail, rooms only chat. `confirm_within` are working hours
    of the site; without them the deadline policy counts.
    """

    occasion = models.CharField(
        _("event"), max_length=24, choices=[(each.value, each.label) for each in LISTED]
    )
    severity = models.CharField(_("severity"), max_length=10, choices=Severity.choices, blank=True)
    site = models.ForeignKey(
        Site, verbose_name=_("site"), null=True, blank=True, on_delete=models.PROTECT
    )
    family = models.ForeignKey(
        ProductFamily,
        verbose_name=_("product family"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
    )
    defect_group = models.ForeignKey(
        DefectCode,
        verbose_name=_("defect group"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        limit_choices_to={"group": None},
    )
    customer = models.ForeignKey(
        Customer, verbose_name=_("customer"), null=True, blank=True, on_delete=models.PROTECT
    )
    roles = models.JSONField(_("roles at the site"), default=list, blank=True)
    to_heads = models.BooleanField(_("heads of all departments of the site"), default=False)
    departments: Any = models.ManyToManyField(
        Department, verbose_name=_("departments"), blank=True, related_name="+"
    )
    whole_departments = models.BooleanField(
        _("everybody in the departments, not only the head"), default=False
    )
    people: Any = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("people"), blank=True, related_name="+"
    )
    addresses = models.JSONField(_("outside addresses"), default=list, blank=True)
    rooms: Any = models.ManyToManyField(
        ChatRoom, verbose_name=_("chat rooms"), blank=True, related_name="+"
    )
    channels = models.JSONField(_("channels"), default=usual_channels)
    needs_confirmation = models.BooleanField(_("must confirm having read it"), default=False)
    confirm_within = models.PositiveSmallIntegerField(
        _("confirm within, working hours"),
        null=True,
        blank=True,
        help_text=_("Left empty, the deadline of the severity counts."),
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("notification rule")
        verbose_name_plural = _("notification list")
        ordering = ["occasion", "severity", "id"]

    def __str__(self) -> str:
        severity = self.get_severity_display() if self.severity else _("any severity")
        return f"{Occasion(self.occasion).label}, {severity}"

    @property
    def department_codes(self) -> list[str]:
        """The codes of the departments, which are loaded."""
        return [each.code for each in self.departments.all()]

    @property
    def room_names(self) -> list[str]:
        """The names of the chat rooms, which are loaded."""
        return [each.name for each in self.rooms.all()]


class FallbackList(Versioned):
    """Who is told at a site when no rule yields a person; without it the quality managers are."""

    site = models.OneToOneField(
        Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="fallback_list"
    )
    people: Any = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("people"), blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("fallback list")
        verbose_name_plural = _("fallback lists")
        ordering = ["site__code"]

    def __str__(self) -> str:
        return str(self.site)


class NamedRecipient(Timestamped):
    """Somebody whom a coordinator named for one claim: a person, or an outside address."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="named_recipients")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    address = models.EmailField(_("e-mail"), blank=True)
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("recipient named by hand")
        verbose_name_plural = _("recipients named by hand")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint("claim", "user", name="named_user_once"),
            models.UniqueConstraint(
                "claim", "address", name="named_address_once", condition=~Q(address="")
            ),
            models.CheckConstraint(
                condition=Q(user=None) ^ Q(address=""), name="named_user_or_address"
            ),
        ]

    def __str__(self) -> str:
        return str(self.user) if self.user is not None else self.address

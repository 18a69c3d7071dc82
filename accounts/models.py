"""People, their departments and their roles at sites."""

from __future__ import annotations

from datetime import date, datetime
from functools import cached_property
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import Versioned
from masterdata.models import LANGUAGES, Named, Site


class Role(models.TextChoices):
    """What a membership allows; every signed-in person is an employee without one."""

    HANDLER = "handler", _("Quality specialist")
    QUALITY_MANAGER = "quality_manager", _("Quality manager")
    LEGAL = "legal", _("Legal reviewer")
    FINANCE = "finance", _("Finance")
    MANAGER = "manager", _("Manager")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")
    INTEGRATION = "integration", _("Integration client")


class Department(Named):
    """A department of a site; its head hears of what is late."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="departments")
    head = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="heads"
    )

    class Meta(Named.Meta):
        verbose_name = _("department")
        verbose_name_plural = _("departments")


def zone_of(name: str) -> ZoneInfo:
    """The time zone of that name; UTC for an unknown one.

    Telling everybody must not fail because of one account.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


class UserManager(BaseUserManager["User"]):
    """Creates users by e-mail; addresses are kept in lower case, so that a login is found."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A person who can sign in; without a password only through a reset link."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Django's own console command calls this."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> User:
        """Sign-in does not depend on the case of the address."""
        return self.get(email=(email or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person, or the service account of an integration client (`is_service`)."""

    class Theme(models.TextChoices):
        AUTO = "auto", _("As the system")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    email = models.EmailField(_("e-mail"), unique=True)
    first_name = models.CharField(_("first name"), max_length=100, blank=True)
    last_name = models.CharField(_("last name"), max_length=100, blank=True)
    position = models.CharField(_("position"), max_length=200, blank=True)
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="members"
    )
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES, default="ru")
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/Moscow")
    theme = models.CharField(_("theme"), max_length=5, choices=Theme.choices, default=Theme.AUTO)
    keys_enabled = models.BooleanField(_("single-letter keys"), default=True)
    digest_enabled = models.BooleanField(_("daily summary by e-mail"), default=True)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_to = models.TimeField(_("quiet until"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may open the administration"), default=False)
    is_service = models.BooleanField(_("service account"), default=False)
    date_joined = models.DateTimeField(default=clock.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["last_name", "first_name", "email"]

    def __str__(self) -> str:
        return self.get_full_name()

    def get_full_name(self) -> str:
        """First and last name, or the address while there is none."""
        return f"{self.first_name} {self.last_name}".strip() or self.email

    def get_short_name(self) -> str:
        """Initial and last name, as lists show it."""
        if not self.last_name:
            return self.first_name or self.email
        return f"{self.first_name[0]}. {self.last_name}" if self.first_name else self.last_name

    @cached_property
    def roles(self) -> dict[str, frozenset[int] | None]:
        """Role → ids of the sites it holds for; None means every site. Read once per request."""
        found: dict[str, set[int] | None] = {}
        for role, site in self.memberships.values_list("role", "site_id"):
            if site is None or found.get(role, ()) is None:
                found[role] = None
            else:
                sites = found.setdefault(role, set())
                assert sites is not None
                sites.add(site)
        return {role: None if sites is None else frozenset(sites) for role, sites in found.items()}

    @property
    def zone(self) -> ZoneInfo:
        """The person's time zone."""
        return zone_of(self.time_zone)

    def local_day(self, at: datetime) -> date:
        """The day it is for the person at that instant."""
        return at.astimezone(self.zone).date()

    def has_role(self, *roles: str, site_id: int | None = None) -> bool:
        """Whether one of `roles` is held, at `site_id` if given, else anywhere."""
        for role in roles:
            if role in self.roles:
                sites = self.roles[role]
                if sites is None or site_id is None or site_id in sites:
                    return True
        return False


class Membership(Versioned):
    """A role of a person at a site; no site means all of them."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    site = models.ForeignKey(
        Site, null=True, blank=True, on_delete=models.CASCADE, related_name="memberships"
    )

    class Meta:
        verbose_name = _("role at a site")
        verbose_name_plural = _("roles at sites")
        constraints = [
            models.UniqueConstraint("user", "role", "site", name="membership_once"),
            # NULLs are distinct in a plain unique index; "all sites" needs its own.
            models.UniqueConstraint(
                "user", "role", name="membership_everywhere_once", condition=Q(site=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} @ {self.site or '*'}"


class Absence(Versioned):
    """Days on which a person is away and who stands in; both days are inside, in their time zone.

    Nothing is deleted: an absence that does not come about gets `cancelled_at`.
    """

    user = models.ForeignKey(
        User, verbose_name=_("person"), on_delete=models.PROTECT, related_name="absences"
    )
    substitute = models.ForeignKey(
        User, verbose_name=_("substitute"), on_delete=models.PROTECT, related_name="+"
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    entered_by = models.ForeignKey(
        User, verbose_name=_("entered by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="absence_ends_after_start"
            ),
            models.CheckConstraint(condition=~Q(substitute=F("user")), name="absence_by_another"),
        ]
        indexes = [
            models.Index(
                fields=["ends_on", "user"], name="absence_valid", condition=Q(cancelled_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.starts_on:%Y-%m-%d}–{self.ends_on:%Y-%m-%d}"

    def covers(self, day: date) -> bool:
        """Whether the person is away that day."""
        return self.cancelled_at is None and self.starts_on <= day <= self.ends_on

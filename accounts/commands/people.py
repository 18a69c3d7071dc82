"""Every write to people, their roles and their preferences."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import events
from accounts.models import Department, Membership, Role, User
from accounts.policies import (
    can_administer_people,
    can_change_roles_of,
    conflicting_role,
    require,
    roles_held,
)
from core.actors import Actor
from core.errors import InvalidInput, NotPermitted
from core.models import changes_of
from events.commands import record
from masterdata.models import Site

CHANGEABLE = frozenset(
    {"email", "first_name", "last_name", "position", "department", "language", "time_zone",
     "is_active", "is_staff"}
)  # fmt: skip
PREFERENCES = frozenset(
    {"first_name", "last_name", "language", "theme", "time_zone", "keys_enabled",
     "digest_enabled", "quiet_from", "quiet_to"}
)  # fmt: skip


def create_user(*, actor: Actor, email: str, password: str | None = None, **fields: Any) -> User:
    """A new person; without a password they set it through the reset link.

    Raises NotPermitted, InvalidInput when the address is taken.
    """
    require(can_administer_people(actor))
    email = email.strip().lower()
    if User.objects.filter(email=email).exists():
        raise InvalidInput({"email": _("There is an account with this address already.")})
    with transaction.atomic():
        user = User.objects.create_user(email, password, **fields)
        record(events.USER_CREATED, actor=actor, subject=user, data={"email": email})
    return user


def change_user(*, actor: Actor, user: User, values: dict[str, Any]) -> User:
    """Change an account; an inactive person cannot sign in but stays in history.

    Raises NotPermitted, InvalidInput for a field that has a command of its own.
    """
    require(can_administer_people(actor))
    return _change(actor, user, values, CHANGEABLE)


def set_preferences(*, actor: Actor, user: User, **values: Any) -> User:
    """A person's own language, look, time zone, name, keys, daily summary and quiet hours.

    Raises NotPermitted for others, InvalidInput when quiet hours have only one end.
    """
    require(not actor.is_system and actor.user.pk == user.pk)
    begins, ends = (values.get(name, getattr(user, name)) for name in ("quiet_from", "quiet_to"))
    if (begins is None) != (ends is None):
        missing = "quiet_from" if begins is None else "quiet_to"
        raise InvalidInput({missing: _("Enter both times, or leave both empty.")})
    if begins is not None and begins == ends:
        raise InvalidInput({"quiet_to": _("Quiet hours end at another time than they begin.")})
    return _change(actor, user, values, PREFERENCES)


def _change(actor: Actor, user: User, values: dict[str, Any], allowed: frozenset[str]) -> User:
    refused = set(values) - allowed
    if refused:
        raise InvalidInput({name: _("This cannot be changed here.") for name in refused})
    if "email" in values:
        values = values | {"email": values["email"].strip().lower()}
        if User.objects.filter(email=values["email"]).exclude(pk=user.pk).exists():
            raise InvalidInput({"email": _("There is an account with this address already.")})
    with transaction.atomic():
        fresh = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
        changes = changes_of(fresh, values)
        if changes:
            fresh.save(update_fields=list(changes))
            record(events.USER_CHANGED, actor=actor, subject=fresh, changes=changes)
    return fresh


def grant_role(*, actor: Actor, user: User, role: str, site: Site | None = None) -> Membership:
    """Give a person a role at a site, or everywhere.

    Raises NotPermitted (also for oneself), InvalidInput when two roles must not meet in one person.
    """
    if not can_change_roles_of(actor, user):
        raise NotPermitted(_("Nobody grants roles to themselves."))
    if role not in Role.values:
        raise InvalidInput({"role": _("There is no such role.")})
    with transaction.atomic():
        User.objects.select_for_update(of=("self",)).get(pk=user.pk)
        other = conflicting_role(roles_held(user), role)
        if other is not None:
            raise InvalidInput(
                {
                    "role": _("“%(wanted)s” and “%(held)s” cannot be one person.")
                    % {"wanted": Role(role).label, "held": Role(other).label}
                }
            )
        membership, created = Membership.objects.get_or_create(user=user, role=role, site=site)
        if created:
            data = {"role": role, "site": site.code if site else None}
            record(events.ROLE_GRANTED, actor=actor, subject=user, data=data)
    user.__dict__.pop("roles", None)
    return membership


def revoke_role(*, actor: Actor, membership: Membership) -> None:
    """Take a role back. Raises NotPermitted (also for oneself)."""
    user = membership.user
    if not can_change_roles_of(actor, user):
        raise NotPermitted(_("Nobody changes their own roles."))
    with transaction.atomic():
        User.objects.select_for_update(of=("self",)).get(pk=user.pk)
        data = {"role": membership.role, "site": membership.site.code if membership.site else None}
        record(events.ROLE_REVOKED, actor=actor, subject=user, data=data)
        membership.delete()
    user.__dict__.pop("roles", None)


def remove_second_factors(*, actor: Actor, user: User) -> None:
    """Let a person who lost phone and recovery codes sign in by password again.

    Raises NotPermitted, also for oneself: one's own are removed on the sign-in pages.
    """
    if not can_change_roles_of(actor, user):
        raise NotPermitted(_("Nobody removes their own second factor here."))
    with transaction.atomic():
        fresh = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
        factors = Authenticator.objects.filter(user=fresh)
        types = sorted(factors.values_list("type", flat=True))
        if types:
            factors.delete()
            data = {"type": ", ".join(types)}
            record(events.SECOND_FACTOR_REMOVED, actor=actor, subject=fresh, data=data)


def save_department(
    *, actor: Actor, department: Department | None, values: dict[str, Any]
) -> Department:
    """Create a department or change it. Raises NotPermitted."""
    require(can_administer_people(actor))
    with transaction.atomic():
        if department is None:
            department = Department.objects.create(**values)
            changes: dict[str, list[Any]] = {}
        else:
            department = Department.objects.select_for_update(of=("self",)).get(pk=department.pk)
            changes = changes_of(department, values)
            if not changes:
                return department
            department.save_changes(*changes)
        record(events.DEPARTMENT_CHANGED, actor=actor, subject=department, changes=changes)
    return department

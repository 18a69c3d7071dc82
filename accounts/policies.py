"""Who may administer people. Nobody raises their own rights."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.models import Role, User
from core.actors import Actor
from core.errors import NotPermitted

# Who decides on claims and who watches over the deciders are never one person (trust page, §3).
EXCLUSIVE = (
    (Role.ADMINISTRATOR, Role.QUALITY_MANAGER),
    *((Role.AUDITOR, role) for role in Role.values if role not in (Role.AUDITOR, Role.MANAGER)),
)


def can_administer_people(actor: Actor) -> bool:
    """Administrators only; an integration client never."""
    if actor.is_system:
        return True
    return not actor.client and (actor.user.is_superuser or actor.user.has_role(Role.ADMINISTRATOR))


def can_change_roles_of(actor: Actor, user: User) -> bool:
    """An administrator, but not of oneself (the console's superuser sets up the first ones)."""
    if actor.is_system:
        return True
    return can_administer_people(actor) and (actor.user.pk != user.pk or actor.user.is_superuser)


def can_enter_absence(actor: Actor, user: User) -> bool:
    """The person, the head of their department, quality managers of their site, administrators."""
    if actor.is_system:
        return True
    if actor.client:
        return False
    if actor.user.pk == user.pk or can_administer_people(actor):
        return True
    department = user.department
    if department is None:
        return False
    manages = actor.user.has_role(Role.QUALITY_MANAGER, site_id=department.site_id)
    return bool(manages or department.head_id == actor.user.pk)


def people_in_care(actor: Actor) -> QuerySet[User]:
    """Those whose absences the actor may enter; the same rule as `can_enter_absence`."""
    people = User.objects.filter(is_service=False)
    if can_administer_people(actor):
        return people
    if actor.client:
        return people.none()
    where = Q(pk=actor.user.pk) | Q(department__head=actor.user)
    if Role.QUALITY_MANAGER in actor.user.roles:
        sites = actor.user.roles[Role.QUALITY_MANAGER]
        everywhere = Q(department__isnull=False)
        where |= everywhere if sites is None else Q(department__site__in=sites)
    return people.filter(where)


def roles_held(user: User) -> set[str]:
    """The roles of a person at any site; the console's superuser counts as an administrator."""
    held = {str(role) for role in user.memberships.values_list("role", flat=True)}
    return held | {str(Role.ADMINISTRATOR)} if user.is_superuser else held


def only_watches(user: User) -> bool:
    """An auditor, who reads everything and so takes part in nothing."""
    return bool(user.has_role(Role.AUDITOR))


def conflicting_role(held: set[str], wanted: str) -> str | None:
    """A held role that `wanted` must not meet in one person."""
    for first, second in EXCLUSIVE:
        if wanted == first and second in held:
            return second
        if wanted == second and first in held:
            return first
    return None


def require(allowed: bool) -> None:
    """Raise NotPermitted unless `allowed`."""
    if not allowed:
        raise NotPermitted()

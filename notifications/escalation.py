"""Whom a reminder reaches: who has to do it, then their department head, then quality managers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from accounts.models import Department, Role, User
from accounts.selectors import list_people, list_with_role
from notifications.levels import Level


def recipients_of(
    level: str, responsible: Sequence[User], departments: Iterable[int | None], site_id: int
) -> list[User]:
    """The living people to remind, each once, those who have to do it first.

    `departments` are those the thing belongs to besides the departments of the responsible. Where
    nobody is responsible or all are gone, the heads stand in; without heads the quality managers
    of the site do.
    """
    mine = [each for each in responsible if each.is_active and not each.is_service]
    if mine and level in (Level.HALF, Level.SOON, Level.DUE):
        return mine
    heads = _heads(responsible, departments)
    if level != Level.LATE_7 and heads:
        return [*mine, *heads]
    managers = list_with_role(Role.QUALITY_MANAGER, site_id=site_id)
    return list({each.pk: each for each in (*mine, *heads, *managers)}.values())


def _heads(responsible: Sequence[User], departments: Iterable[int | None]) -> list[User]:
    """Heads of these departments, except those who are responsible themselves."""
    concerned = {*departments, *(each.department_id for each in responsible)}
    wanted = [pk for pk in concerned if pk is not None]
    if not wanted:
        return []
    heads = Department.objects.filter(pk__in=wanted).values_list("head_id", flat=True)
    own = [each.pk for each in responsible]
    return list(list_people().filter(pk__in=heads).exclude(pk__in=own).order_by("pk"))

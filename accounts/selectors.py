"""Reading people."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from accounts.models import User


def list_people() -> QuerySet[User]:
    """Active persons, without service accounts."""
    return User.objects.filter(is_active=True, is_service=False).select_related("department")


def list_with_role(*roles: str, site_id: int | None = None) -> QuerySet[User]:
    """Active people who hold one of `roles`, at `site_id` (or everywhere) if given."""
    where = Q(memberships__role__in=roles)
    if site_id is not None:
        where &= Q(memberships__site_id=site_id) | Q(memberships__site=None)
    return list_people().filter(where).distinct()


def search_people(text: str) -> QuerySet[User]:
    """Active people whose name, position or address contains every word of `text`."""
    people = list_people()
    for word in text.split():
        # SQLite compares only ASCII without regard to case: try the word as a name begins, too.
        people = people.filter(
            Q(last_name__icontains=word)
            | Q(first_name__icontains=word)
            | Q(last_name__contains=word.capitalize())
            | Q(first_name__contains=word.capitalize())
            | Q(email__icontains=word)
        )
    return people


def at_sites(user: User, roles: Iterable[str], prefix: str = "") -> Q:
    """The condition that a row belongs to a site where the person holds one of `roles`.

    `prefix` leads from the row to what has the site: "claim__" for what hangs on a claim.
    """
    sites: set[int] = set()
    for role in roles:
        held = user.roles.get(role, frozenset())
        if held is None:
            return Q()
        sites |= held
    return Q(**{f"{prefix}site_id__in": sites}) if sites else Q(pk__in=[])

"""Reading people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from accounts.models import Absence, User
from accounts.policies import only_watches, people_in_care
from core import clock
from core.actors import Actor


def list_people() -> QuerySet[User]:
    """Active persons, without service accounts."""
    return User.objects.filter(is_active=True, is_service=False).select_related("department")


def people_by_key(*keys: int) -> QuerySet[User]:
    """Those whom an event names by their keys, whether they still work here or not."""
    return User.objects.filter(pk__in=keys)


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


def absences_at(at: datetime, users: Iterable[User] | None = None) -> dict[int, Absence]:
    """Who is away at that instant, by the id of the person; of `users` if given. One query."""
    rows = _around(at).select_related("user", "substitute__department")
    if users is not None:
        rows = rows.filter(user__in=[user.pk for user in users])
    return {each.user_id: each for each in rows if each.covers(each.user.local_day(at))}


def _around(at: datetime) -> QuerySet[Absence]:
    """Absences of that day; in some time zone it is another day."""
    day, margin = at.date(), timedelta(days=1)
    return Absence.objects.filter(
        cancelled_at=None, starts_on__lte=day + margin, ends_on__gte=day - margin
    )


def substitute_in(away: dict[int, Absence], user: User) -> User | None:
    """Who stands in for a person; None while they are there, or nobody does.

    `away` is what `absences_at` answered. A substitute who is away as well is passed over to
    theirs. Where that leads back to somebody who is away already, or to an account that is not
    active, nobody stands in.
    """
    passed: set[int] = set()
    person = user
    while person.pk in away:
        if person.pk in passed:
            return None
        passed.add(person.pk)
        person = away[person.pk].substitute
    return person if passed and _may_stand_in(person) else None


def absent_behind(user: User) -> dict[int, User]:
    """The absent in whose place the person acts now, by id; read once per request, as roles are.

    Not those who left or only watch: they could do nothing themselves. See ADR 52.
    """
    if "_absent_behind" not in user.__dict__:
        user.__dict__["_absent_behind"] = _read_absent_behind(user)
    found: dict[int, User] = user.__dict__["_absent_behind"]
    return found


def _read_absent_behind(user: User) -> dict[int, User]:
    now = clock.now()
    if user.is_service:
        return {}
    if not _around(now).filter(substitute=user).exists() or only_watches(user):
        return {}
    away = absences_at(now)
    return {
        pk: each.user
        for pk, each in away.items()
        if substitute_in(away, each.user) == user
        and each.user.is_active
        and not only_watches(each.user)
    }


def acts_as(user: User) -> list[int]:
    """Whose parts in claims the person takes now: their own, and those of the absent."""
    return [user.pk, *absent_behind(user)]


def acting_for(actor: Actor, person: User | None) -> Actor:
    """The actor, in the place of `person` if they are away and the actor stands in for them."""
    if actor.is_system or person is None or person.pk not in absent_behind(actor.user):
        return actor
    return replace(actor, in_place_of=person)


def _may_stand_in(person: User) -> bool:
    return person.is_active and not person.is_service


def list_own_absences(actor: Actor) -> QuerySet[Absence]:
    """Present and coming absences of the actor, the earliest first."""
    return list_absences(actor).filter(user=actor.user)


def list_absences(actor: Actor) -> QuerySet[Absence]:
    """Present and coming absences of those in the actor's care, the earliest first."""
    rows = Absence.objects.filter(
        user__in=people_in_care(actor),
        cancelled_at=None,
        ends_on__gte=clock.now().date() - timedelta(days=1),
    ).select_related("user__department", "substitute", "entered_by")
    return rows.order_by("starts_on", "user__last_name", "id")


def get_absence(actor: Actor, pk: int) -> Absence:
    """An absence of somebody in the actor's care; Absence.DoesNotExist otherwise."""
    rows = Absence.objects.select_related("user__department", "substitute")
    return rows.get(pk=pk, user__in=people_in_care(actor))

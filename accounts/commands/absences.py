"""When people are away, and who stands in."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import events
from accounts.models import Absence, User
from accounts.policies import can_enter_absence, require
from core import clock
from core.actors import Actor
from core.errors import InvalidInput, Stale
from core.models import changes_of
from core.ui.wording import day
from events.commands import record

CHANGEABLE = frozenset({"substitute", "starts_on", "ends_on", "note"})


def enter_absence(*, actor: Actor, user: User, **values: Any) -> Absence:
    """Note from when to when a person is away (both days inside) and who stands in.

    `values` are `starts_on`, `ends_on`, `substitute` and perhaps `note`. Raises NotPermitted,
    InvalidInput (days in the wrong order or over, another absence then, nobody who could stand in).
    """
    require(can_enter_absence(actor, user))
    with transaction.atomic():
        _lock(user)
        absence = Absence(user=user, entered_by=actor.user, **values)
        _check(absence)
        absence.save()
        record(events.ABSENCE_ENTERED, actor=actor, subject=user, data=_said(absence))
    return absence


def change_absence(
    *, actor: Actor, absence: Absence, values: dict[str, Any], version: int | None = None
) -> Absence:
    """Other days or another substitute. Raises NotPermitted, Stale, InvalidInput."""
    refused = set(values) - CHANGEABLE
    if refused:
        raise InvalidInput({name: _("This cannot be changed here.") for name in refused})
    require(can_enter_absence(actor, absence.user))
    with transaction.atomic():
        fresh = _fresh(absence, version)
        changes = changes_of(fresh, values)
        if changes:
            _check(fresh)
            fresh.save_changes(*changes)
            record(
                events.ABSENCE_CHANGED,
                actor=actor,
                subject=fresh.user,
                data=_said(fresh),
                changes=changes,
            )
    return fresh


def cancel_absence(*, actor: Actor, absence: Absence, version: int | None = None) -> Absence:
    """The person is there after all; what was sent to the substitute stays with them.

    Cancelling twice changes nothing. Raises NotPermitted, Stale.
    """
    require(can_enter_absence(actor, absence.user))
    with transaction.atomic():
        fresh = _fresh(absence, version)
        if fresh.cancelled_at is None:
            fresh.cancelled_at = clock.now()
            fresh.save_changes("cancelled_at")
            record(events.ABSENCE_CANCELLED, actor=actor, subject=fresh.user, data=_said(fresh))
    return fresh


def _lock(user: User) -> None:
    """Serialises the absences of one person, and their chain of events."""
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)


def _fresh(absence: Absence, version: int | None) -> Absence:
    _lock(absence.user)
    fresh = Absence.objects.select_related("user", "substitute").get(pk=absence.pk)
    if version is not None and fresh.version != version:
        raise Stale(fresh, expected=version)
    return fresh


def _said(absence: Absence) -> dict[str, Any]:
    return {
        "absence_id": absence.pk,
        "starts_on": absence.starts_on,
        "ends_on": absence.ends_on,
        "substitute": str(absence.substitute),
        "substitute_id": absence.substitute_id,
    }


def _check(absence: Absence) -> None:
    today = absence.user.local_day(clock.now())
    if absence.ends_on < absence.starts_on:
        raise InvalidInput({"ends_on": _("The last day cannot be before the first.")})
    if absence.ends_on < today:
        raise InvalidInput({"ends_on": _("These days are over: choose today or later.")})
    _check_substitute(absence)
    others = _meeting(absence).filter(user=absence.user).exclude(pk=absence.pk)
    if other := others.first():
        raise InvalidInput(
            {
                "starts_on": _("%(person)s is away from %(start)s to %(end)s already: change that.")
                % {"person": absence.user, "start": day(other.starts_on), "end": day(other.ends_on)}
            }
        )


def _check_substitute(absence: Absence) -> None:
    person = absence.substitute
    if person.pk == absence.user_id:
        raise InvalidInput({"substitute": _("Choose somebody else: nobody stands in for oneself.")})
    if not person.is_active or person.is_service:
        raise InvalidInput(
            {"substitute": _("%(person)s has no active account.") % {"person": person}}
        )
    if _leads_back(absence):
        raise InvalidInput(
            {
                "substitute": _(
                    "%(person)s is away then too, and in the end %(absent)s would stand in."
                    " Choose somebody else."
                )
                % {"person": person, "absent": absence.user}
            }
        )


def _leads_back(absence: Absence) -> bool:
    """Whether on one of its days the substitutes would stand in for each other in a circle."""
    waiting, seen = [absence], {absence.pk}
    while waiting:
        each = waiting.pop()
        for following in _meeting(absence).filter(user=each.substitute_id):
            if following.substitute_id == absence.user_id:
                return True
            if following.pk not in seen and _meet(following, each):
                seen.add(following.pk)
                waiting.append(following)
    return False


def _meeting(absence: Absence) -> Any:
    """The absences that share a day with this one."""
    return Absence.objects.filter(
        cancelled_at=None, starts_on__lte=absence.ends_on, ends_on__gte=absence.starts_on
    )


def _meet(one: Absence, other: Absence) -> bool:
    return one.starts_on <= other.ends_on and other.starts_on <= one.ends_on

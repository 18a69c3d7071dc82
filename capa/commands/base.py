"""What all commands on actions share: the lock, the due instant, the event."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext as _

from accounts.selectors import acting_for
from capa.models import Action
from claims.commands import locked_claim
from claims.models import Claim
from core.actors import Actor
from core.errors import Stale, TransitionRefused
from events.commands import record
from events.models import Event
from events.registry import EventKind
from masterdata.models import Site
from masterdata.selectors import schedule_of


@contextmanager
def locked_action(action: Action, *, version: int | None = None) -> Iterator[Action]:
    """The action as it is now, under the lock of the claim it was planned for. Raises Stale."""
    with locked_claim(action.claim) as claim:
        fresh = Action.objects.select_related("owner", "cause", "department").get(pk=action.pk)
        fresh.claim = claim
        if version is not None and fresh.version != version:
            raise Stale(fresh, expected=version)
        yield fresh


def note(
    kind: EventKind, actor: Actor, action: Action, claim: Claim | None = None, /, **content: Any
) -> Event:
    """Record an event of an action on the chain of its claim (or of `claim`).

    What a substitute of the owner does, they do in the owner's place.
    """
    if actor.in_place_of is None:
        actor = acting_for(actor, action.owner)
    changes = content.pop("changes", None)
    data = {"number": action.number, "owner": action.owner_id, **content}
    return record(
        kind,
        actor=actor,
        subject=action,
        claim_id=(claim or action.claim).pk,
        data=data,
        changes=changes,
    )


def refuse(action: Action, move: Any) -> TransitionRefused:
    """The action is in a state from which `move` is not possible."""
    return TransitionRefused(
        _("“%(move)s” is not possible: the action is in the state “%(state)s”.")
        % {"move": move, "state": action.get_state_display()},
        current=action.state,
        code="wrong_state",
    )


def due_of(day: date, site: Site) -> datetime:
    """The instant after which an action due on `day` is late: the end of work, or of a free day."""
    schedule = schedule_of(site)
    closing = schedule.add_working_days(datetime.combine(day, time(12), schedule.zone), 0)
    if closing.date() == day:
        return closing
    return datetime.combine(day, time(23, 59), schedule.zone)

"""Who looks after clients and tokens."""

from __future__ import annotations

from accounts.models import Role
from accounts.policies import can_administer_people
from claims.policies import INSIGHT
from core.actors import Actor
from core.errors import NotPermitted


def can_administer_clients(actor: Actor) -> bool:
    """Administrators; never a client itself."""
    return can_administer_people(actor)


def can_see_clients(actor: Actor) -> bool:
    """Auditors look, too."""
    return can_administer_clients(actor) or (not actor.client and actor.user.has_role(Role.AUDITOR))


def can_trace_lots(actor: Actor) -> bool:
    """Who received a lot: whoever works on claims or watches over them by role, and clients."""
    return actor.is_system or bool(actor.user.has_role(*INSIGHT))


def require(allowed: bool) -> None:
    """Raise NotPermitted unless `allowed`."""
    if not allowed:
        raise NotPermitted()

"""In whose place a substitute has a task: the absent person behind it, None where it is one's own.

Nothing is asked of the database but the roles of the absent, once.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from accounts.models import Role, User
from accounts.selectors import absent_behind
from claims.models import Claim
from core.actors import Actor


def nobody(actor: Actor, row: Any) -> User | None:
    """Tasks of a role, which has nobody in particular."""
    return None


def _field(path: str) -> Callable[[Actor, Any], User | None]:
    """The absent whose id stands in that field."""
    read = attrgetter(path)
    return lambda actor, row: absent_behind(actor.user).get(read(row))


claim = _field("owner_id")
claim_owner = _field("claim.owner_id")
recipient = _field("user_id")
executor = _field("executor_id")
owner = _field("owner_id")


def _by_role(actor: Actor, claim: Claim, *roles: str) -> User | None:
    """Whose role it takes, unless the person holds it too."""
    if actor.user.has_role(*roles, site_id=claim.site_id):
        return None
    absent = absent_behind(actor.user).values()
    return next((each for each in absent if each.has_role(*roles, site_id=claim.site_id)), None)


def manager(actor: Actor, row: Any) -> User | None:
    """What a quality manager decides."""
    return _by_role(actor, row.claim, Role.QUALITY_MANAGER)


def manager_of_action(actor: Actor, row: Any) -> User | None:
    """What a quality manager decides about an action."""
    return _by_role(actor, row.action.claim, Role.QUALITY_MANAGER)


def signer(actor: Actor, row: Any) -> User | None:
    """What a quality manager or a legal reviewer signs."""
    return _by_role(actor, row.claim, Role.QUALITY_MANAGER, Role.LEGAL)

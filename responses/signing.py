"""Who signs is who they say: the password is entered again for every signature."""

from __future__ import annotations

import logging

from django.contrib.auth.hashers import check_password
from django.core.cache import cache
from django.utils.translation import gettext as _

from accounts.models import User
from core.actors import Actor
from core.errors import InvalidInput, NotPermitted
from responses.policies import APPROVE_SCOPE

log = logging.getLogger(__name__)

MOST_FAILURES = 5
# Seconds for which failures are remembered; the count starts anew afterwards.
MEMORY = 300


def confirm_identity(actor: Actor, password: str) -> None:
    """Let a person pass with their password, an integration client with its scope.

    Five wrong passwords lock signing for five minutes. Raises InvalidInput (field `password`),
    NotPermitted for the system and for clients without the scope.
    """
    if actor.is_system:
        raise NotPermitted()
    if actor.client:
        if APPROVE_SCOPE not in actor.scopes:
            raise NotPermitted(_("The token lacks the scope for this."))
        return
    key = f"signing-failures:{actor.user.pk}"
    cache.add(key, 0, MEMORY)
    if cache.get(key, 0) >= MOST_FAILURES:
        text = _("Too many wrong passwords. Try again in %(minutes)d minutes.")
        raise InvalidInput({"password": text % {"minutes": MEMORY // 60}}, code="too_many_attempts")
    stored = User.objects.values_list("password", flat=True).get(pk=actor.user.pk)
    if not password or not check_password(password, stored):
        _count_failure(key)
        log.warning("a signature was refused: wrong password", extra={"user": actor.user.pk})
        raise InvalidInput({"password": _("This is not your password.")}, code="wrong_password")
    cache.delete(key)


def _count_failure(key: str) -> None:
    try:
        cache.incr(key)
    except ValueError:
        # It ran out between the two calls.
        cache.set(key, 1, MEMORY)

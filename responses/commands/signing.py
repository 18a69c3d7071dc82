"""Who signs is who they say: the password is entered again for every signature."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.contrib.auth.hashers import check_password
from django.utils.translation import gettext as _

from accounts.models import User
from core import clock
from core.actors import Actor
from core.errors import InvalidInput, NotPermitted
from responses.models import SigningFailure
from responses.policies import APPROVE_SCOPE

log = logging.getLogger(__name__)

MOST_FAILURES = 5
MEMORY = timedelta(minutes=5)


def confirm_identity(actor: Actor, password: str) -> None:
    """Let a person pass with their password, an integration client with its scope.

    Five wrong passwords lock signing for five minutes; failures are kept in rows, so the caller
    is in no transaction that a refusal would undo. Raises InvalidInput (field `password`),
    NotPermitted for the system and for clients without the scope.
    """
    if actor.is_system:
        raise NotPermitted()
    if actor.client:
        if APPROVE_SCOPE not in actor.scopes:
            raise NotPermitted(_("The token lacks the scope for this."))
        return
    failures = SigningFailure.objects.filter(user=actor.user)
    if failures.filter(at__gt=clock.now() - MEMORY).count() >= MOST_FAILURES:
        text = _("Too many wrong passwords. Try again in %(minutes)d minutes.")
        minutes = MEMORY // timedelta(minutes=1)
        raise InvalidInput({"password": text % {"minutes": minutes}}, code="too_many_attempts")
    stored = User.objects.values_list("password", flat=True).get(pk=actor.user.pk)
    if not password or not check_password(password, stored):
        SigningFailure.objects.create(user=actor.user, at=clock.now())
        log.warning("a signature was refused: wrong password", extra={"user": actor.user.pk})
        raise InvalidInput({"password": _("This is not your password.")}, code="wrong_password")
    failures.delete()

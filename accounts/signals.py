"""What people do on the sign-in pages, which are not ours, still belongs into history."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest

from accounts import events
from accounts.models import User
from core.actors import Actor, Via
from events.commands import record
from events.registry import EventKind


def _record(kind: EventKind, request: HttpRequest, user: Any, **data: Any) -> None:
    with transaction.atomic():
        locked = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
        request_id = getattr(request, "request_id", "")
        actor = Actor(user=locked, via=Via.WEB, request_id=request_id)
        record(kind, actor=actor, subject=locked, data=data)


@receiver([account.password_changed, account.password_set, account.password_reset])
def password_changed(request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """The person has a new password."""
    _record(events.PASSWORD_CHANGED, request, user)


@receiver(mfa.authenticator_added)
def second_factor_added(request: HttpRequest, user: Any, authenticator: Any, **kw: Any) -> None:
    """The person signs in with one thing more."""
    _record(events.SECOND_FACTOR_ADDED, request, user, type=authenticator.type)


@receiver(mfa.authenticator_removed)
def second_factor_removed(request: HttpRequest, user: Any, authenticator: Any, **kw: Any) -> None:
    """The person signs in with one thing less."""
    _record(events.SECOND_FACTOR_REMOVED, request, user, type=authenticator.type)

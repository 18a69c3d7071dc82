"""Every write to clients and their tokens."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.commands import create_user, grant_role
from accounts.models import Role
from core import clock
from core.actors import Actor
from core.api.auth import Scope
from core.errors import InvalidInput
from core.models import changes_of
from events.commands import record
from integrations import events
from integrations.models import ApiClient, ApiToken
from integrations.policies import can_administer_clients, require
from masterdata.models import Site

LIFETIME = timedelta(days=365)
LONGEST_LIFETIME = timedelta(days=5 * 365)


def create_client(
    *,
    actor: Actor,
    name: str,
    description: str = "",
    roles: Sequence[str] = (Role.INTEGRATION,),
    site: Site | None = None,
) -> ApiClient:
    """A client with a service account of its own, holding `roles` at `site` (None: everywhere).

    Raises NotPermitted, InvalidInput when the name is empty or taken, or roles must not meet.
    """
    require(can_administer_clients(actor))
    name = name.strip()
    if not name:
        raise InvalidInput({"name": _("Name the client.")}, code="required")
    if ApiClient.objects.filter(name=name).exists():
        raise InvalidInput({"name": _("There is a client of this name already.")})
    with transaction.atomic():
        user = create_user(actor=actor, email=_address_for(name), first_name=name, is_service=True)
        for role in roles:
            grant_role(actor=actor, user=user, role=role, site=site)
        client = ApiClient.objects.create(name=name, description=description, user=user)
        record(events.CLIENT_CREATED, actor=actor, subject=client, data={"roles": list(roles)})
    return client


def _address_for(name: str) -> str:
    """An address that no mail ever reaches: `.invalid` is reserved for that."""
    return f"{slugify(name) or 'client'}-{secrets.token_hex(4)}@service.invalid"


def change_client(*, actor: Actor, client: ApiClient, values: dict[str, Any]) -> ApiClient:
    """Change description or whether it is active; an inactive client's tokens open nothing.

    Raises NotPermitted, InvalidInput for its name, which history and claims carry.
    """
    require(can_administer_clients(actor))
    refused = set(values) - {"description", "is_active"}
    if refused:
        raise InvalidInput({name: _("This cannot be changed here.") for name in refused})
    with transaction.atomic():
        fresh = ApiClient.objects.select_for_update(of=("self",)).get(pk=client.pk)
        changes = changes_of(fresh, values)
        if changes:
            fresh.save_changes(*changes)
            record(events.CLIENT_CHANGED, actor=actor, subject=fresh, changes=changes)
    return fresh


def issue_token(
    *,
    actor: Actor,
    client: ApiClient,
    name: str,
    scopes: Iterable[str],
    lifetime: timedelta = LIFETIME,
) -> tuple[ApiToken, str]:
    """A new token and its secret, which is never shown again.

    Raises NotPermitted, InvalidInput (no name, no or unknown scopes, longer than five years).
    """
    require(can_administer_clients(actor))
    wanted = list(dict.fromkeys(scopes))
    unknown = [each for each in wanted if each not in Scope.values]
    if not name.strip():
        raise InvalidInput({"name": _("Say what the token is used for.")}, code="required")
    if unknown or not wanted:
        text = _("Choose one or more of: %(all)s.") % {"all": ", ".join(Scope.values)}
        raise InvalidInput({"scopes": text})
    if not timedelta(0) < lifetime <= LONGEST_LIFETIME:
        raise InvalidInput({"lifetime": _("A token lives for a day to five years.")})
    with transaction.atomic():
        ApiClient.objects.select_for_update(of=("self",)).get(pk=client.pk)
        token, secret = ApiToken.objects.create(  # type: ignore[misc]
            user=client.user, expiry=lifetime, client=client, name=name.strip(), scopes=wanted
        )
        record(
            events.TOKEN_ISSUED,
            actor=actor,
            subject=client,
            data={"name": token.name, "scopes": wanted, "expires": token.expiry},
        )
    return token, secret


def revoke_token(*, actor: Actor, token: ApiToken) -> ApiToken:
    """Make a token worthless from now on. Raises NotPermitted."""
    require(can_administer_clients(actor))
    with transaction.atomic():
        ApiClient.objects.select_for_update(of=("self",)).get(pk=token.client_id)
        fresh: ApiToken = ApiToken.objects.select_related("client").get(pk=token.pk)
        if fresh.revoked_at is None:
            fresh.revoked_at = clock.now()
            fresh.save(update_fields=["revoked_at"])
            record(
                events.TOKEN_REVOKED,
                actor=actor,
                subject=fresh.client,
                data={"name": fresh.name},
            )
    return fresh


def note_use(token: ApiToken) -> None:
    """Remember the day of the last use, so that forgotten tokens can be found."""
    today = clock.now().date()
    if token.last_used_on != today:
        ApiToken.objects.filter(pk=token.pk).update(last_used_on=today)

"""Recipients named by hand for one claim."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from accounts.models import User
from claims.commands import locked_claim
from claims.models import Claim
from core.actors import Actor
from core.errors import InvalidInput
from events.commands import record
from notifications import events
from notifications.models import NamedRecipient
from notifications.policies import can_name_recipients, require


def name_recipient(
    *, actor: Actor, claim: Claim, user: User | None = None, address: str = ""
) -> NamedRecipient:
    """Have a person or an outside address told of this claim, besides the notification list.

    Named already means named. Raises NotPermitted, InvalidInput (neither or both given, a person
    who has left, no e-mail address).
    """
    address = address.strip().lower()
    _check(user, address)
    with locked_claim(claim) as fresh:
        require(can_name_recipients(actor, fresh))
        named, created = NamedRecipient.objects.get_or_create(
            claim=fresh, user=user, address=address, defaults={"named_by": actor.user}
        )
        if created:
            record(
                events.RECIPIENT_NAMED,
                actor=actor,
                subject=fresh,
                claim_id=fresh.pk,
                data={
                    "recipient": str(named),
                    "user_id": user.pk if user is not None else None,
                    "address": address,
                },
            )
    return named


def _check(user: User | None, address: str) -> None:
    if (user is None) == (not address):
        raise InvalidInput(
            {"user": _("Choose a person, or enter an outside address.")}, code="required"
        )
    if user is not None and (not user.is_active or user.is_service):
        raise InvalidInput({"user": _("%(person)s has no active account.") % {"person": user}})
    if address:
        try:
            validate_email(address)
        except ValidationError as error:
            raise InvalidInput({"address": _("Enter an e-mail address.")}) from error


def remove_recipient(*, actor: Actor, named: NamedRecipient) -> None:
    """Take back a naming; who was told already stays told. Raises NotPermitted."""
    with locked_claim(named.claim) as fresh:
        require(can_name_recipients(actor, fresh))
        record(
            events.RECIPIENT_REMOVED,
            actor=actor,
            subject=fresh,
            claim_id=fresh.pk,
            data={"recipient": str(named)},
        )
        NamedRecipient.objects.filter(pk=named.pk).delete()

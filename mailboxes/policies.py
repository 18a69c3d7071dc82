"""Who sets mailboxes up, and who looks at what came in."""

from __future__ import annotations

from accounts.models import Role
from accounts.policies import can_administer_people
from core.actors import Actor
from core.errors import NotPermitted
from mailboxes.models import InboundMail
from responses.policies import can_read_letters


def can_administer_mail(actor: Actor) -> bool:
    """Administrators; never an integration client."""
    return can_administer_people(actor)


def can_see_mail(actor: Actor) -> bool:
    """The list of mails and the raw ones: administrators, and auditors, who only look."""
    return can_administer_mail(actor) or (not actor.client and actor.user.has_role(Role.AUDITOR))


def can_read_mail(actor: Actor, mail: InboundMail) -> bool:
    """The whole text of a mail: also whoever reads the correspondence of its claim."""
    if can_see_mail(actor):
        return True
    return mail.claim is not None and not actor.client and can_read_letters(actor, mail.claim)


def require(allowed: bool) -> None:
    """Raise NotPermitted unless `allowed`."""
    if not allowed:
        raise NotPermitted()

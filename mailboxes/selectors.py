"""Reading mailboxes and what came into them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from claims.models import Claim
from claims.policies import visible_claims
from core import clock
from core.actors import Actor
from mailboxes.models import InboundMail, Mailbox
from mailboxes.policies import can_read_mail, can_see_mail
from mailboxes.states import MailState

# A server that is away for a moment is no news.
FAILURES_SHOWN = 3
# A mailbox is due every minute; so long untouched, nobody rings any more.
SILENT = timedelta(minutes=15)


def list_mailboxes(actor: Actor) -> list[Mailbox]:
    """All mailboxes for those who look after them, else none."""
    if not can_see_mail(actor):
        return []
    return list(Mailbox.objects.select_related("site"))


def get_mailbox(actor: Actor, pk: int) -> Mailbox:
    """One of them. Raises Mailbox.DoesNotExist."""
    rows = Mailbox.objects.all() if can_see_mail(actor) else Mailbox.objects.none()
    return rows.select_related("site").get(pk=pk)


def active_mailboxes(name: str = "") -> QuerySet[Mailbox]:
    """Those that are read now, by name; only the one of that name if one is given."""
    rows = Mailbox.objects.filter(is_active=True, paused_at=None).order_by("name")
    return rows.filter(name=name) if name else rows


def visible_mails(actor: Actor, state: str = "") -> QuerySet[InboundMail]:
    """Every mail that came in, for those who look after mailboxes; of one state if it is named."""
    rows = InboundMail.objects.select_related("mailbox", "claim")
    if not can_see_mail(actor):
        return rows.none()
    return rows.filter(state=state) if state else rows


def get_mail(actor: Actor, pk: int) -> InboundMail:
    """A mail whose text the actor may read. Raises InboundMail.DoesNotExist."""
    mail = InboundMail.objects.select_related("mailbox__site", "claim").get(pk=pk)
    if not can_read_mail(actor, mail):
        raise InboundMail.DoesNotExist
    return mail


def open_claims_of(actor: Actor, mails: Sequence[InboundMail]) -> set[int]:
    """Which claims of these mails the actor may open: administrators have no part in claims."""
    ids = {mail.claim.pk for mail in mails if mail.claim is not None}
    return set(visible_claims(actor).filter(pk__in=ids).values_list("pk", flat=True))


def search_mails(rows: QuerySet[InboundMail], query: str) -> QuerySet[InboundMail]:
    """By sender, subject, claim number or Message-ID."""
    return rows.filter(
        Q(sender_email__icontains=query)
        | Q(sender_name__icontains=query)
        | Q(subject__icontains=query)
        | Q(claim__number=query)
        | Q(message_id=query)
    )


def count_states(actor: Actor) -> dict[str, int]:
    """How many mails stand in each state."""
    rows = visible_mails(actor).order_by().values_list("state").annotate(Count("id"))
    return {state.value: 0 for state in MailState} | dict(rows)


def list_mails_of(claim: Claim) -> list[InboundMail]:
    """The mails that became this claim or joined it, newest first."""
    return list(InboundMail.objects.filter(claim=claim).select_related("mailbox", "claim"))


def failing_mailboxes() -> QuerySet[Mailbox]:
    """Those that should be read and are not: refused again and again, or forgotten."""
    forgotten = Q(next_poll_at__lt=clock.now() - SILENT)
    rows = active_mailboxes()
    return rows.filter(Q(failures__gte=FAILURES_SHOWN) | forgotten)


def stuck() -> list[QuerySet[Any]]:
    """What needs an administrator: mails that could not be processed, mailboxes not read."""
    return [InboundMail.objects.filter(state=MailState.DEAD), failing_mailboxes()]

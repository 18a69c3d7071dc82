"""Telling people: notices in the product at once, e-mails as rows for the sender.

Called by the relay's handlers, each in the transaction that marks its delivery done. The unique
rows (event, recipient, channel) make "once" true whatever runs twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import User
from claims.clocks import Policies, pauses_of, plan_clock
from claims.commands import add_participants, locked_claim
from claims.models import Claim
from claims.states import ClockKind, ParticipantRole
from core import clock
from core.actors import SYSTEM
from events.commands import record
from events.models import Event
from masterdata.selectors import schedule_of
from notifications import events, nudge
from notifications.mails import messages_of
from notifications.models import ContainmentOrder, Message, Notice
from notifications.recipients import (
    Merged,
    Recipient,
    effective_severity,
    named_recipients,
    who_would_be_told,
)
from notifications.states import Channel, Occasion, Reason


def tell_list(*, claim: Claim, event: Event, occasions: Sequence[Occasion]) -> list[Notice]:
    """Tell everybody whom the notification list names for `occasions`, each person once.

    Who was told that departments are notified at this severity already is not told again.
    """
    notices: list[Notice] = []
    with locked_claim(claim) as fresh:
        told = {each.key for each in _told_of(event)}
        for occasion in occasions:
            recipients = [
                each for each in who_would_be_told(fresh, occasion) if each.key not in told
            ]
            if occasion == Occasion.NOTIFY:
                known = _notified_before(fresh)
                recipients = [each for each in recipients if each.key not in known]
            told |= {each.key for each in recipients}
            notices += _tell(fresh, event, occasion, recipients)
    return notices


def tell_named(*, claim: Claim, event: Event, user: User | None, address: str) -> list[Notice]:
    """Tell somebody named by hand after the departments were notified; before, nothing happens."""
    with locked_claim(claim) as fresh:
        begun = Notice.objects.filter(claim=fresh, occasion=Occasion.NOTIFY).exists()
        wanted = (user.pk if user is not None else None, address)
        named = [each for each in named_recipients(fresh) if each.key == wanted]
        if not (begun or fresh.notified_at) or wanted in _notified_before(fresh):
            return []
        return _tell(fresh, event, Occasion.NOTIFY, named)


def tell_of_order(*, order: ContainmentOrder, event: Event, occasion: Occasion) -> list[Notice]:
    """Tell the executor of an order (who confirms it) and whom the list names; or of its end."""
    with locked_claim(order.claim) as fresh:
        ordered = occasion == Occasion.CONTAINMENT_ORDERED
        recipients = Merged()
        recipients.add_all(
            [Recipient(order.executor, needs_confirmation=ordered, reason=Reason.DIRECT)]
        )
        recipients.add_all(who_would_be_told(fresh, occasion))
        return _tell(fresh, event, occasion, recipients.sorted(), order)


def tell_directly(
    *, claim: Claim, event: Event, occasion: Occasion, users: Iterable[User]
) -> list[Notice]:
    """Tell people who are concerned themselves; not the one who did it."""
    recipients = [
        Recipient(user, reason=Reason.DIRECT)
        for user in users
        if user.is_active and user.pk != event.actor_id
    ]
    with locked_claim(claim) as fresh:
        return _tell(fresh, event, occasion, recipients)


def _told_of(event: Event) -> list[Recipient]:
    rows = Notice.objects.filter(event=event).select_related("user")
    return [Recipient(each.user, each.address) for each in rows]


def _notified_before(claim: Claim) -> set[tuple[int | None, str]]:
    """Who was told, at the severity of now, that departments are notified."""
    rows = Notice.objects.filter(
        claim=claim, occasion=Occasion.NOTIFY, severity=effective_severity(claim)
    )
    return set(rows.values_list("user_id", "address"))


def _tell(
    claim: Claim,
    event: Event,
    occasion: Occasion,
    recipients: Sequence[Recipient],
    order: ContainmentOrder | None = None,
) -> list[Notice]:
    """Notices, messages, parts and the event of telling; the caller holds the claim's lock."""
    if not recipients:
        return []
    severity, due_at = effective_severity(claim), _confirm_by(claim)
    notices = [
        _notice(claim, event, occasion, each, channel)
        for each in recipients
        for channel in _channels(event, each)
    ]
    for notice in notices:
        notice.severity, notice.order = severity, order
        notice.due_at = due_at if notice.needs_confirmation else None
    Notice.objects.bulk_create(notices)
    _queue_mails(notices)
    people = [each.user for each in recipients if each.user is not None]
    add_participants(claim=claim, users=people, role=ParticipantRole.NOTIFIED)
    record(
        events.TOLD,
        actor=SYSTEM,
        subject=order or claim,
        claim_id=claim.pk,
        data={"occasion": occasion.value, "recipients": [each.label for each in recipients]},
    )
    return notices


def _notice(
    claim: Claim, event: Event, occasion: Occasion, recipient: Recipient, channel: str
) -> Notice:
    inside = channel == Channel.IN_APP
    now = clock.now()
    mine = _did_it(event, recipient)
    return Notice(
        claim=claim,
        event=event,
        occasion=occasion,
        user=recipient.user,
        address=recipient.address,
        channel=channel,
        reason=recipient.reason,
        needs_confirmation=inside and recipient.needs_confirmation and not mine,
        sent_at=now if inside else None,
        seen_at=now if inside and mine else None,
    )


def _channels(event: Event, recipient: Recipient) -> Sequence[str]:
    """Nobody gets mail about their own deed."""
    return [Channel.IN_APP.value] if _did_it(event, recipient) else recipient.by()


def _did_it(event: Event, recipient: Recipient) -> bool:
    """Whether they are told of their own deed, which they need neither confirm nor read."""
    return recipient.user is not None and recipient.user.pk == event.actor_id


def _confirm_by(claim: Claim) -> datetime | None:
    planned = plan_clock(
        claim,
        ClockKind.CONFIRMATION,
        clock.now(),
        Policies.for_customer(claim.customer_id),
        schedule_of(claim.site),
        pauses_of(claim),
    )
    return planned.due_at if planned is not None else None


def _queue_mails(notices: Sequence[Notice]) -> None:
    mails = messages_of(notices)
    if mails:
        Message.objects.bulk_create(mails)
        transaction.on_commit(nudge.ring)

"""Telling people: notices in the product at once, messages as rows for the senders.

Called by the relay's handlers, each in the transaction that marks its delivery done. The unique
rows (event, recipient, channel) make "once" true whatever runs twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction

from accounts.models import User
from claims.clocks import pauses_of
from claims.commands import add_participants, locked_claim
from claims.models import Claim
from claims.states import ParticipantRole
from core import clock
from core.actors import SYSTEM
from events.commands import record
from events.models import Event
from notifications import events, mails, nudge, posts
from notifications.cases import case_of, effective_severity
from notifications.confirming import ConfirmBy
from notifications.models import ContainmentOrder, Message, Notice
from notifications.recipients import (
    Key,
    Merged,
    Recipient,
    is_unanswered,
    named_recipients,
    who_would_be_told,
    with_substitutes,
)
from notifications.states import NEVER_SILENT, Channel, Occasion, Reason


def tell_list(*, claim: Claim, event: Event, occasions: Sequence[Occasion]) -> list[Notice]:
    """Tell everybody whom the notification list names for `occasions`, each person once.

    Who was told that departments are notified at this severity already is not told again. A list
    that names nobody raises an alarm.
    """
    notices: list[Notice] = []
    with locked_claim(claim) as fresh:
        told = {each.key for each in _told_of(event)}
        unanswered: dict[Occasion, list[str]] = {}
        for occasion in occasions:
            everybody = who_would_be_told(fresh, occasion)
            if occasion in NEVER_SILENT and is_unanswered(everybody):
                unanswered[occasion] = [each.label for each in everybody]
            recipients = [each for each in everybody if each.key not in told]
            if occasion == Occasion.NOTIFY:
                known = _notified_before(fresh)
                recipients = [each for each in recipients if each.key not in known]
            told |= {each.key for each in recipients}
            notices += _tell(fresh, event, occasion, recipients)
        _raise_alarm(fresh, unanswered)
    return notices


def _raise_alarm(claim: Claim, unanswered: dict[Occasion, list[str]]) -> None:
    """Record, once for an occasion at a severity, that no rule named a living person."""
    severity = effective_severity(claim)
    raised = Event.objects.filter(
        claim_id=claim.pk, kind=events.UNANSWERED.name, data__severity=severity
    )
    known = {
        occasion for data in raised.values_list("data", flat=True) for occasion in data["told"]
    }
    told = {key.value: names for key, names in unanswered.items() if key.value not in known}
    if told:
        data = {"severity": severity, "told": told}
        record(events.UNANSWERED, actor=SYSTEM, subject=claim, claim_id=claim.pk, data=data)


def tell_named(*, claim: Claim, event: Event, user: User | None, address: str) -> list[Notice]:
    """Tell somebody named by hand after the departments were notified; before, nothing happens."""
    with locked_claim(claim) as fresh:
        begun = Notice.objects.filter(claim=fresh, occasion=Occasion.NOTIFY).exists()
        wanted = Recipient(user, address).key
        named = [each for each in named_recipients(fresh) if each.key == wanted]
        named = with_substitutes(named)
        if not (begun or fresh.notified_at) or wanted in _notified_before(fresh):
            return []
        return _tell(fresh, event, Occasion.NOTIFY, named)


def tell_of_order(*, order: ContainmentOrder, event: Event, occasion: Occasion) -> list[Notice]:
    """Tell the executor of an order (who confirms it) and whom the list names; or of its end."""
    with locked_claim(order.claim) as fresh:
        ordered = occasion == Occasion.CONTAINMENT_ORDERED
        recipients = Merged()
        executor = Recipient(order.executor, needs_confirmation=ordered, reason=Reason.DIRECT)
        recipients.add_all(with_substitutes([executor]))
        recipients.add_all(who_would_be_told(fresh, occasion))
        return _tell(fresh, event, occasion, recipients.sorted(), order)


def tell_directly(
    *, claim: Claim, event: Event, occasion: Occasion, users: Iterable[User], confirm: bool = False
) -> list[Notice]:
    """Tell people who are concerned themselves; not the one who did it."""
    concerned = [
        Recipient(user, needs_confirmation=confirm, reason=Reason.DIRECT)
        for user in users
        if user.is_active and user.pk != event.actor_id
    ]
    recipients = [each for each in with_substitutes(concerned) if not _did_it(event, each)]
    with locked_claim(claim) as fresh:
        known = {each.key for each in _told_of(event)}
        return _tell(fresh, event, occasion, [each for each in recipients if each.key not in known])


def _told_of(event: Event) -> list[Recipient]:
    rows = Notice.objects.filter(event=event).select_related("user", "room")
    return [Recipient(each.user, each.address, room=each.room) for each in rows]


def _notified_before(claim: Claim) -> set[Key]:
    """Who was told, at the severity of now, that departments are notified."""
    rows = Notice.objects.filter(
        claim=claim, occasion=Occasion.NOTIFY, severity=effective_severity(claim)
    )
    return set(rows.values_list("user_id", "address", "room_id"))


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
    case = case_of(claim)
    due = ConfirmBy(case, claim.site, pauses_of(claim))
    notices = [
        _notice(claim, event, occasion, each, channel)
        for each in recipients
        for channel in _channels(event, each)
    ]
    by_key = {each.key: each for each in recipients}
    for notice in notices:
        notice.severity, notice.order = case.severity, order
        asked = by_key[notice.recipient_key]
        notice.due_at = due.of(asked) if notice.needs_confirmation else None
    Notice.objects.bulk_create(notices)
    _queue_messages(notices)
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
        room=recipient.room,
        channel=channel,
        reason=recipient.reason,
        stands_in_for=list(recipient.stands_in_for),
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


def _queue_messages(notices: Sequence[Notice]) -> None:
    messages = [*mails.messages_of(notices), *posts.messages_of(notices)]
    if messages:
        Message.objects.bulk_create(messages)
        transaction.on_commit(nudge.ring)

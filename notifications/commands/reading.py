"""What becomes of a notice: seen, confirmed, or replaced by a call."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.selectors import acting_for
from claims.commands import locked_claim
from core import clock
from core.actors import Actor
from core.errors import InvalidInput
from events.commands import record
from notifications import events
from notifications.confirming import time_to_aware
from notifications.models import Notice
from notifications.policies import can_confirm, can_name_recipients, own_notices, require


def see_notice(*, actor: Actor, notice: Notice) -> None:
    """Note that the person has looked at it; a personal mark, no event. Others leave none."""
    own_notices(actor).filter(pk=notice.pk, seen_at=None).update(seen_at=clock.now())


def see_all(*, actor: Actor) -> int:
    """Mark everything in the inbox as seen that asks for no confirmation; returns how many."""
    unseen = own_notices(actor).filter(seen_at=None)
    asked = unseen.filter(needs_confirmation=True, confirmed_at=None, handed_over_at=None)
    return unseen.exclude(pk__in=asked.values("pk")).update(seen_at=clock.now())


def confirm_notice(*, actor: Actor, notice: Notice, comment: str = "") -> Notice:
    """Confirm having read a notice of one's own, or of somebody away for whom one stands in.

    Confirming again changes nothing. The absent still finds the notice unseen on return. Raises
    NotPermitted for somebody else's.
    """
    require(can_confirm(actor, notice))
    with locked_claim(notice.claim) as claim:
        fresh = Notice.objects.select_related("user", "order", "claim__site").get(pk=notice.pk)
        if fresh.confirmed_at is not None:
            return fresh
        fresh.confirmed_at, fresh.confirmed_by = clock.now(), actor.user
        if not fresh.confirmed_for_absent:
            fresh.seen_at = fresh.seen_at or fresh.confirmed_at
        fresh.time_to_aware = time_to_aware(fresh, fresh.confirmed_at)
        fresh.comment = comment.strip()[:500]
        fresh.save_changes("confirmed_at", "confirmed_by", "seen_at", "time_to_aware", "comment")
        _settle_mails(fresh)
        record(
            events.CONFIRMED,
            actor=acting_for(actor, fresh.user),
            subject=fresh,
            claim_id=claim.pk,
            data={"occasion": fresh.occasion, "comment": fresh.comment},
        )
    return fresh


def _settle_mails(confirmed: Notice) -> None:
    """Who has read it here need not get the e-mail about it as well."""
    unsent = Notice.objects.filter(
        event=confirmed.event, user=confirmed.user, sent_at=None, handed_over_at=None
    )
    for each in unsent:
        each.handed_over_at, each.handed_over_by = confirmed.confirmed_at, confirmed.user
        each.handover_note = _("confirmed in the product")
        each.save_changes("handed_over_at", "handed_over_by", "handover_note")


def hand_over(*, actor: Actor, notice: Notice, note: str) -> Notice:
    """Note that somebody was told another way (called, visited), and how.

    Settles an e-mail that cannot be sent and a confirmation that does not come. Raises
    NotPermitted, InvalidInput without a note.
    """
    if not note.strip():
        raise InvalidInput({"note": _("Say how they were told.")}, code="required")
    with locked_claim(notice.claim) as claim:
        require(can_name_recipients(actor, claim))
        theirs = Notice.objects.filter(
            claim=claim,
            event=notice.event,
            user=notice.user,
            address=notice.address,
            room=notice.room_id,
            confirmed_at=None,
            handed_over_at=None,
        ).select_related("user", "room")
        for each in theirs:
            each.handed_over_at = clock.now()
            each.handed_over_by = actor.user
            each.handover_note = note.strip()[:500]
            each.save_changes("handed_over_at", "handed_over_by", "handover_note")
        fresh = Notice.objects.select_related("user", "room").get(pk=notice.pk)
        record(
            events.HANDED_OVER,
            actor=actor,
            subject=fresh,
            claim_id=claim.pk,
            data={"recipient": fresh.recipient, "note": note.strip()},
        )
    return fresh

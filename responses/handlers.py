"""What follows from facts, later, at least once and in any order (ADR 46)."""

from __future__ import annotations

import logging

from django.conf import settings
from django.db import transaction

from claims.commands import locked_claim
from claims.events import MOVED
from claims.models import Claim
from claims.states import Step
from core.actors import Actor
from events.models import Event
from events.registry import subscribe
from responses import events
from responses.commands import ask_satisfaction, withdraw_response

log = logging.getLogger(__name__)


@subscribe(events.LETTER_QUEUED, name="responses.ring_mail")
def ring_mail(event: Event) -> None:
    """Let a worker send at once; losing the ring leaves it to the sweep."""
    if settings.EVENTS_NUDGE:
        transaction.on_commit(_ring)


def _ring() -> None:
    from responses.tasks import send_letters

    try:
        send_letters.apply_async(retry=False, ignore_result=True)
    except Exception as error:  # noqa: BLE001 - a doorbell may fail in any way; the sweep makes up
        log.warning("the broker did not take a nudge: %s", error)


@subscribe(MOVED, name="responses.follow_move")
def follow_move(event: Event) -> None:
    """A claim that goes back takes its response along; a closed one asks the customer."""
    old, new = event.data["changes"]["step"]
    if old != Step.RESPONSE and new != Step.CLOSED:
        return
    actor = Actor(user=event.actor)
    with locked_claim(Claim(pk=event.claim_id)) as claim:
        if new != Step.CLOSED:
            withdraw_response(actor=actor, claim=claim)
        elif claim.step == Step.CLOSED:
            ask_satisfaction(actor=actor, claim=claim)

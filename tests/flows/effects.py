"""What workers do between two clicks, done by hand: Celery is never eager here."""

from __future__ import annotations

from dataclasses import dataclass

from claims.models import Claim
from core.actors import Via
from events.models import Delivery, Event
from events.relay import run_pending
from notifications.commands import send_due_messages
from responses.commands import outbox


def let_effects_happen() -> None:
    """Run what follows from events, and send what is to be sent; all of it must have worked."""
    while run_pending():
        pass
    send_due_messages()
    outbox.send_due()
    run_pending()
    failed = Delivery.objects.filter(done_at=None).values_list("handler", "error")
    assert list(failed) == []


@dataclass
class History:
    """The kinds of events on a claim: `deeds` in their order, and what workers did about them.

    Workers get to their part when they can, so where it falls between the deeds is chance; it is
    sorted here.
    """

    deeds: list[str]
    effects: list[str]


def history_of(number: str) -> History:
    """What history tells of the claim."""
    claim = Claim.objects.get(number=number)
    events = Event.objects.filter(claim_id=claim.pk).order_by("id")
    return History(
        deeds=[each.kind for each in events if each.via != Via.SYSTEM],
        effects=sorted(each.kind for each in events if each.via == Via.SYSTEM),
    )

"""What people are told after something happened. The names are stored in delivery rows.

An event may come behind later ones of the same claim (ADR 46), so what is over is told no more.
"""

from __future__ import annotations

from accounts.models import Role
from accounts.selectors import list_with_role, people_by_key
from claims.events import (
    COMMENTED,
    CONTAINMENT_WAIVED,
    MOVED,
    OWNER_CHANGED,
    REPORTED,
    SEVERITY_CHANGED,
)
from claims.selectors import claim_of
from claims.states import FINISHED_STEPS
from core.actors import SYSTEM
from events.models import Event
from events.registry import subscribe
from notifications import commands
from notifications.cases import is_critical
from notifications.events import LIFTED, ORDERED, RECIPIENT_NAMED, UNANSWERED
from notifications.models import ContainmentOrder
from notifications.selectors import get_order
from notifications.states import Occasion


def _order_of(event: Event) -> ContainmentOrder:
    return get_order(SYSTEM, int(event.subject_id))


@subscribe(REPORTED, name="notifications.tell_reported")
def tell_of_a_report(event: Event) -> None:
    """A claim came in. A critical one is told to the departments at once, without any step."""
    claim = claim_of(event)
    stop_note = event.data.get("stop_note")
    if stop_note:
        commands.request_containment(claim=claim, event=event, text=stop_note)
    occasions = [Occasion.REPORTED]
    if event.data.get("critical"):
        occasions.insert(0, Occasion.NOTIFY)
    commands.tell_list(claim=claim, event=event, occasions=occasions)


@subscribe(MOVED, name="notifications.tell_moved")
def tell_the_departments(event: Event) -> None:
    """The claim entered step 2."""
    if event.data.get("transition") == "notify":
        commands.tell_list(claim=claim_of(event), event=event, occasions=[Occasion.NOTIFY])


@subscribe(SEVERITY_CHANGED, name="notifications.tell_severity")
def tell_of_a_claim_turned_critical(event: Event) -> None:
    """Judged critical after it was reported as less, or as nothing: the list for critical hears."""
    claim = claim_of(event)
    if claim.step not in FINISHED_STEPS and is_critical(claim):
        commands.tell_list(claim=claim, event=event, occasions=[Occasion.NOTIFY])


@subscribe(RECIPIENT_NAMED, name="notifications.tell_named")
def tell_a_named_recipient(event: Event) -> None:
    """Named after the departments were notified: told now."""
    user = people_by_key(event.data["user_id"]).first()
    address = event.data["address"]
    commands.tell_named(claim=claim_of(event), event=event, user=user, address=address)


@subscribe(ORDERED, name="notifications.tell_ordered")
def tell_of_an_order(event: Event) -> None:
    """The executor confirms the order; others hear of it. One lifted meanwhile asks for nothing."""
    order = _order_of(event)
    if order.lifted_at is None:
        commands.tell_of_order(order=order, event=event, occasion=Occasion.CONTAINMENT_ORDERED)


@subscribe(LIFTED, name="notifications.tell_lifted")
def tell_of_the_end_of_an_order(event: Event) -> None:
    """The executor may let go."""
    commands.tell_of_order(
        order=_order_of(event), event=event, occasion=Occasion.CONTAINMENT_LIFTED
    )


@subscribe(OWNER_CHANGED, name="notifications.tell_owner")
def tell_the_owner(event: Event) -> None:
    """Somebody else made the person owner of the claim, which they still are."""
    claim = claim_of(event)
    if claim.owner_id == event.data["owner_id"]:
        owners = people_by_key(event.data["owner_id"])
        commands.tell_directly(
            claim=claim, event=event, occasion=Occasion.OWNER_NAMED, users=owners
        )


@subscribe(COMMENTED, name="notifications.tell_mentioned")
def tell_the_mentioned(event: Event) -> None:
    """A comment named people."""
    users = people_by_key(*event.data["mentions"])
    commands.tell_directly(
        claim=claim_of(event), event=event, occasion=Occasion.MENTIONED, users=users
    )


@subscribe(UNANSWERED, name="notifications.alarm_unanswered")
def alarm_the_quality_managers(event: Event) -> None:
    """The list has a hole: those who keep it confirm that they know, besides being told."""
    claim = claim_of(event)
    managers = list_with_role(Role.QUALITY_MANAGER, site_id=claim.site_id)
    commands.tell_directly(
        claim=claim, event=event, occasion=Occasion.UNANSWERED, users=managers, confirm=True
    )


@subscribe(
    REPORTED, SEVERITY_CHANGED, ORDERED, CONTAINMENT_WAIVED, name="notifications.pass_on_critical"
)
def pass_on_a_critical_claim(event: Event) -> None:
    """A critical claim does not wait for a person to press a button."""
    commands.pass_on_critical(claim=claim_of(event))

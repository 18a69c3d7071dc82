"""Beside the tasks: open claims by step, what others have to do, what is held, own reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.selectors import at_sites
from capa.models import Action
from capa.states import OPEN_STATES
from claims.models import Claim, Pause
from claims.policies import COORDINATORS, WIDE_READERS
from claims.selectors import late_step, list_reports_of
from claims.states import FINISHED_STEPS, STEP_NUMBERS, WORKING_STEPS
from core import clock
from core.actors import Actor
from notifications.models import ContainmentOrder
from notifications.selectors import orders_in_force, orders_to_execute
from notifications.states import Occasion
from worklist.sources import claim_url

SHOWN = 5
MOST_BARS = 5


@dataclass(frozen=True)
class StepCount:
    """How many open claims stand in a step, how many of them late, and the list behind it."""

    number: int
    name: str
    count: int
    late: int
    url: str

    @property
    def bars(self) -> list[dict[str, Any]]:
        """Up to five marks, the late ones first."""
        shown = min(self.count, MOST_BARS)
        return [{"x": place * 11, "late": place < self.late} for place in range(shown)]


@dataclass(frozen=True)
class Steps:
    """Open claims by step: the person's own, or those of the sites they look after."""

    title: str
    url: str
    rows: list[StepCount]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(row.count for row in self.rows)


@dataclass(frozen=True)
class Waiting:
    """Something that another person has to do on a claim of one's own."""

    text: str
    url: str
    claim: Claim
    who: str
    due_at: datetime | None


def steps_of(actor: Actor) -> Steps | None:
    """Claims by step in one query; None for people who neither own claims nor watch sites."""
    user = actor.user
    claims = Claim.objects.exclude(step__in=FINISHED_STEPS)
    owned = claims.filter(owner=user)
    if user.has_role(*COORDINATORS) and owned.exists():
        return _steps(owned, _("My open claims"), "owner=me&state=open")
    if user.has_role(*WIDE_READERS):
        return _steps(claims.filter(at_sites(user, WIDE_READERS)), _("Open claims"), "state=open")
    return None


def _steps(claims: QuerySet[Claim], title: str, query: str) -> Steps:
    late = Count("pk", filter=late_step())
    counts = claims.order_by().values("step").annotate(count=Count("pk"), late=late)
    found = {row["step"]: row for row in counts}
    none = {"count": 0, "late": 0}
    url = f"{reverse('claims:list')}?{query}"
    return Steps(
        title,
        url,
        [
            StepCount(
                STEP_NUMBERS[step.value],
                str(step.label),
                found.get(step.value, none)["count"],
                found.get(step.value, none)["late"],
                f"{url}&step={step.value}",
            )
            for step in WORKING_STEPS
        ],
    )


def waiting_on_others(actor: Actor) -> list[Waiting]:
    """What others have to do on the person's claims, the earliest due first; at most five."""
    mine = Claim.objects.filter(owner=actor.user).exclude(step__in=FINISHED_STEPS)
    found = [*_orders(mine, actor), *_actions(mine, actor), *_pauses(mine)]
    found.sort(key=lambda each: (each.due_at is None, each.due_at or clock.now()))
    return found[:SHOWN]


def _orders(mine: QuerySet[Claim], actor: Actor) -> list[Waiting]:
    rows = orders_to_execute(mine).exclude(executor=actor.user)
    rows = rows.select_related("claim", "executor", "lot", "line", "shipment").order_by("due_at")
    return [
        Waiting(
            str(each),
            f"{claim_url(each.claim)}#containment",
            each.claim,
            each.executor.get_short_name(),
            each.due_at,
        )
        for each in rows[:SHOWN]
    ]


def _actions(mine: QuerySet[Claim], actor: Actor) -> list[Waiting]:
    rows = Action.objects.filter(claim__in=mine, state__in=OPEN_STATES).exclude(owner=actor.user)
    rows = rows.select_related("claim", "owner").order_by("due_at")
    return [
        Waiting(
            each.text,
            reverse("capa:action", args=[each.number]),
            each.claim,
            each.owner.get_short_name() if each.owner else "",
            each.due_at,
        )
        for each in rows[:SHOWN]
    ]


def _pauses(mine: QuerySet[Claim]) -> list[Waiting]:
    rows = Pause.objects.filter(claim__in=mine, ended_at=None).select_related("claim__customer")
    return [
        Waiting(
            each.reason, claim_url(each.claim), each.claim, str(each.claim.customer or ""), None
        )
        for each in rows.order_by("started_at")[:SHOWN]
    ]


@dataclass(frozen=True)
class Held:
    """An order in force, with how many of those asked have confirmed it."""

    order: ContainmentOrder
    asked: int
    confirmed: int


def containment_in_force(actor: Actor) -> tuple[list[Held], int]:
    """The newest orders that hold something at the person's sites or on their claims; how many."""
    user = actor.user
    mine = Q(claim__owner=user)
    if user.has_role(*COORDINATORS):
        mine |= at_sites(user, COORDINATORS, "claim__")
    rows = orders_in_force().filter(mine)
    asked = Q(notices__occasion=Occasion.CONTAINMENT_ORDERED, notices__needs_confirmation=True)
    shown = rows.annotate(
        asked=Count("notices", filter=asked),
        confirmed=Count("notices", filter=asked & ~Q(notices__confirmed_at=None)),
    ).select_related("claim", "lot", "line", "shipment")
    held = [Held(each, each.asked, each.confirmed) for each in shown.order_by("-pk")[:SHOWN]]
    return held, rows.count()


def overview(actor: Actor) -> dict[str, Any]:
    """Context of the rail."""
    held, held_count = containment_in_force(actor)
    steps = steps_of(actor)
    return {
        "steps": steps,
        "waiting": waiting_on_others(actor),
        "held": held,
        "held_count": held_count,
        "reports": [] if steps else list_reports_of(actor, limit=SHOWN),
    }

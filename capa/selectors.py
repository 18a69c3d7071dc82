"""Reading actions. Every read starts from what the actor may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone

from capa.models import (
    Action,
    ActionDocument,
    Cancellation,
    EffectivenessCheck,
    Extension,
    NoActionReason,
)
from capa.policies import visible_actions
from capa.states import OPEN_STATES, UNSETTLED_STATES, ActionState, Decision, Trend
from claims.models import Attachment, Claim, ClaimItem
from core import clock
from core.actors import Actor
from core.lateness import late
from events.models import Event
from investigations.models import Cause, Fact
from investigations.selectors import confirmed_causes
from investigations.states import CauseStatus


def get_action(actor: Actor, number: str) -> Action:
    """The action of that number (`A-012`) with what its page shows.

    Raises Action.DoesNotExist when there is none or the actor may not see it: both look the same.
    """
    letter, _dash, digits = number.partition("-")
    if letter.upper() != "A" or not digits.isdecimal() or len(digits) > 18:
        raise Action.DoesNotExist
    return _with_row_data(visible_actions(actor)).get(pk=int(digits))


def list_of_claim(claim: Claim) -> QuerySet[Action]:
    """The actions that serve a claim, in the order of their numbers."""
    return _with_row_data(Action.objects.filter(claims=claim)).order_by("id")


def count_of_claim(claim: Claim) -> int:
    """How many actions serve a claim."""
    return Action.objects.filter(claims=claim).count()


def list_actions(actor: Actor) -> QuerySet[Action]:
    """Every action the actor may see by number, with what a list shows."""
    items = ClaimItem.objects.select_related("product").order_by("position", "id")
    rows = _with_row_data(visible_actions(actor)).order_by("id")
    return rows.prefetch_related(Prefetch("claim__items", items))


def _with_row_data(actions: QuerySet[Action]) -> QuerySet[Action]:
    facts = Prefetch("cause__facts", Fact.objects.order_by("number"))
    waiting = Extension.objects.filter(decision="").select_related("asked_by")
    return actions.select_related(
        "claim__site__calendar", "owner", "department", "cause", "done_by", "clean_lot", "replaces"
    ).prefetch_related(facts, Prefetch("extensions", waiting, to_attr="asked"))


def late_actions(actions: QuerySet[Action]) -> QuerySet[Action]:
    """Those of `actions` that are open and late."""
    return actions.filter(late("due_at"), state__in=OPEN_STATES)


def end_of_week(now: datetime | None = None) -> datetime:
    """The instant at which the reader's week ends."""
    today = timezone.localdate(now or clock.now())
    monday = today + timedelta(days=7 - today.weekday())
    return timezone.make_aware(datetime.combine(monday, time()))


def count_views(actor: Actor) -> dict[str, int]:
    """How many actions each view of the list holds; one query over what is not settled."""
    relevant = visible_actions(actor).filter(state__in=(*UNSETTLED_STATES, ActionState.INEFFECTIVE))
    unsettled, open_ = Q(state__in=UNSETTLED_STATES), Q(state__in=OPEN_STATES)
    asked = Extension.objects.filter(decision="").values("action")
    counts: dict[str, int] = relevant.aggregate(
        open=Count("pk", filter=unsettled),
        late=Count("pk", filter=open_ & late("due_at")),
        week=Count("pk", filter=open_ & Q(due_at__lt=end_of_week())),
        verify=Count("pk", filter=Q(state=ActionState.DONE)),
        asked=Count("pk", filter=open_ & Q(pk__in=asked)),
        ineffective=Count("pk", filter=Q(state=ActionState.INEFFECTIVE)),
        mine=Count("pk", filter=unsettled & Q(owner=actor.user)),
    )
    return counts


def count_departments(actor: Actor) -> list[dict[str, Any]]:
    """Unsettled actions by department, the busiest first: code, name, n, late, week."""
    open_ = Q(state__in=OPEN_STATES)
    rows = (
        visible_actions(actor)
        .filter(state__in=UNSETTLED_STATES, department__isnull=False)
        .order_by()
        .values("department__code", "department__name")
        .annotate(
            n=Count("pk"),
            late=Count("pk", filter=open_ & late("due_at")),
            week=Count("pk", filter=open_ & Q(due_at__lt=end_of_week())),
        )
        .order_by("-n", "department__name")[:8]
    )
    return [dict(row) for row in rows]


def waiting_for(actor: Actor) -> QuerySet[Action]:
    """The actor's own actions that are still to be carried out."""
    return Action.objects.filter(owner=actor.user, state__in=OPEN_STATES)


def check_of(action: Action) -> EffectivenessCheck | None:
    """The latest effectiveness check of an action."""
    return action.checks.select_related("checker").last()


def list_claims_of(action: Action) -> QuerySet[Claim]:
    """The claims that an action serves."""
    return Claim.objects.filter(actions=action).order_by("number")


def list_documents(action: Action) -> QuerySet[ActionDocument]:
    """The documents that an action changes, with who updated them."""
    return action.documents.select_related("updated_by")


def list_evidence(action: Action) -> QuerySet[Attachment]:
    """The files that show that an action was done."""
    return Attachment.objects.filter(actions=action).select_related("claim")


def list_extensions(action: Action) -> QuerySet[Extension]:
    """Every request for more time, with who asked and who decided."""
    return action.extensions.select_related("action__claim", "asked_by", "decided_by")


def list_cancellations(action: Action) -> QuerySet[Cancellation]:
    """Every request not to carry an action out, with who asked and who decided."""
    return action.cancellations.select_related("action__claim", "asked_by", "decided_by")


def list_no_action_reasons(claim: Claim) -> QuerySet[NoActionReason]:
    """Why nothing is done against causes of a claim, declined reasons included."""
    return claim.no_action_reasons.select_related("claim", "cause", "asked_by", "decided_by")


def history_of(action: Action) -> QuerySet[Event]:
    """What happened to an action, newest first."""
    return (
        Event.objects.filter(subject_type="capa.action", subject_id=str(action.pk))
        .select_related("actor")
        .order_by("-id")
    )


@dataclass(frozen=True)
class CoveredCause:
    """A confirmed cause with what is done against it, or why nothing is."""

    cause: Cause
    actions: list[Action]
    reason: NoActionReason | None


def list_covered_causes(claim: Claim) -> list[CoveredCause]:
    """The confirmed causes of a claim, each with its actions."""
    causes = list(confirmed_causes(claim).prefetch_related("facts"))
    actions = list(Action.objects.filter(claims=claim, cause__in=causes).order_by("id"))
    given = NoActionReason.objects.filter(cause__in=causes).exclude(decision=Decision.DECLINED)
    reasons = {each.cause_id: each for each in given.select_related("asked_by", "decided_by")}
    return [
        CoveredCause(
            cause,
            [action for action in actions if action.cause_id == cause.pk],
            reasons.get(cause.pk),
        )
        for cause in causes
    ]


@dataclass(frozen=True)
class Recurrence:
    """What the claims since say about an action: the trend, and the claims that came again."""

    trend: Trend
    since: date
    claims: list[Claim]


def recurrence_of(action: Action) -> Recurrence | None:
    """Claims with the same confirmed cause on pieces made after the clean point.

    Without a clean point the day it was done counts; pieces of unknown day count by receipt of
    their claim. None while the action is not done or has no classified cause.
    """
    if action.done_at is None or action.cause is None or action.cause.code_id is None:
        return None
    since = _clean_since(action, action.done_at)
    made_since = Q(items__produced_on__gte=since) | Q(
        items__produced_on=None, received_at__gt=action.done_at
    )
    same = Cause.objects.filter(code_id=action.cause.code_id, status=CauseStatus.CONFIRMED)
    families = ClaimItem.objects.filter(claim=action.claim_id).values("product__family")
    found = (
        Claim.objects.filter(made_since, causes__in=same, items__product__family__in=families)
        .exclude(pk__in=action.claims.values("pk"))
        .distinct()
        .order_by("-received_at")[:20]
    )
    claims = list(found)
    return Recurrence(_trend(action, claims), since, claims)


def _clean_since(action: Action, done_at: datetime) -> date:
    if action.clean_from is not None:
        return action.clean_from
    if action.clean_lot is not None and action.clean_lot.produced_on is not None:
        return action.clean_lot.produced_on
    return timezone.localdate(done_at)


def _trend(action: Action, claims: list[Claim]) -> Trend:
    if claims:
        return Trend.RECURRED
    check = check_of(action)
    if check is not None and clock.now() < check.due_at:
        return Trend.TOO_EARLY
    return Trend.HOLDING

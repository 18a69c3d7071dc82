"""What people are reminded of: everything that waits for somebody and has a due instant."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Role, User
from accounts.selectors import list_with_role
from capa.models import Action, Cancellation, EffectivenessCheck, Extension, NoActionReason
from capa.states import OPEN_STATES, ActionState
from claims.clocks import is_working
from claims.models import Claim, Clock, Participant
from claims.states import FINISHED_STEPS, ClockKind, ParticipantRole
from core.actors import Actor
from notifications.levels import Subject
from notifications.models import Notice
from notifications.selectors import orders_to_execute, unconfirmed
from notifications.states import Channel
from responses.models import Compensation, Letter
from responses.selectors import agreed_compensations, letters_to_approve
from responses.states import LetterState

LED = (ClockKind.FULL_INVESTIGATION, ClockKind.ANALYSIS)
Facts = dict[str, Any]


def _nothing(row: Any) -> Facts:
    return {}


def _no_departments(row: Any) -> list[int | None]:
    return []


def _all(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows


@dataclass(frozen=True)
class Source:
    """Where things of one sort come from.

    `unfinished` are those not done yet, found by an index of their table alone; `apply` leaves
    those of them that somebody waits for. `due` is the path of the due instant, `start` of the
    instant from which the time is counted, `claim` of the claim.
    `facts` are kept with the reminder, to put it into words later.
    """

    subject: Subject
    unfinished: Callable[[], QuerySet[Any]]
    start: str
    due: str
    claim: str
    responsible: Callable[[Any], list[User]]
    apply: Callable[[QuerySet[Any]], QuerySet[Any]] = _all
    facts: Callable[[Any], Facts] = _nothing
    departments: Callable[[Any], list[int | None]] = _no_departments
    working: Callable[[Any], bool] = lambda row: True
    stops_in_pause: Callable[[Any], bool] = lambda row: False

    @property
    def due_field(self) -> str:
        """The due instant in the words of a query."""
        return self.due.replace(".", "__")

    def with_claims(self, keys: Iterable[int]) -> QuerySet[Any]:
        """Some of the unfinished rows, with their claims and the claims' sites."""
        path = self.claim.replace(".", "__")
        rows = self.unfinished().filter(pk__in=keys)
        return rows.select_related(f"{path}__site__calendar").order_by("pk")

    def get_waiting(self, pk: int, due_at: datetime) -> Any:
        """The row, if somebody waits for it with that due instant; else None."""
        rows = self.apply(self.with_claims([pk]))
        return rows.filter(**{self.due_field: due_at}).first()

    def claim_of(self, row: Any) -> Claim:
        """The claim that the row belongs to."""
        found: Claim = attrgetter(self.claim)(row)
        return found

    def due_of(self, row: Any) -> datetime:
        """Its due instant."""
        found: datetime = attrgetter(self.due)(row)
        return found

    def start_of(self, row: Any) -> datetime:
        """From when its time is counted."""
        found: datetime = attrgetter(self.start)(row)
        return found


# --- Deadlines of the claim ---------------------------------------------------------------------


def running_clocks() -> QuerySet[Clock]:
    """Clocks that run; not those of containment, as its orders run as well."""
    return Clock.objects.filter(stopped_at=None).exclude(kind=ClockKind.CONTAINMENT)


def _to_be_met(clocks: QuerySet[Clock]) -> QuerySet[Clock]:
    """Those that somebody can still meet."""
    answered = Q(kind=ClockKind.LEGAL) & ~Q(claim__final_response_at=None)
    # Nobody is there to be told that the claim has arrived, or it was decided not to.
    needless = Q(kind=ClockKind.ACKNOWLEDGEMENT) & (
        Q(claim__customer=None) | ~Q(claim__acknowledgement_waiver="")
    )
    return clocks.exclude(claim__step__in=FINISHED_STEPS).exclude(answered | needless)


def _clock_people(clock: Clock) -> list[User]:
    """The owner; while the team works also its leader."""
    people = [clock.claim.owner] if clock.claim.owner is not None else []
    if clock.kind in LED:
        leaders = Participant.objects.filter(claim=clock.claim, role=ParticipantRole.LEADER)
        people += [each.user for each in leaders.select_related("user")]
    return list({each.pk: each for each in people}.values())


# --- Step 2 -------------------------------------------------------------------------------------


def notices_to_confirm() -> QuerySet[Notice]:
    """Notices in the product that ask for a confirmation."""
    return unconfirmed(Notice.objects.filter(channel=Channel.IN_APP))


def _of_open_claims(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.exclude(claim__step__in=FINISHED_STEPS)


# --- Actions and approvals ----------------------------------------------------------------------


def actions_to_carry_out() -> QuerySet[Action]:
    """Actions that are not done."""
    return Action.objects.filter(state__in=OPEN_STATES)


def checks_to_make() -> QuerySet[EffectivenessCheck]:
    """Done actions that nobody has verified."""
    return EffectivenessCheck.objects.filter(verdict="")


def _of_done_actions(checks: QuerySet[EffectivenessCheck]) -> QuerySet[EffectivenessCheck]:
    return checks.filter(action__state=ActionState.DONE)


def letters_in_approval() -> QuerySet[Letter]:
    """Answers that wait for signatures."""
    return Letter.objects.filter(state=LetterState.IN_APPROVAL)


def _managers(site_id: int, *without: int | None) -> list[User]:
    managers = list_with_role(Role.QUALITY_MANAGER, site_id=site_id).order_by("pk")
    return [each for each in managers if each.pk not in without]


def _checkers(check: EffectivenessCheck) -> list[User]:
    action = check.action
    return _managers(action.claim.site_id, action.owner_id, action.done_by_id)


def _signers(letter: Letter) -> list[User]:
    """Those whose own list of approvals shows the answer."""
    able = list_with_role(Role.QUALITY_MANAGER, Role.LEGAL, site_id=letter.claim.site_id)
    return [
        each
        for each in able.order_by("pk")
        if letters_to_approve(Actor(user=each)).filter(pk=letter.pk).exists()
    ]


def _deciders(request: Any) -> list[User]:
    """Quality managers who decide on what others ask for."""
    action = getattr(request, "action", None)
    claim = action.claim if action is not None else request.claim
    return _managers(claim.site_id, request.asked_by_id, action.owner_id if action else None)


def compensations_to_book() -> QuerySet[Compensation]:
    """Agreed compensations that finance has not settled."""
    return agreed_compensations().select_related("claim__decision")


def _bookers(compensation: Compensation) -> list[User]:
    return list(list_with_role(Role.FINANCE, site_id=compensation.claim.site_id).order_by("pk"))


def _undecided(model: Any) -> Callable[[], QuerySet[Any]]:
    return lambda: model.objects.filter(decision="")


def _action_facts(action: Action) -> Facts:
    return {"text": action.text, "number": action.number}


def _facts_of_action(row: Any) -> Facts:
    return _action_facts(row.action)


SOURCES: dict[str, Source] = {
    each.subject.value: each
    for each in (
        Source(
            Subject.CLOCK,
            running_clocks,
            "started_at",
            "due_at",
            "claim",
            _clock_people,
            _to_be_met,
            facts=lambda clock: {"kind": clock.kind},
            working=lambda clock: is_working(clock.unit),
            stops_in_pause=lambda clock: is_working(clock.unit),
        ),
        Source(
            Subject.NOTICE,
            notices_to_confirm,
            "created_at",
            "due_at",
            "claim",
            lambda notice: [notice.user],
            _of_open_claims,
        ),
        Source(
            Subject.ORDER,
            orders_to_execute,
            "ordered_at",
            "due_at",
            "claim",
            lambda order: [order.executor],
            facts=lambda order: {"kind": order.kind, "target": order.target},
            working=lambda order: False,
        ),
        Source(
            Subject.ACTION,
            actions_to_carry_out,
            "created_at",
            "due_at",
            "claim",
            lambda action: [action.owner] if action.owner is not None else [],
            facts=_action_facts,
            departments=lambda action: [action.department_id],
        ),
        Source(
            Subject.CHECK,
            checks_to_make,
            "created_at",
            "due_at",
            "action.claim",
            _checkers,
            _of_done_actions,
            facts=_facts_of_action,
            working=lambda check: False,
        ),
        Source(
            Subject.LETTER,
            letters_in_approval,
            "submitted_at",
            "claim.response_due_at",
            "claim",
            _signers,
            _of_open_claims,
            facts=lambda letter: {"person": letter.author.get_short_name()},
        ),
        Source(
            Subject.EXTENSION,
            _undecided(Extension),
            "asked_at",
            "from_due",
            "action.claim",
            _deciders,
            facts=_facts_of_action,
        ),
        Source(
            Subject.CANCELLATION,
            _undecided(Cancellation),
            "asked_at",
            "action.due_at",
            "action.claim",
            _deciders,
            facts=_facts_of_action,
        ),
        Source(
            Subject.NO_ACTION,
            _undecided(NoActionReason),
            "asked_at",
            "claim.step_due_at",
            "claim",
            _deciders,
            facts=lambda asked: {"text": asked.cause.text},
        ),
        Source(
            Subject.COMPENSATION,
            compensations_to_book,
            "claim.decision.approved_at",
            "due_at",
            "claim",
            _bookers,
            facts=lambda compensation: {"kind": compensation.kind},
        ),
    )
}

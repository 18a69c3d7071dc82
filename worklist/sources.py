"""What waits for a person, and how each thing reads as a task; the registry lists them."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Role
from accounts.selectors import absent_behind, acts_as, at_sites
from capa.models import Action, Cancellation, EffectivenessCheck, Extension, NoActionReason
from capa.states import OPEN_STATES, UNSETTLED_STATES, ActionState
from claims.clocks import STEP_CLOCKS
from claims.lifecycle import HANDLER, LEADER, OWNER, QUALITY_MANAGER, main_transition
from claims.models import Claim, Clock, Participant
from claims.policies import COORDINATORS
from claims.states import FINISHED_STEPS, ClockKind, ParticipantRole, Step
from core.actors import Actor
from notifications.models import ContainmentOrder, ContainmentRequest, Notice
from notifications.policies import visible_notices
from notifications.reminders import CLOCK_TASKS, INTERIM
from notifications.selectors import (
    asked_for_interim_reply,
    open_requests,
    orders_to_execute,
    unconfirmed,
    unsent_notices,
)
from notifications.wording import headline
from responses.models import Compensation, Letter, OutgoingMail
from responses.selectors import compensations_to_settle, letters_to_approve
from responses.states import OPEN_MAIL, LetterState
from worklist.items import Act, Task

BEFORE_INVESTIGATION = (Step.RECEIPT, Step.NOTIFICATION, Step.REGISTRATION)
# What the person whom the main move of a step waits for has to do: what meets the step's deadline.
NEEDS = {step: CLOCK_TASKS[kind] for step, kind in STEP_CLOCKS.items()}


def _steps_of(*parts: str) -> list[str]:
    """The steps whose main move one of `parts` may do."""
    mains = {step: main_transition(step) for step in Step}
    return [step for step, main in mains.items() if main and set(parts) & set(main.who)]


OWNER_STEPS = _steps_of(OWNER, HANDLER)
LEADER_STEPS = _steps_of(LEADER)
MANAGER_STEPS = [step for step in _steps_of(QUALITY_MANAGER) if step not in OWNER_STEPS]


def claim_url(claim: Claim) -> str:
    return reverse("claims:detail", args=[claim.number])


# --- Claims -------------------------------------------------------------------------------------


def _owned(actor: Actor, claim: str = "") -> Q:
    """Of rows to which `claim` leads: the person's own claims, and those of the absent.

    Only where the person coordinates, as nobody else moves a claim.
    """
    owned = Q(**{f"{claim}owner": actor.user})
    if absent := absent_behind(actor.user):
        owned |= Q(**{f"{claim}owner__in": absent}) & at_sites(actor.user, COORDINATORS, claim)
    return owned


def claims_to_move(actor: Actor) -> QuerySet[Claim]:
    """Claims whose main move waits for the person: as owner, as leader, or to be closed."""
    user = actor.user
    leads = Participant.objects.filter(
        claim=OuterRef("pk"), user__in=acts_as(user), role=ParticipantRole.LEADER
    )
    mine = _owned(actor) & Q(step__in=OWNER_STEPS)
    mine |= Q(Exists(leads), step__in=LEADER_STEPS)
    if user.has_role(Role.QUALITY_MANAGER):
        open_actions = Action.claims.through.objects.filter(
            claim=OuterRef("pk"), action__state__in=UNSETTLED_STATES
        )
        at = at_sites(user, [Role.QUALITY_MANAGER])
        mine |= at & Q(~Exists(open_actions), step__in=MANAGER_STEPS)
    return Claim.objects.filter(mine)


def claim_task(claim: Claim) -> Task:
    need = NEEDS[Step(claim.step)]
    url, due_at = claim_url(claim), claim.step_due_at
    return Task(need, url, claim, due_at, claim.title, need=need, is_move=True)


def unassigned_claims(actor: Actor) -> QuerySet[Claim]:
    """What came in at the coordinator's sites and nobody has taken."""
    at = at_sites(actor.user, COORDINATORS)
    return Claim.objects.filter(at, owner=None, step__in=BEFORE_INVESTIGATION)


def intake_task(claim: Claim) -> Task:
    by = claim.received_by.get_short_name() if claim.received_by else claim.reporter
    title = _("Take the report from %(person)s") % {"person": by} if by else _("Take the report")
    take = Act(reverse("worklist:take", args=[claim.number]), _("Take"))
    need = _("Reports that nobody has taken")
    return Task(title, claim_url(claim), claim, claim.step_due_at, claim.title, take, need)


# --- Replies ------------------------------------------------------------------------------------


def acknowledgements_due(actor: Actor) -> QuerySet[Clock]:
    """Customers of the person's claims who have not been told that the claim has arrived."""
    return Clock.objects.filter(
        _owned(actor, "claim__"),
        kind=ClockKind.ACKNOWLEDGEMENT,
        stopped_at=None,
        claim__acknowledged_at=None,
        claim__acknowledgement_waiver="",
        claim__customer__isnull=False,
    ).exclude(claim__step__in=FINISHED_STEPS)


def acknowledgement_task(clock: Clock) -> Task:
    claim = clock.claim
    title = _("Tell the customer that the claim has arrived")
    url = reverse("responses:correspondence", args=[claim.number])
    return Task(title, url, claim, clock.due_at, claim.title, need=title)


def interim_replies_due(actor: Actor) -> QuerySet[Claim]:
    """Claims of the person whose customer has waited for half of the time and heard nothing."""
    return asked_for_interim_reply().filter(_owned(actor))


def interim_task(claim: Claim) -> Task:
    url = reverse("responses:correspondence", args=[claim.number])
    return Task(INTERIM, url, claim, claim.response_due_at, claim.title, need=INTERIM)


def letters_to_send(actor: Actor) -> QuerySet[Letter]:
    """Answers that all have agreed to, of the person's claims, and no mail is on its way."""
    on_its_way = OutgoingMail.objects.filter(letter=OuterRef("pk"), state__in=OPEN_MAIL)
    agreed = Letter.objects.filter(_owned(actor, "claim__"), state=LetterState.APPROVED)
    return agreed.filter(~Exists(on_its_way)).exclude(claim__step__in=FINISHED_STEPS)


def sending_task(letter: Letter) -> Task:
    title = _("Send the answer")
    url = reverse("responses:letter", args=[letter.claim.number, letter.pk])
    return Task(title, url, letter.claim, letter.claim.response_due_at, letter.subject, need=title)


# --- Notices ------------------------------------------------------------------------------------


def notices_to_confirm(actor: Actor) -> QuerySet[Notice]:
    """Notices that ask for the person's confirmation."""
    return unconfirmed(visible_notices(actor))


def notice_task(notice: Notice) -> Task:
    confirm = Act(reverse("notifications:confirm", args=[notice.pk]), _("Confirm"), "check")
    url = reverse("notifications:notice", args=[notice.pk])
    title = _("Confirm: %(notice)s") % {"notice": headline(notice)}
    return Task(
        title, url, notice.claim, notice.due_at, notice.claim.title, confirm, _("To confirm")
    )


def mails_that_died(actor: Actor) -> QuerySet[Notice]:
    """Messages that could not be sent, of one's own claims and of those nobody has taken."""
    at = at_sites(actor.user, COORDINATORS, "claim__")
    mine = at & (_owned(actor, "claim__") | Q(claim__owner=None))
    return unsent_notices().filter(mine).exclude(claim__step__in=FINISHED_STEPS)


def mail_task(notice: Notice) -> Task:
    title = _("Tell %(person)s another way") % {"person": notice.recipient}
    url = f"{claim_url(notice.claim)}#notified"
    why, need = _("the message could not be sent"), _("Messages that could not be sent")
    return Task(title, url, notice.claim, notice.claim.step_due_at, why, need=need)


# --- Containment --------------------------------------------------------------------------------


def orders_for(actor: Actor) -> QuerySet[ContainmentOrder]:
    """Orders that the person has to execute."""
    return orders_to_execute().filter(executor__in=acts_as(actor.user))


def order_task(order: ContainmentOrder) -> Task:
    url = reverse("notifications:execute", args=[order.claim.number, order.pk])
    why = ", ".join(part for part in (order.get_place_display(), order.instruction) if part)
    return Task(str(order), url, order.claim, order.due_at, why, need=_("To execute"))


def wishes_to_answer(actor: Actor) -> QuerySet[ContainmentRequest]:
    """Wishes to stop something at the coordinator's sites that nobody has answered."""
    at = at_sites(actor.user, COORDINATORS, "claim__")
    return open_requests().filter(at).exclude(claim__step__in=FINISHED_STEPS)


def wish_task(wish: ContainmentRequest) -> Task:
    title = _("Decide what to stop: %(person)s asks for it") % {"person": wish.requested_by_label}
    url = reverse("notifications:order", args=[wish.claim.number])
    need = _("Wishes to stop something")
    return Task(title, url, wish.claim, wish.claim.step_due_at, wish.text, need=need)


# --- Actions ------------------------------------------------------------------------------------


def own_actions(actor: Actor) -> QuerySet[Action]:
    """Actions that the person carries out."""
    return Action.objects.filter(owner__in=acts_as(actor.user), state__in=OPEN_STATES)


def action_task(action: Action) -> Task:
    url = reverse("capa:action", args=[action.number])
    need = _("To carry out")
    return Task(action.text, url, action.claim, action.due_at, action.number, need=need)


def checks_to_make(actor: Actor) -> QuerySet[EffectivenessCheck]:
    """Finished actions that a quality manager, neither owner nor reporter of them, verifies."""
    waits = _as_manager(actor, "action__claim__", "action__owner", "action__done_by")
    checks = EffectivenessCheck.objects.filter(waits, verdict="", action__state=ActionState.DONE)
    return checks.exclude(action__owner__in=acts_as(actor.user))


def _as_manager(actor: Actor, claim: str, *bound: str) -> Q:
    """Rows on which the person decides as quality manager, or in the place of one who is away.

    `bound` are the fields that name whose own matter it is: these decide on nothing.
    """
    user = actor.user
    mine = at_sites(user, [Role.QUALITY_MANAGER], claim)
    there = at_sites(user, COORDINATORS, claim)
    # An empty condition is that of every site, to which nothing can be added.
    for absent in absent_behind(user).values() if mine else ():
        own = reduce(or_, (Q(**{name: absent}) for name in bound))
        mine |= there & at_sites(absent, [Role.QUALITY_MANAGER], claim) & ~own
    return mine & ~reduce(or_, (Q(**{name: user}) for name in bound))


def check_task(check: EffectivenessCheck) -> Task:
    action = check.action
    title = _("Verify effectiveness: %(action)s") % {"action": action.text}
    url = reverse("capa:action", args=[action.number])
    return Task(title, url, action.claim, check.due_at, action.number, need=_("To verify"))


# --- Approvals and payments ---------------------------------------------------------------------


def letters_waiting(actor: Actor) -> QuerySet[Letter]:
    """Final responses that wait for the person's signature."""
    return letters_to_approve(actor)


def payments_to_settle(actor: Actor) -> QuerySet[Compensation]:
    """What finance has to book."""
    return compensations_to_settle(actor)


def letter_task(letter: Letter) -> Task:
    title = _("Review the answer by %(person)s") % {"person": letter.author.get_short_name()}
    url = reverse("responses:letter", args=[letter.claim.number, letter.pk])
    claim = letter.claim
    decision = getattr(claim, "decision", None)
    why = decision.get_outcome_display() if decision else letter.subject
    return Task(title, url, claim, claim.response_due_at, why, need=_("Answers"))


def _undecided(actor: Actor, model: Any, claim: str, *bound: str) -> QuerySet[Any]:
    """Requests of others that a quality manager of the site has to grant or decline."""
    rows: QuerySet[Any] = model.objects.filter(decision="")
    return rows.filter(_as_manager(actor, f"{claim}__", "asked_by", *bound))


def _of_others(actor: Actor, model: Any) -> QuerySet[Any]:
    """Of those about an action, not the ones about the person's own."""
    rows = _undecided(actor, model, "action__claim", "action__owner")
    return rows.exclude(action__owner__in=acts_as(actor.user))


def extensions_to_decide(actor: Actor) -> QuerySet[Extension]:
    """Others ask for more time for actions that are not the person's own."""
    return _of_others(actor, Extension)


def cancellations_to_decide(actor: Actor) -> QuerySet[Cancellation]:
    """Others ask to give up actions that are not the person's own."""
    return _of_others(actor, Cancellation)


def no_actions_to_decide(actor: Actor) -> QuerySet[NoActionReason]:
    """Others say why nothing is done against a cause."""
    return _undecided(actor, NoActionReason, "claim").exclude(claim__step__in=FINISHED_STEPS)


def extension_task(asked: Extension) -> Task:
    action = asked.action
    title = _("Decide on more time: %(action)s") % {"action": action.text}
    url = reverse("capa:extension_decide", args=[action.number, asked.pk])
    return Task(title, url, action.claim, asked.from_due, asked.reason, need=_("More time"))


def cancellation_task(asked: Cancellation) -> Task:
    action = asked.action
    title = _("Decide on giving up: %(action)s") % {"action": action.text}
    url = reverse("capa:cancellation_decide", args=[action.number, asked.pk])
    return Task(title, url, action.claim, action.due_at, asked.reason, need=_("To give up"))


def no_action_task(asked: NoActionReason) -> Task:
    title = _("Decide whether no action is needed: %(cause)s") % {"cause": asked.cause.text}
    url = reverse("capa:no_action_decide", args=[asked.claim.number, asked.pk])
    due_at, need = asked.claim.step_due_at, _("No action")
    return Task(title, url, asked.claim, due_at, asked.reason, need=need)


def payment_task(compensation: Compensation) -> Task:
    title = _("Settle: %(kind)s") % {"kind": compensation.get_kind_display()}
    url = reverse("responses:settle", args=[compensation.claim.number, compensation.pk])
    claim = compensation.claim
    return Task(title, url, claim, compensation.due_at, claim.title, need=_("To settle"))

"""More time, giving an action up, or no action at all: asked by one, decided by another."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from accounts.selectors import acting_for
from capa import events
from capa.commands.base import due_of, locked_action, note, refuse
from capa.models import Action, Cancellation, Extension, NoActionReason, Request
from capa.policies import (
    FREE_EXTENSIONS,
    can_ask_cancellation,
    decider_of,
    is_owner,
    may_carry_out,
    may_plan,
    require_may,
)
from capa.states import OPEN_STATES, ActionState, Decision
from claims.commands import locked_claim
from claims.models import Claim
from core import clock
from core.actors import Actor
from core.errors import InvalidInput, NotPermitted
from core.inputs import said
from events.commands import record
from investigations.models import Cause
from investigations.policies import require_open
from investigations.states import CauseStatus


def ask_extension(
    *, actor: Actor, action: Action, due: date, reason: str, meanwhile: str = ""
) -> Extension:
    """The owner asks for more time, and says what protects the customer meanwhile.

    Raises NotPermitted, InvalidInput (not later than now due, asked already), TransitionRefused.
    """
    reason = said("reason", reason, _("Give the reason."))
    with locked_action(action) as fresh:
        require_may(may_carry_out(actor, fresh))
        if fresh.state not in OPEN_STATES:
            raise refuse(fresh, _("Ask for more time"))
        if fresh.extensions.filter(decision="").exists():
            raise InvalidInput(_("More time is asked for already."))
        to_due = due_of(due, fresh.claim.site)
        if fresh.due_at is None or to_due <= max(fresh.due_at, clock.now()):
            raise InvalidInput({"due": _("Choose a day after the one it is due now.")})
        extension = Extension.objects.create(
            action=fresh,
            from_due=fresh.due_at,
            to_due=to_due,
            reason=reason,
            meanwhile=meanwhile.strip(),
            asked_by=actor.user,
        )
        note(
            events.EXTENSION_ASKED,
            actor,
            fresh,
            text=fresh.text,
            reason=reason,
            meanwhile=extension.meanwhile,
            due=fresh.due_at,
            wanted=to_due,
        )
    return extension


def decide_extension(
    *, actor: Actor, extension: Extension, granted: bool, reply: str = ""
) -> Extension:
    """Grant or decline more time; the original date stays.

    Raises NotPermitted (asker, owner, and from the third time on whoever granted the first),
    InvalidInput (declined without a word), TransitionRefused.
    """
    with locked_action(extension.action) as action:
        fresh = Extension.objects.get(pk=extension.pk)
        actor = _as_decider(actor, action.claim, fresh, action)
        if granted:
            _require_another_granter(actor, action)
        if action.state not in OPEN_STATES:
            raise refuse(action, _("Decide on more time"))
        _decide(actor, fresh, granted, reply)
        changes: dict[str, list[Any]] = {}
        if granted:
            changes = {"due_at": [action.due_at, fresh.to_due]}
            action.due_at = fresh.to_due
            action.moved_times += 1
        action.save_changes("due_at", "moved_times")
        note(
            events.EXTENSION_GRANTED if granted else events.EXTENSION_DECLINED,
            actor,
            action,
            text=action.text,
            reason=fresh.reason,
            reply=fresh.reply,
            changes=changes,
        )
    return fresh


def _require_another_granter(actor: Actor, action: Action) -> None:
    granted = action.extensions.filter(decision=Decision.GRANTED).order_by("decided_at", "id")
    earlier = list(granted.values_list("decided_by", flat=True))
    if len(earlier) >= FREE_EXTENSIONS and earlier[0] == actor.user.pk:
        raise NotPermitted(
            _("The third extension is granted by another quality manager than the first.")
        )


def ask_cancellation(*, actor: Actor, action: Action, reason: str) -> Cancellation:
    """Ask not to carry an action out, or to give up one that did not work.

    Raises NotPermitted, InvalidInput, TransitionRefused.
    """
    reason = said("reason", reason, _("Give the reason."))
    with locked_action(action) as fresh:
        require_may(is_owner(actor, fresh) or may_plan(actor, fresh.claim))
        if not can_ask_cancellation(actor, fresh):
            raise refuse(fresh, _("Ask to cancel"))
        if fresh.cancellations.filter(decision="").exists():
            raise InvalidInput(_("Cancelling is asked for already."))
        cancellation = Cancellation.objects.create(action=fresh, reason=reason, asked_by=actor.user)
        fresh.save_changes()
        note(events.CANCELLATION_ASKED, actor, fresh, text=fresh.text, reason=reason)
    return cancellation


def decide_cancellation(
    *, actor: Actor, cancellation: Cancellation, granted: bool, reply: str = ""
) -> Cancellation:
    """Cancel the action, or keep it. Raises NotPermitted (asker, owner), InvalidInput,
    TransitionRefused."""
    with locked_action(cancellation.action) as action:
        fresh = Cancellation.objects.get(pk=cancellation.pk)
        actor = _as_decider(actor, action.claim, fresh, action)
        if action.state in (ActionState.EFFECTIVE, ActionState.CANCELLED):
            raise refuse(action, _("Cancel"))
        _decide(actor, fresh, granted, reply)
        changes: dict[str, list[Any]] = {}
        if granted:
            changes = {"state": [action.state, ActionState.CANCELLED]}
            action.checks.filter(verdict="").delete()
            action.cancel()
        action.save_changes("state", "settled_at")
        note(
            events.CANCELLED if granted else events.CANCELLATION_DECLINED,
            actor,
            action,
            text=action.text,
            reason=fresh.reason,
            reply=fresh.reply,
            changes=changes,
        )
    return fresh


def give_no_action_reason(
    *, actor: Actor, claim: Claim, cause: Cause, reason: str
) -> NoActionReason:
    """Say why nothing is done against a confirmed cause; a quality manager decides.

    Raises NotPermitted, InvalidInput (not confirmed, given already), TransitionRefused.
    """
    reason = said("reason", reason, _("Say why nothing is done against this cause."))
    with locked_claim(claim) as fresh:
        require_may(may_plan(actor, fresh))
        require_open(fresh)
        confirmed = Cause.objects.filter(
            pk=cause.pk, claim=fresh, status=CauseStatus.CONFIRMED
        ).first()
        if confirmed is None:
            raise InvalidInput({"cause": _("Choose a confirmed cause of this claim.")})
        if confirmed.no_action_reasons.exclude(decision=Decision.DECLINED).exists():
            raise InvalidInput({"cause": _("A reason is given for this cause already.")})
        given = NoActionReason.objects.create(
            claim=fresh, cause=confirmed, reason=reason, asked_by=actor.user
        )
        record(
            events.NO_ACTION_ASKED,
            actor=actor,
            subject=given,
            claim_id=fresh.pk,
            data={"cause": confirmed.text, "reason": reason},
        )
    return given


def decide_no_action(
    *, actor: Actor, given: NoActionReason, granted: bool, reply: str = ""
) -> NoActionReason:
    """Agree that nothing is done, or ask for an action. Raises NotPermitted (asker),
    InvalidInput, TransitionRefused."""
    with locked_claim(given.claim) as claim:
        fresh = NoActionReason.objects.select_related("cause").get(pk=given.pk)
        actor = _as_decider(actor, claim, fresh)
        require_open(claim)
        _decide(actor, fresh, granted, reply)
        record(
            events.NO_ACTION_GRANTED if granted else events.NO_ACTION_DECLINED,
            actor=actor,
            subject=fresh,
            claim_id=claim.pk,
            data={"cause": fresh.cause.text, "reason": fresh.reason, "reply": fresh.reply},
        )
    return fresh


def _as_decider(
    actor: Actor, claim: Claim, request: Request, action: Action | None = None
) -> Actor:
    """The actor, in the place of the manager for whom they decide. Raises NotPermitted."""
    decider = decider_of(actor, claim, request, action)
    require_may(decider is not None)
    return acting_for(actor, decider)


def _decide(actor: Actor, request: Request, granted: bool, reply: str) -> None:
    if request.decision:
        raise InvalidInput(_("This is decided already."))
    if not granted:
        said("reply", reply, _("Say why it is declined."))
    request.decision = Decision.GRANTED if granted else Decision.DECLINED
    request.decided_by, request.decided_at = actor.user, clock.now()
    request.reply = reply.strip()
    request.save_changes("decision", "decided_by", "decided_at", "reply")

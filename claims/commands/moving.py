"""Moving a claim between steps: the one command behind every transition."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from claims import clocks, events
from claims.commands import running
from claims.commands.base import locked_claim
from claims.commands.deadlines import end_pause, note_moved
from claims.lifecycle import TRANSITIONS, Transition
from claims.models import Claim, StepRecord
from claims.policies import mover
from claims.requirements import missing_for
from claims.states import CancelReason, Cause
from core import clock
from core.actors import Actor
from core.errors import InvalidInput, NotPermitted, TransitionRefused
from events.commands import record


def move_claim(
    *,
    actor: Actor,
    claim: Claim,
    transition: str,
    version: int | None = None,
    remark: str = "",
    cancel_reason: str = "",
    duplicate_of: Claim | None = None,
) -> Claim:
    """Perform a transition of the lifecycle and return the claim as it is then.

    `remark` is the reason where the transition needs one. Raises Stale, NotPermitted, InvalidInput
    (no reason given), TransitionRefused (wrong step, or requirements missing: with the list).
    """
    edge = TRANSITIONS[transition]
    with locked_claim(claim, version=version) as fresh:
        _check_step(fresh, edge)
        acting = mover(actor, fresh, edge)
        if acting is None:
            raise NotPermitted(_("Your role may not do this step."))
        if edge.needs_reason and not remark.strip():
            raise InvalidInput({"remark": _("Give the reason.")}, code="required")
        _check_requirements(fresh, edge)
        if edge.name == "cancel":
            _cancel_with(fresh, cancel_reason, duplicate_of)
        left = fresh.step
        getattr(fresh, edge.name)()
        _enter(acting, fresh, edge, left, remark.strip())
    return fresh


def _check_step(claim: Claim, edge: Transition) -> None:
    if claim.step not in edge.moves:
        raise TransitionRefused(
            _("“%(move)s” is not possible from the step “%(step)s”.")
            % {"move": edge.label, "step": claim.get_step_display()},
            current=claim.step,
            code="wrong_step",
        )


def _check_requirements(claim: Claim, edge: Transition) -> None:
    missing = missing_for(claim, edge)
    if missing:
        raise TransitionRefused(
            " ".join(each.detail for each in missing),
            current=claim.step,
            missing=missing,
            code="requirements_missing",
        )


def _cancel_with(claim: Claim, cancel_reason: str, duplicate_of: Claim | None) -> None:
    if cancel_reason not in CancelReason.values:
        raise InvalidInput({"cancel_reason": _("Choose why the claim is cancelled.")})
    if cancel_reason == CancelReason.DUPLICATE:
        if duplicate_of is None or duplicate_of.pk == claim.pk:
            raise InvalidInput({"duplicate_of": _("Name the claim of which this is a duplicate.")})
        claim.duplicate_of = duplicate_of
    claim.cancel_reason = cancel_reason


def _enter(actor: Actor, claim: Claim, edge: Transition, left: str, remark: str) -> None:
    """Step record, clocks, event and save: everything that goes with being in the new step."""
    now = clock.now()
    claim.step_entered_at = now
    moved = running.enter_step(claim, left)
    StepRecord.objects.filter(claim=claim, left_at=None).update(left_at=now)
    StepRecord.objects.create(
        claim=claim,
        step=claim.step,
        entered_at=now,
        due_at=claim.step_due_at,
        by=actor.user,
        by_label=actor.label,
        transition=edge.name,
        direction=StepRecord.Direction.REWORK if edge.is_rework else StepRecord.Direction.FORWARD,
        remark=remark,
    )
    record(
        events.MOVED,
        actor=actor,
        subject=claim,
        claim_id=claim.pk,
        data={"transition": edge.name, "remark": remark, "severity": claim.severity},
        changes={"step": [left, claim.step]},
    )
    note_moved(actor=actor, claim=claim, moved=moved, cause=Cause.PAUSE)
    if not claim.is_open and end_pause(claim):
        record(events.RESUMED, actor=actor, subject=claim, claim_id=claim.pk)
    claim.save_changes(*_changed_by(edge))


def _changed_by(edge: Transition) -> list[str]:
    fields: dict[str, Any] = {
        "notify": ["notified_at"],
        "investigate": ["registered_at"],
        "close": ["closed_at"],
        "reopen": ["closed_at", "cancel_reason", "duplicate_of"],
        "cancel": ["closed_at", "cancel_reason", "duplicate_of"],
    }
    return ["step", "step_entered_at", *clocks.DUE_FIELDS, *fields.get(edge.name, [])]

"""From the first move to the verdict: the owner carries out, somebody else verifies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from accounts.selectors import acting_for
from capa import events
from capa.commands.base import locked_action, note, refuse
from capa.models import Action, ActionDocument, EffectivenessCheck
from capa.policies import can_add_evidence, judge_of, may_carry_out, require_may
from capa.states import OPEN_STATES, ActionKind, ActionState, Verdict
from claims.clocks import Policies
from claims.commands import attach_file
from claims.models import Attachment
from claims.states import ClockKind
from core import clock
from core.actors import Actor
from core.errors import InvalidInput
from core.inputs import said
from core.models import changes_of
from masterdata.models import Lot
from masterdata.selectors import schedule_of


def start_action(*, actor: Actor, action: Action) -> Action:
    """The owner begins. Raises NotPermitted, TransitionRefused."""
    with locked_action(action) as fresh:
        _require_owner(actor, fresh, _("Start"))
        if fresh.state != ActionState.PLANNED:
            raise refuse(fresh, _("Start"))
        _start(actor, fresh)
    return fresh


def report_progress(
    *, actor: Actor, action: Action, text: str, uploads: Sequence[Any] = ()
) -> Action:
    """The owner says how it goes, maybe with evidence; starts the action if it was only planned.

    Raises NotPermitted, InvalidInput, TransitionRefused.
    """
    text = said("text", text, _("Say how it goes."))
    files = _files(actor, action, (), uploads)
    with locked_action(action) as fresh:
        _require_owner(actor, fresh, _("Report progress"))
        if fresh.state == ActionState.PLANNED:
            _start(actor, fresh)
        fresh.evidence.add(*files)
        fresh.save_changes()
        names = [file.name for file in files]
        note(events.PROGRESSED, actor, fresh, text=text, files=names)
    return fresh


def mark_document(
    *, actor: Actor, action: Action, document: ActionDocument, updated: bool = True
) -> ActionDocument:
    """Tick a document as updated: the owner, or who investigates. Raises NotPermitted,
    TransitionRefused."""
    with locked_action(action) as fresh:
        require_may(can_add_evidence(actor, fresh))
        if fresh.state not in OPEN_STATES:
            raise refuse(fresh, _("Update a document"))
        row = ActionDocument.objects.get(pk=document.pk, action=fresh)
        if row.is_updated != updated:
            row.updated_on = clock.now() if updated else None
            row.updated_by = actor.user if updated else None
            row.save_changes("updated_on", "updated_by")
            note(events.DOCUMENT_UPDATED, actor, fresh, document=row.kind, updated=updated)
    return row


def complete_action(
    *,
    actor: Actor,
    action: Action,
    done_note: str,
    clean_lot: Lot | None = None,
    clean_from: date | None = None,
    evidence: Iterable[Attachment] = (),
    uploads: Sequence[Any] = (),
    version: int | None = None,
) -> Action:
    """The owner reports the action as done: what was done, from which lot or day on, evidence.

    Opens the effectiveness check, due when the time to watch is over. Raises NotPermitted, Stale,
    InvalidInput (nothing said, documents not updated yet), TransitionRefused.
    """
    done_note = said("done_note", done_note, _("Say what was done."))
    files = _files(actor, action, evidence, uploads)
    with locked_action(action, version=version) as fresh:
        _require_owner(actor, fresh, _("Report as done"))
        _require_documents(fresh)
        old = fresh.state
        fresh.complete()
        point = {"clean_lot": clean_lot, "clean_from": clean_from}
        given = {name: value for name, value in point.items() if value is not None}
        changes_of(fresh, {**given, "done_note": done_note, "done_by": actor.user})
        fresh.save_changes("state", "started_at", "done_at", "done_by", "done_note", *given)
        fresh.evidence.add(*files)
        check = EffectivenessCheck.objects.create(
            action=fresh, criterion=fresh.criterion, due_at=_check_due(fresh)
        )
        note(
            events.COMPLETED,
            actor,
            fresh,
            text=fresh.text,
            remark=done_note,
            due=fresh.due_at,
            check_due=check.due_at,
            files=[file.name for file in files],
            changes={"state": [old, fresh.state]},
        )
    return fresh


def return_action(*, actor: Actor, action: Action, reason: str) -> Action:
    """It is not done: back to the owner, with the reason.

    Raises NotPermitted, InvalidInput, TransitionRefused.
    """
    reason = said("reason", reason, _("Give the reason."))
    with locked_action(action) as fresh:
        actor = _as_judge(actor, fresh)
        if fresh.state != ActionState.DONE:
            raise refuse(fresh, _("Return"))
        fresh.checks.filter(verdict="").delete()
        fresh.give_back()
        fresh.done_by = None
        fresh.save_changes("state", "done_at", "done_by")
        changes = {"state": [ActionState.DONE, fresh.state]}
        note(events.RETURNED, actor, fresh, text=fresh.text, reason=reason, changes=changes)
    return fresh


def verify_action(
    *,
    actor: Actor,
    action: Action,
    effective: bool,
    result: str,
    early_reason: str = "",
    version: int | None = None,
) -> Action:
    """Judge whether the action worked; a quality manager who neither owns it nor reported it done.

    `result` says what was seen. An effective verdict on a corrective or preventive action before
    its check is due needs `early_reason` (so many lots, a trial). Raises NotPermitted, Stale,
    InvalidInput, TransitionRefused.
    """
    result = said("result", result, _("Say what was seen."))
    with locked_action(action, version=version) as fresh:
        actor = _as_judge(actor, fresh)
        if fresh.state != ActionState.DONE:
            raise refuse(fresh, _("Verify"))
        check = fresh.checks.get(verdict="")
        if effective:
            _require_time(fresh, check, early_reason)
        _conclude(actor, fresh, check, effective, result, early_reason.strip())
    return fresh


def _conclude(
    actor: Actor,
    action: Action,
    check: EffectivenessCheck,
    effective: bool,
    result: str,
    early_reason: str,
) -> None:
    check.verdict = Verdict.EFFECTIVE if effective else Verdict.INEFFECTIVE
    check.result, check.early_reason = result, early_reason
    check.checker, check.checked_at = actor.user, clock.now()
    check.save_changes("verdict", "result", "early_reason", "checker", "checked_at")
    if effective:
        action.pass_check()
    else:
        action.fail_check()
    action.save_changes("state", "settled_at")
    note(
        events.EFFECTIVE if effective else events.INEFFECTIVE,
        actor,
        action,
        text=action.text,
        result=result,
        check_due=check.due_at,
        early_reason=early_reason,
        changes={"state": [ActionState.DONE, action.state]},
    )


def _as_judge(actor: Actor, action: Action) -> Actor:
    """The actor, in the place of the manager for whom they judge. Raises NotPermitted."""
    judge = judge_of(actor, action)
    require_may(
        judge is not None,
        _("An action is verified by a quality manager who neither owns it nor carried it out."),
    )
    return acting_for(actor, judge)


def _require_owner(actor: Actor, action: Action, move: Any) -> None:
    require_may(may_carry_out(actor, action), _("Only the owner of an action carries it out."))
    if action.state not in OPEN_STATES:
        raise refuse(action, move)


def _require_documents(action: Action) -> None:
    left = [str(each) for each in action.documents.all() if not each.is_updated]
    if left:
        raise InvalidInput(
            {"documents": _("Update first: %(documents)s.") % {"documents": ", ".join(left)}}
        )


def _require_time(action: Action, check: EffectivenessCheck, early_reason: str) -> None:
    watched = action.kind != ActionKind.CORRECTION
    if watched and clock.now() < check.due_at and not early_reason.strip():
        raise InvalidInput(
            {"early_reason": _("The time to watch is not over. Say why it can be judged now.")},
            code="too_early",
        )


def _start(actor: Actor, action: Action) -> None:
    action.start()
    action.save_changes("state", "started_at")
    changes = {"state": [ActionState.PLANNED, action.state]}
    note(events.STARTED, actor, action, text=action.text, changes=changes)


def _check_due(action: Action) -> datetime:
    """By the effectiveness clock of the claim's severity, unless the plan says how many days.

    What puts right shows at once whether it did: that is looked at on the next working day.
    """
    now, schedule = clock.now(), schedule_of(action.claim.site)
    if action.window_days is not None:
        return now + timedelta(days=action.window_days)
    if action.kind == ActionKind.CORRECTION:
        return schedule.add_working_days(now, 1)
    policies = Policies.for_customer(action.claim.customer_id)
    policy = policies.find(ClockKind.EFFECTIVENESS, action.claim.severity)
    return schedule.due(now, policy.amount, policy.unit) if policy else now


def _files(
    actor: Actor, action: Action, evidence: Iterable[Attachment], uploads: Sequence[Any]
) -> list[Attachment]:
    """The evidence, uploads stored first: scanning them must not hold the claim's lock."""
    files = list(evidence)
    if any(file.claim_id != action.claim_id for file in files):
        raise InvalidInput({"evidence": _("Choose files of this claim.")})
    if uploads:
        require_may(can_add_evidence(actor, action))
    for upload in uploads:
        try:
            files.append(attach_file(actor=actor, claim=action.claim, upload=upload))
        except InvalidInput as error:
            raise InvalidInput({"uploads": error.message}, code=error.code) from error
    return files

"""The plan: what is done, by whom, by when, against which cause, for which claims."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import only_watches
from capa import events
from capa.commands.base import due_of, locked_action, note, refuse
from capa.models import Action, ActionDocument
from capa.policies import may_plan, require_may
from capa.states import OPEN_STATES, ActionKind, ActionState, DocumentKind
from claims.commands import add_participant, locked_claim, remove_participant
from claims.models import Claim
from claims.selectors import get_claim
from claims.states import STEP_NUMBERS, ParticipantRole, Step
from core import clock
from core.actors import Actor
from core.errors import InvalidInput
from core.inputs import one_of, said
from core.models import changes_of
from investigations.models import Cause
from investigations.policies import require_open

EDITABLE = frozenset(
    {
        "kind", "text", "cause", "owner", "department", "due", "criterion", "window_days",
        "clean_lot", "clean_from", "lateral",
    }
)  # fmt: skip


def plan_action(
    *,
    actor: Actor,
    claim: Claim,
    kind: str,
    text: str,
    cause: Cause | None = None,
    owner: User | None = None,
    due: date | None = None,
    documents: Mapping[str, str] | Iterable[str] = (),
    claims: Iterable[Claim] = (),
    replaces: Action | None = None,
    **values: Any,
) -> Action:
    """Plan an action for a claim, and for further `claims` that it serves as well.

    `due` is a day, late after the end of its work; `documents` are the kinds of document it must
    change (maybe with which). `values` may hold department, criterion, window_days, clean_lot,
    clean_from, lateral. `replaces` names an action that was not effective. Raises NotPermitted,
    InvalidInput, TransitionRefused (the claim is finished).
    """
    given = {"kind": kind, "text": text, "cause": cause, "owner": owner, "due": due, **values}
    with locked_claim(claim) as fresh:
        require_may(may_plan(actor, fresh))
        require_open(fresh)
        action = Action(claim=fresh, proposed_by=actor.user)
        changes_of(action, _checked(action, given))
        action.original_due_at = action.due_at
        if action.department is None and action.owner is not None:
            action.department = action.owner.department
        action.replaces = _replaced(fresh, replaces)
        action.save()
        action.claims.add(fresh)
        _set_documents(action, documents)
        note(events.PLANNED, actor, action, **_summary(action))
        if action.owner is not None:
            add_participant(claim=fresh, user=action.owner, role=ParticipantRole.ACTION_OWNER)
    for other in claims:
        if other.pk != fresh.pk:
            link_action(actor=actor, action=action, claim=other)
    return action


def edit_action(
    *,
    actor: Actor,
    action: Action,
    values: dict[str, Any],
    documents: Mapping[str, str] | Iterable[str] | None = None,
    version: int | None = None,
) -> Action:
    """Change the plan of an open action.

    The due date is free only while the plan is drafted (until the response is prepared, and before
    the work began); later it moves by an extension. Raises NotPermitted, Stale, InvalidInput,
    TransitionRefused.
    """
    with locked_action(action, version=version) as fresh:
        require_may(may_plan(actor, fresh.claim))
        require_open(fresh.claim)
        if fresh.state not in OPEN_STATES:
            raise refuse(fresh, _("Change"))
        before = fresh.owner
        changes = changes_of(fresh, _checked(fresh, values))
        if "due_at" in changes:
            _move_draft(fresh, changes["due_at"][0])
        if documents is not None:
            changes |= _set_documents(fresh, documents)
        if changes:
            columns = [name for name in changes if name != "documents"]
            fresh.save_changes(*columns, "original_due_at")
            note(events.CHANGED, actor, fresh, changes=changes)
        if fresh.owner != before:
            _hand_over(actor, fresh, before)
    return fresh


def link_action(*, actor: Actor, action: Action, claim: Claim) -> Action:
    """Let an action serve another claim too.

    Raises NotPermitted, InvalidInput (it does already), TransitionRefused (a finished claim).
    """
    first, second = sorted([action.claim, claim], key=lambda each: each.pk)
    # Both rows in one order, so that two links the other way round cannot wait for each other.
    with transaction.atomic(), locked_claim(first), locked_claim(second):
        served = get_claim(actor, claim.number)
        fresh = Action.objects.select_related("claim", "owner").get(pk=action.pk)
        require_may(may_plan(actor, served))
        require_open(served)
        if fresh.state == ActionState.CANCELLED:
            raise refuse(fresh, _("Serve another claim"))
        if fresh.claims.filter(pk=served.pk).exists():
            raise InvalidInput({"claim": _("The action serves this claim already.")})
        fresh.claims.add(served)
        fresh.save_changes()
        if fresh.owner is not None:
            add_participant(claim=served, user=fresh.owner, role=ParticipantRole.ACTION_OWNER)
        note(events.LINKED, actor, fresh, served, text=fresh.text)
    return fresh


def _checked(action: Action, values: dict[str, Any]) -> dict[str, Any]:
    """The values as columns of the action. Raises InvalidInput."""
    if unknown := set(values) - EDITABLE:
        raise InvalidInput({name: _("This cannot be changed.") for name in unknown})
    checked = dict(values)
    if "kind" in checked:
        one_of("kind", checked["kind"], ActionKind)
    if "text" in checked:
        checked["text"] = said("text", checked["text"], _("Say what is done."))
    if "due" in checked:
        checked["due_at"] = _due(action, checked.pop("due"))
    cause, owner = checked.get("cause"), checked.get("owner")
    if cause is not None and cause.claim_id != action.claim.pk:
        raise InvalidInput({"cause": _("Choose a cause of this claim.")})
    if owner is not None and (not owner.is_active or owner.is_service):
        raise InvalidInput({"owner": _("This account cannot own an action.")})
    if owner is not None and only_watches(owner):
        raise InvalidInput({"owner": _("An auditor takes no part in a claim.")})
    return checked


def _due(action: Action, day: date | None) -> Any:
    if day is None:
        return None
    due_at = due_of(day, action.claim.site)
    if due_at == action.due_at:
        return action.due_at
    if due_at < clock.now():
        raise InvalidInput({"due": _("The due date lies in the past.")})
    return due_at


def _move_draft(action: Action, old: Any) -> None:
    drafted = STEP_NUMBERS.get(action.claim.step, 0) <= STEP_NUMBERS[Step.ANALYSIS]
    if old is not None and not (drafted and action.state == ActionState.PLANNED):
        raise InvalidInput({"due": _("Ask for an extension to move the due date.")})
    action.original_due_at = action.due_at


def _replaced(claim: Claim, replaces: Action | None) -> Action | None:
    if replaces is None:
        return None
    found = claim.actions.filter(pk=replaces.pk).first()
    if found is None or found.state != ActionState.INEFFECTIVE:
        raise InvalidInput({"replaces": _("Choose an action of this claim that did not work.")})
    return found


def _set_documents(
    action: Action, documents: Mapping[str, str] | Iterable[str]
) -> dict[str, list[Any]]:
    """Make the list of documents what is given; what is updated already stays."""
    wanted = dict(documents) if isinstance(documents, Mapping) else dict.fromkeys(documents, "")
    for kind in wanted:
        one_of("documents", kind, DocumentKind)
    known = {each.kind: each for each in action.documents.all()}
    for kind, which in wanted.items():
        if kind not in known:
            ActionDocument.objects.create(action=action, kind=kind, note=which)
        elif which and known[kind].note != which:
            known[kind].note = which
            known[kind].save_changes("note")
    gone = [each for kind, each in known.items() if kind not in wanted and not each.is_updated]
    for each in gone:
        each.delete()
    old, new = sorted(known), sorted({*wanted, *known} - {each.kind for each in gone})
    return {"documents": [old, new]} if old != new else {}


def _hand_over(actor: Actor, action: Action, before: User | None) -> None:
    """The part in the claims goes with the ownership."""
    for claim in action.claims.all():
        others = Action.objects.filter(claims=claim, owner=before).exclude(pk=action.pk)
        if before is not None and not others.exists():
            remove_participant(claim=claim, user=before, role=ParticipantRole.ACTION_OWNER)
        if action.owner is not None:
            add_participant(claim=claim, user=action.owner, role=ParticipantRole.ACTION_OWNER)
    note(
        events.OWNER_CHANGED,
        actor,
        action,
        text=action.text,
        due=action.due_at,
        changes={"owner": [before, action.owner]},
    )


def _summary(action: Action) -> dict[str, Any]:
    return {
        "kind": action.kind,
        "text": action.text,
        "cause": action.cause_id,
        "due": action.due_at,
        "replaces": action.replaces.number if action.replaces else None,
    }

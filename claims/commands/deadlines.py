"""Deadlines that move: pauses, and what history says when a due instant changed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from claims import clocks, events
from claims.clocks import DUE_FIELDS, Moved
from claims.commands import running
from claims.commands.base import locked_claim
from claims.models import Claim, Pause
from claims.policies import can_coordinate_claim, require
from core import clock
from core.actors import Actor
from core.errors import InvalidInput
from events.commands import record


def pause_claim(*, actor: Actor, claim: Claim, reason: str) -> Pause:
    """Stop the working clocks while the customer or a sample is waited for; legal ones run on.

    Raises NotPermitted, InvalidInput (no reason, already paused).
    """
    if not reason.strip():
        raise InvalidInput({"reason": _("Say what is waited for.")}, code="required")
    with locked_claim(claim) as fresh:
        require(can_coordinate_claim(actor, fresh))
        if clocks.open_pause_start(fresh) is not None:
            raise InvalidInput(_("The claim is paused already."))
        pause = Pause.objects.create(claim=fresh, reason=reason.strip(), started_at=clock.now())
        running.hold_clocks(fresh, pause.started_at)
        record(
            events.PAUSED,
            actor=actor,
            subject=fresh,
            claim_id=fresh.pk,
            data={"reason": pause.reason},
        )
        fresh.save_changes(*DUE_FIELDS)
    return pause


def resume_claim(*, actor: Actor, claim: Claim) -> Claim:
    """End the pause; the working deadlines move by the working time it lasted.

    Raises NotPermitted, InvalidInput when the claim is not paused.
    """
    with locked_claim(claim) as fresh:
        require(can_coordinate_claim(actor, fresh))
        if not end_pause(fresh):
            raise InvalidInput(_("The claim is not paused."))
        moved = running.recompute(fresh)
        record(events.RESUMED, actor=actor, subject=fresh, claim_id=fresh.pk, changes=dict(moved))
        fresh.save_changes(*DUE_FIELDS)
    return fresh


def end_pause(claim: Claim) -> bool:
    """End the open pause of a locked claim now; whether there was one."""
    open_pauses = Pause.objects.filter(claim=claim, ended_at=None)
    return bool(open_pauses.update(ended_at=clock.now()))


def note_moved(*, actor: Actor, claim: Claim, moved: Moved, **why: Any) -> None:
    """Record the due instants that moved, old and new, and why; nothing when none did.

    The caller holds the claim's lock and saves the claim's own fields (`clocks.DUE_FIELDS`).
    """
    if moved:
        record(
            events.DEADLINES_CHANGED,
            actor=actor,
            subject=claim,
            claim_id=claim.pk,
            data=why,
            changes=dict(moved),
        )

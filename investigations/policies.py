"""Who may do what in an investigation. Deny by default."""

from __future__ import annotations

from django.utils.translation import gettext as _

from claims.models import Claim
from claims.policies import can_coordinate_claim, can_investigate, has_part, is_coordinator
from claims.states import FINISHED_STEPS, ParticipantRole, Step
from core.actors import Actor
from core.errors import NotPermitted, TransitionRefused

# From here on the customer reads what was concluded: causes change only after a return.
CONCLUDED_STEPS = (Step.RESPONSE, Step.MONITORING)


def can_write_facts(actor: Actor, claim: Claim) -> bool:
    """Facts, sources, hypotheses, whys, lots: coordinators and the team, claim unfinished."""
    return claim.step not in FINISHED_STEPS and can_investigate(actor, claim)


def can_name_team(actor: Actor, claim: Claim) -> bool:
    """Who is in the team, and so sees the claim: coordinators."""
    return can_coordinate_claim(actor, claim)


def may_decide_causes(actor: Actor, claim: Claim) -> bool:
    """Confirm and rule out: coordinators and the leader; the other members propose."""
    return is_coordinator(actor, claim) or has_part(actor, claim, ParticipantRole.LEADER)


def can_edit_causes(actor: Actor, claim: Claim) -> bool:
    """Propose and support causes, ask why: as for facts, until the response rests on them."""
    return not is_concluded(claim) and can_write_facts(actor, claim)


def can_decide_causes(actor: Actor, claim: Claim) -> bool:
    """As `may_decide_causes`, while causes may still change."""
    return can_edit_causes(actor, claim) and may_decide_causes(actor, claim)


def is_concluded(claim: Claim) -> bool:
    """Whether causes stand still because the response rests on them."""
    return claim.step in CONCLUDED_STEPS


def require_open(claim: Claim) -> None:
    """Raise TransitionRefused for a finished claim: it is reopened first."""
    if claim.step in FINISHED_STEPS:
        raise TransitionRefused(
            _("The claim is finished. Reopen it to investigate further."),
            current=claim.step,
            code="wrong_step",
        )


def require_undecided(claim: Claim) -> None:
    """Raise TransitionRefused once the response rests on the causes."""
    require_open(claim)
    if is_concluded(claim):
        raise TransitionRefused(
            _("The response rests on these causes. Return the claim to the analysis first."),
            current=claim.step,
            code="wrong_step",
        )


def require_may(allowed: bool) -> None:
    """Raise NotPermitted unless `allowed`."""
    if not allowed:
        raise NotPermitted()

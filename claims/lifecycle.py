"""The eight steps of a claim and the ways between them, on one page.

`requires` names what must be true before a move; the answers are registered under these names by
the app that owns the facts (`claims/requirements.py`, `notifications/requirements.py`, …). `who`
names roles, or a person's part in the claim. Source: the process description, §1–§3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from claims.states import Step

HANDLER = "handler"
QUALITY_MANAGER = "quality_manager"
OWNER = "owner"
LEADER = "leader"
SYSTEM = "system"


@dataclass(frozen=True)
class Transition:
    """One named way between steps.

    `moves` maps each step it may start from to the step it leads to. `label` is the button,
    `needs_reason` makes the remark mandatory, `is_rework` counts it as a backward move.
    """

    name: str
    label: Any
    moves: Mapping[Step, Step]
    who: tuple[str, ...]
    requires: tuple[str, ...] = ()
    needs_reason: bool = False
    is_rework: bool = False


TRANSITIONS: dict[str, Transition] = {
    each.name: each
    for each in (
        Transition(
            "notify",
            _("Notify departments"),
            {Step.RECEIPT: Step.NOTIFICATION},
            (HANDLER, QUALITY_MANAGER, SYSTEM),
            ("recipients_known", "containment_considered"),
        ),
        Transition(
            "register",
            _("Start registration"),
            {Step.NOTIFICATION: Step.REGISTRATION},
            (HANDLER, QUALITY_MANAGER),
            ("notices_sent", "containment_executed"),
        ),
        Transition(
            "investigate",
            _("Register the claim"),
            {Step.REGISTRATION: Step.INITIAL_INVESTIGATION},
            (HANDLER, QUALITY_MANAGER),
            (
                "customer_known",
                "product_known",
                "quantity_known",
                "lot_known",
                "defect_known",
                "description_given",
                "severity_judged",
                "owner_named",
                "duplicates_answered",
                "acknowledgement_sent",
            ),
        ),
        Transition(
            "investigate_fully",
            _("Start the full investigation"),
            {Step.INITIAL_INVESTIGATION: Step.FULL_INVESTIGATION},
            (OWNER, QUALITY_MANAGER),
            ("traceability_answered", "team_named"),
        ),
        Transition(
            "answer_directly",
            _("Answer directly"),
            {Step.INITIAL_INVESTIGATION: Step.RESPONSE},
            (OWNER, QUALITY_MANAGER),
            ("traceability_answered", "finding_stated", "not_critical"),
            needs_reason=True,
        ),
        Transition(
            "analyse",
            _("Start the analysis"),
            {Step.FULL_INVESTIGATION: Step.ANALYSIS},
            (LEADER, OWNER, QUALITY_MANAGER),
            ("sources_checked", "facts_found"),
        ),
        Transition(
            "respond",
            _("Prepare the response"),
            {Step.ANALYSIS: Step.RESPONSE},
            (LEADER, OWNER, QUALITY_MANAGER),
            ("causes_confirmed", "causes_supported", "actions_planned"),
        ),
        Transition(
            "monitor",
            _("Monitor the actions"),
            {Step.RESPONSE: Step.MONITORING},
            (OWNER, QUALITY_MANAGER),
            ("decision_recorded", "response_sent", "compensation_decided"),
        ),
        Transition(
            "close",
            _("Close the claim"),
            {Step.MONITORING: Step.CLOSED, Step.RESPONSE: Step.CLOSED},
            (QUALITY_MANAGER,),
            (
                "decision_recorded",
                "response_sent",
                "compensation_decided",
                "actions_verified",
                "containment_lifted",
                "compensation_settled",
            ),
        ),
        Transition(
            "return_to_investigation",
            _("Return to the investigation"),
            {Step.ANALYSIS: Step.FULL_INVESTIGATION},
            (OWNER, QUALITY_MANAGER),
            needs_reason=True,
            is_rework=True,
        ),
        Transition(
            "return_to_analysis",
            _("Return to the analysis"),
            {Step.RESPONSE: Step.ANALYSIS, Step.MONITORING: Step.ANALYSIS},
            (OWNER, QUALITY_MANAGER),
            needs_reason=True,
            is_rework=True,
        ),
        Transition(
            "reopen",
            _("Reopen the claim"),
            {Step.CLOSED: Step.FULL_INVESTIGATION, Step.CANCELLED: Step.REGISTRATION},
            (QUALITY_MANAGER,),
            needs_reason=True,
            is_rework=True,
        ),
        Transition(
            "cancel",
            _("Cancel the claim"),
            dict.fromkeys(
                (
                    Step.RECEIPT,
                    Step.NOTIFICATION,
                    Step.REGISTRATION,
                    Step.INITIAL_INVESTIGATION,
                    Step.FULL_INVESTIGATION,
                    Step.ANALYSIS,
                ),
                Step.CANCELLED,
            ),
            (QUALITY_MANAGER,),
            ("no_final_response",),
            needs_reason=True,
        ),
    )
}

# Of the forward ways out of a step the first is the one the claim page offers as its main button.
MAIN_ORDER = (
    "notify",
    "register",
    "investigate",
    "investigate_fully",
    "answer_directly",
    "analyse",
    "respond",
    "monitor",
    "close",
)


def transitions_from(step: str) -> list[Transition]:
    """Every way out of `step`: forward ones first, in the order of the process."""
    found = [each for each in TRANSITIONS.values() if step in each.moves]
    order = {name: place for place, name in enumerate(MAIN_ORDER)}
    return sorted(found, key=lambda each: order.get(each.name, len(order)))


def main_transition(step: str) -> Transition | None:
    """The forward way out of `step` that the page leads to; None from a finished step."""
    forward = [each for each in transitions_from(step) if each.name in MAIN_ORDER]
    return forward[0] if forward else None

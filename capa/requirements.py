"""What actions must have reached before a claim goes on, as the lifecycle page names it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from capa.models import Action, NoActionReason
from capa.states import ActionKind, ActionState, Decision
from claims.models import Claim
from claims.requirements import requirement
from investigations.models import Cause
from investigations.selectors import confirmed_causes

GIVEN_UP = (ActionState.CANCELLED, ActionState.INEFFECTIVE)


def _at(anchor: str) -> Callable[[Claim], str]:
    def link(claim: Claim) -> str:
        return f"{reverse('capa:tab', args=[claim.number])}#{anchor}"

    return link


@requirement("actions_planned", _("Actions planned against every cause"), link=_at("actions"))
def actions_planned(claim: Claim) -> str:
    """Every confirmed cause has a corrective action with owner and due date, or needs none."""
    causes = list(confirmed_causes(claim))
    actions: dict[int | None, list[Action]] = {}
    planned = Action.objects.filter(
        claims=claim, kind=ActionKind.CORRECTIVE, cause__in=causes
    ).exclude(state__in=GIVEN_UP)
    for action in planned:
        actions.setdefault(action.cause_id, []).append(action)
    reasons = {
        each.cause_id: each
        for each in NoActionReason.objects.filter(cause__in=causes).exclude(
            decision=Decision.DECLINED
        )
    }
    lacks = [_lack(cause, actions.get(cause.pk, []), reasons.get(cause.pk)) for cause in causes]
    return " ".join(filter(None, lacks))


def _lack(cause: Cause, actions: list[Action], reason: NoActionReason | None) -> str:
    if reason is not None and reason.is_granted:
        return ""
    if any(action.owner_id and action.due_at for action in actions):
        return ""
    about: dict[str, Any] = {"cause": cause.text}
    if actions:
        about["number"] = actions[0].number
        return gettext("“%(cause)s”: give %(number)s an owner and a due date.") % about
    if reason is not None:
        return gettext("“%(cause)s”: a quality manager has to agree to no action.") % about
    return gettext("“%(cause)s”: plan a corrective action.") % about


@requirement("actions_verified", _("Actions verified as effective"), link=_at("actions"))
def actions_verified(claim: Claim) -> str:
    """Every action is effective, cancelled with approval, or replaced by one that is."""
    actions = list(Action.objects.filter(claims=claim).order_by("id"))
    replaced = {action.replaces_id for action in actions if action.state != ActionState.CANCELLED}
    return " ".join(filter(None, (_open_end(action, replaced) for action in actions)))


def _open_end(action: Action, replaced: set[int | None]) -> str:
    about = {"number": action.number}
    if action.is_open:
        return gettext("%(number)s is not done.") % about
    if action.state == ActionState.DONE:
        return gettext("%(number)s waits to be verified.") % about
    if action.state == ActionState.INEFFECTIVE and action.pk not in replaced:
        return gettext("%(number)s was not effective: plan another action in its place.") % about
    return ""

"""The notification list in the API."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from claims.selectors import get_claim
from core.api.auth import APPROVALS, Scope, scopes
from core.api.schema import operation
from core.api.views import ApiView
from masterdata.selectors import default_site
from notifications import commands, selectors
from notifications.api import rule_shapes as shapes
from notifications.commands import RuleTargets
from notifications.commands.rules import POINTS
from notifications.models import NotificationRule
from notifications.policies import can_edit_rules, can_see_rules, require
from notifications.preview import preview_case, preview_claim
from notifications.states import Occasion

RULE: dict[str, Any] = {
    "occasion": "claim.notify",
    "severity": "critical",
    "site": "MAIN",
    "departments": ["WHS"],
    "roles": ["quality_manager"],
    "channels": ["in_app", "email"],
    "needs_confirmation": True,
    "confirm_within": 2,
}
IMAGINED = {
    "occasion": "claim.notify",
    "severity": "critical",
    "site": "MAIN",
    "customer": "C-001",
    "product": "RK-12",
    "defect": "MAT-CRACK",
}
WOULD_BE_TOLD = {
    "occasion": "claim.notify",
    "severity": "critical",
    "unanswered": False,
    "warning": "",
    "told": [
        {
            "person": {"email": "elena.panova@tarvina.example", "name": "Elena Panova"},
            "address": "",
            "room": None,
            "channels": ["in_app", "email"],
            "needs_confirmation": True,
            "confirm_by": "2026-06-17T12:00:00+03:00",
            "reason": "rule",
            "rules": [7],
            "stands_in_for": ["Pavel Melnik"],
            "is_absent": False,
        }
    ],
}


class Rules(ApiView):
    """The whole list."""

    required_scopes = APPROVALS

    @operation("List the notification rules", answer=shapes.RuleOut(many=True))
    def get(self, request: Request) -> Response:
        """Rules that are switched off are in it."""
        require(can_see_rules(self.actor))
        return self.rows(shapes.RuleOut, selectors.list_rules())

    @operation(
        "Add a notification rule",
        body=shapes.RuleIn,
        answer=shapes.RuleOut,
        status=201,
        example=RULE,
    )
    def post(self, request: Request) -> Response:
        """For quality managers and administrators signed in themselves, not for programs."""
        require(can_edit_rules(self.actor))
        values = self.values(shapes.RuleIn)
        values.pop("version", None)
        targets = RuleTargets(*(values.pop(name, ()) for name in POINTS))
        made = commands.save_rule(actor=self.actor, rule=None, values=values, targets=targets)
        return self.answer(shapes.RuleOut, _rule(made.pk), status=201)


class Rule(ApiView):
    """One rule."""

    required_scopes = APPROVALS

    @operation("Read a notification rule", answer=shapes.RuleOut)
    def get(self, request: Request, pk: int) -> Response:
        require(can_see_rules(self.actor))
        return self.answer(shapes.RuleOut, _rule(pk))

    @operation(
        "Change a notification rule",
        body=shapes.RuleIn(partial=True),
        answer=shapes.RuleOut,
        example={"is_active": False, "version": 3},
    )
    def patch(self, request: Request, pk: int) -> Response:
        """Fields left out stay as they are; a rule is switched off by `is_active`."""
        require(can_edit_rules(self.actor))
        rule, values = _rule(pk), self.values(shapes.RuleIn, partial=True)
        version = self.version_wanted(values)
        targets = RuleTargets(*(values.pop(name, getattr(rule, name).all()) for name in POINTS))
        commands.save_rule(
            actor=self.actor, rule=rule, values=values, targets=targets, version=version
        )
        return self.answer(shapes.RuleOut, _rule(pk))


def _rule(pk: int) -> NotificationRule:
    return selectors.list_rules().get(pk=pk)


class PreviewRules(ApiView):
    """Who would be told if …"""

    required_scopes = scopes(write=Scope.CLAIMS_READ)

    @operation(
        "Ask who would be told",
        body=shapes.PreviewIn,
        answer=shapes.PreviewOut,
        example=IMAGINED,
        answer_example=WOULD_BE_TOLD,
    )
    def post(self, request: Request) -> Response:
        """Of a claim by its number, or of an imagined one. Changes nothing and tells nobody."""
        require(can_see_rules(self.actor))
        values = self.values(shapes.PreviewIn)
        occasion, number = Occasion(values.pop("occasion")), values.pop("claim", "")
        if number:
            found = preview_claim(get_claim(self.actor, number), occasion)
        else:
            site, customer = values.pop("site", None), values.pop("customer", None)
            found = preview_case(
                site=site or default_site(),
                occasion=occasion,
                customer_id=customer.pk if customer else None,
                **values,
            )
        return self.answer(shapes.PreviewOut, found)

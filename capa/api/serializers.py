"""The shapes of actions in the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import Department, User
from capa.states import ActionKind, ActionState, DocumentKind, Verdict
from claims.api.serializers.course import ClaimNumberField
from core.api.serializers import (
    CodeField,
    DayField,
    Input,
    LongText,
    Output,
    PersonOut,
    ShortText,
    VersionedInput,
)
from investigations.api.fields import CauseField, EvidenceField
from masterdata.models import Lot


class _Plan(VersionedInput):
    """What planning and changing have in common."""

    cause = CauseField(required=False, allow_null=True)
    owner = CodeField(
        User.objects.filter(is_active=True), slug_field="email", required=False, allow_null=True
    )
    department = CodeField(Department.objects.all(), required=False, allow_null=True)
    due = DayField(required=False, allow_null=True)
    criterion = ShortText(300)
    window_days = serializers.IntegerField(
        min_value=1, max_value=3650, required=False, allow_null=True
    )
    clean_lot = CodeField(Lot.objects.all(), required=False, allow_null=True)
    clean_from = DayField(required=False, allow_null=True)
    lateral = LongText(required=False, allow_blank=True)
    documents = serializers.ListField(
        child=serializers.ChoiceField(DocumentKind.choices), max_length=10, required=False
    )


class ActionIn(_Plan):
    """An action to be planned."""

    kind = serializers.ChoiceField(ActionKind.choices)
    text = serializers.CharField(max_length=500)


class ActionChange(_Plan):
    """What changes in the plan of an action."""

    kind = serializers.ChoiceField(ActionKind.choices, required=False)
    text = serializers.CharField(max_length=500, required=False)


class LinkIn(Input):
    """Another claim that the action serves."""

    claim = ClaimNumberField()


class ProgressIn(Input):
    """How it goes."""

    text = LongText()


class CompleteIn(VersionedInput):
    """What was done, and from when on pieces are good."""

    done_note = LongText()
    clean_lot = CodeField(Lot.objects.all(), required=False, allow_null=True)
    clean_from = DayField(required=False, allow_null=True)
    evidence = serializers.ListField(child=EvidenceField(), max_length=50, required=False)


class VerifyIn(VersionedInput):
    """Whether the action worked, and what was seen."""

    effective = serializers.BooleanField()
    result = LongText()
    early_reason = ShortText(500)


class ActionReasonIn(Input):
    """A reason."""

    reason = serializers.CharField(max_length=1000)


class ExtensionIn(Input):
    """More time is asked for."""

    due = DayField()
    reason = serializers.CharField(max_length=1000)
    meanwhile = ShortText(500)


class DecisionIn(Input):
    """What is decided on a request; declining needs a word."""

    granted = serializers.BooleanField()
    reply = ShortText(1000)


class NoActionIn(Input):
    """Why nothing is done against a confirmed cause."""

    cause = CauseField()
    reason = serializers.CharField(max_length=1000)


class RequestOut(Output):
    """A request and what was decided on it."""

    id = serializers.IntegerField()
    reason = serializers.CharField()
    asked_by = PersonOut(allow_null=True)
    asked_at = serializers.DateTimeField()
    decision = serializers.CharField(help_text="Empty while it waits.")
    decided_by = PersonOut(allow_null=True)
    reply = serializers.CharField()
    version = serializers.IntegerField()


class ActionDocumentOut(Output):
    """A document that the action has to change."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(DocumentKind.choices)
    note = serializers.CharField()
    updated_on = serializers.DateTimeField(allow_null=True)


class ActionOut(Output):
    """An action."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    claim = serializers.CharField(source="claim.number")
    kind = serializers.ChoiceField(ActionKind.choices)
    text = serializers.CharField()
    state = serializers.ChoiceField(ActionState.choices)
    cause = serializers.IntegerField(source="cause_id", allow_null=True)
    owner = PersonOut(allow_null=True)
    department = serializers.CharField(source="department.code", allow_null=True, default=None)
    due_at = serializers.DateTimeField(allow_null=True)
    original_due_at = serializers.DateTimeField(allow_null=True)
    moved_times = serializers.IntegerField()
    is_late = serializers.BooleanField()
    started_at = serializers.DateTimeField(allow_null=True)
    done_at = serializers.DateTimeField(allow_null=True)
    done_note = serializers.CharField()
    settled_at = serializers.DateTimeField(allow_null=True)
    criterion = serializers.CharField()
    window_days = serializers.IntegerField(allow_null=True)
    clean_lot = serializers.CharField(source="clean_lot.code", allow_null=True, default=None)
    clean_from = serializers.DateField(allow_null=True)
    lateral = serializers.CharField()
    version = serializers.IntegerField()


class CheckOut(Output):
    """An effectiveness check."""

    due_at = serializers.DateTimeField()
    verdict = serializers.ChoiceField(Verdict.choices, allow_blank=True)
    result = serializers.CharField()
    checker = PersonOut(allow_null=True)
    checked_at = serializers.DateTimeField(allow_null=True)


class ActionDetail(ActionOut):
    """An action with its documents, checks and requests."""

    documents: Any = ActionDocumentOut(many=True)
    checks: Any = CheckOut(many=True)

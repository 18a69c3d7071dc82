"""What hangs on a claim, and what is said of it on its way."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import User
from claims.models import Claim
from claims.states import PRIORITIES, CancelReason, DuplicateAnswer, Severity, Step
from core.api.serializers import (
    CodeField,
    DayField,
    Input,
    LongText,
    Output,
    PersonOut,
    QuantityField,
    ShortText,
    VersionedInput,
)


class ClaimNumberField(CodeField):
    """Another claim, by its number; one that the client may not see does not exist for it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(Claim.objects.all(), slug_field="number", **options)

    def get_queryset(self) -> Any:
        from claims.policies import visible_claims

        view = self.context.get("view")
        return Claim.objects.none() if view is None else visible_claims(view.actor)


class MoveIn(VersionedInput):
    """What a transition needs besides its name."""

    remark = ShortText(4000, help_text="The reason, where the transition needs one.")
    cancel_reason = serializers.ChoiceField(CancelReason.choices, required=False)
    duplicate_of = ClaimNumberField(required=False)


class MissingOut(Output):
    """A requirement that is not met, or met."""

    requirement = serializers.CharField()
    detail = serializers.CharField(help_text="What is missing.")
    link = serializers.CharField(help_text="The page where it is supplied.")


class TransitionOut(Output):
    """A way out of the step that the claim is in."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    leads_to = serializers.ChoiceField(Step.choices)
    needs_reason = serializers.BooleanField()
    is_rework = serializers.BooleanField()
    permitted = serializers.BooleanField(help_text="Whether the client's role may do it.")
    allowed = serializers.BooleanField(help_text="Permitted, and nothing missing.")
    missing = MissingOut(many=True)


class ReasonIn(VersionedInput):
    """A reason."""

    reason = serializers.CharField(max_length=300)


class WaiverIn(VersionedInput):
    """Why something is not needed."""

    reason = serializers.CharField(max_length=500)


class SeverityIn(VersionedInput):
    """How bad it is; lowering it needs a reason."""

    severity = serializers.ChoiceField(Severity.choices)
    reason = ShortText(500)


class PriorityIn(VersionedInput):
    """How urgent it is, 1 (highest) to 4, and why; null goes back to the derived one."""

    priority = serializers.IntegerField(
        allow_null=True, min_value=min(PRIORITIES), max_value=max(PRIORITIES)
    )
    reason = ShortText(500)


class OwnerIn(VersionedInput):
    """Who handles the claim, by e-mail."""

    owner = CodeField(User.objects.filter(is_active=True), slug_field="email")


class DuplicatesIn(VersionedInput):
    """The answer to the question whether one of the similar claims is the same."""

    answer = serializers.ChoiceField(DuplicateAnswer.choices)
    other = ClaimNumberField(required=False, allow_null=True)


class CommentIn(Input):
    """An internal comment; those mentioned, by e-mail, are told of it."""

    text = LongText()
    mentions = serializers.ListField(
        child=CodeField(User.objects.filter(is_active=True), slug_field="email"),
        max_length=50,
        required=False,
    )


class CommentOut(Output):
    """An internal comment."""

    id = serializers.IntegerField()
    text = serializers.CharField()
    author = serializers.CharField(source="author_label")
    mentions = PersonOut(many=True, source="mentions.all")
    created_at = serializers.DateTimeField()


class AttachmentIn(Input):
    """A file, as `multipart/form-data`."""

    file = serializers.FileField(allow_empty_file=True)
    description = ShortText(300)


class AttachmentOut(Output):
    """A file; its content stands at `…/attachments/{id}/content/`."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    media_type = serializers.CharField(help_text="As detected in the content.")
    size = serializers.IntegerField(help_text="Bytes.")
    sha256 = serializers.CharField()
    scan = serializers.CharField()
    description = serializers.CharField()
    added_by = serializers.CharField(source="added_by_label")
    created_at = serializers.DateTimeField()


class SampleIn(Input):
    """Samples that the customer is asked for."""

    quantity = QuantityField(min_value=0)
    number = ShortText(64)


class SamplePatch(VersionedInput):
    """What became of a sample."""

    number = ShortText(64)
    received_on = DayField(required=False, allow_null=True)
    stored_where = ShortText(200)
    disposition = ShortText(300)


class SampleOut(Output):
    """A sample."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    quantity = QuantityField()
    requested_at = serializers.DateTimeField(allow_null=True)
    received_on = serializers.DateField(allow_null=True)
    stored_where = serializers.CharField()
    disposition = serializers.CharField()
    version = serializers.IntegerField()


class HistoryOut(Output):
    """One fact of the claim's history."""

    id = serializers.IntegerField()
    kind = serializers.CharField()
    sentence = serializers.CharField()
    at = serializers.DateTimeField()
    actor = serializers.CharField(source="actor_label")
    via = serializers.CharField()
    request_id = serializers.CharField()
    subject_type = serializers.CharField()
    subject = serializers.CharField(source="subject_label")
    data = serializers.DictField()  # type: ignore[assignment]

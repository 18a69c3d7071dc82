"""An event as integrations read it."""

from __future__ import annotations

from rest_framework import serializers

from core.api.serializers import Output


class EventOut(Output):
    """A fact. `subject` is the number or code of what it happened to, `claim` that of its claim."""

    id = serializers.IntegerField()
    kind = serializers.CharField()
    at = serializers.DateTimeField()
    subject_type = serializers.CharField()
    subject = serializers.CharField(source="subject_label")
    claim_id = serializers.IntegerField(allow_null=True)
    actor = serializers.CharField(source="actor_label")
    via = serializers.CharField()
    request_id = serializers.CharField()
    data = serializers.DictField(help_text="`changes` maps a field to [old, new].")  # type: ignore[assignment]

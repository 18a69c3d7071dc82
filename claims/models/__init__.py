"""Models of claims; import them from here."""

from claims.models.claim import Claim, ClaimItem
from claims.models.extras import (
    Attachment,
    Comment,
    ListColumns,
    NumberCounter,
    Participant,
    Sample,
    SavedView,
    SearchEntry,
    Visit,
)
from claims.models.timing import Clock, DeadlinePolicy, DurationUnit, Pause, StepRecord

__all__ = [
    "Attachment",
    "Claim",
    "ClaimItem",
    "Clock",
    "Comment",
    "DeadlinePolicy",
    "DurationUnit",
    "ListColumns",
    "NumberCounter",
    "Participant",
    "Pause",
    "Sample",
    "SavedView",
    "SearchEntry",
    "StepRecord",
    "Visit",
]

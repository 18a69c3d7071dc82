"""The history of the notification list as people read it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.db.models import QuerySet

from claims import history as claim_history
from claims.history import Entry
from events.models import Event
from notifications.events import FALLBACK_CHANGED, RULE_CHANGED
from notifications.models import NotificationRule
from notifications.preview import rule_words
from notifications.states import Channel


def events_of_the_list() -> QuerySet[Event]:
    """Every change of rules and fallback lists, newest first."""
    kinds = [RULE_CHANGED.name, FALLBACK_CHANGED.name]
    return Event.objects.filter(kind__in=kinds).order_by("-id")


def entries_of(events: Iterable[Event]) -> list[Entry]:
    """Each change with the line of the list that it concerns."""
    entries = claim_history.entries_of(events)
    ids = [each.event.subject_id for each in entries if each.event.kind == RULE_CHANGED.name]
    rows = NotificationRule.objects.select_related("site", "family", "defect_group", "customer")
    rules = rows.in_bulk([int(each) for each in ids])
    return [_with_line(each, rules) for each in entries]


def _with_line(entry: Entry, rules: dict[int, NotificationRule]) -> Entry:
    rule = rules.get(int(entry.event.subject_id)) if entry.event.kind == RULE_CHANGED.name else None
    named = rule_words(rule) if rule is not None else entry.event.subject_label
    return replace(entry, sentence=f"{entry.sentence}: {named}")


claim_history.register_words("channels", Channel)
claim_history.register_look("notification_", "adjustments-horizontal")

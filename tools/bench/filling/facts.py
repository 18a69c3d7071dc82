"""The history of written claims: events in valid chains, delivered long ago."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from claims import events as kinds
from events import registry
from events.chain import digest
from events.models import Delivery, Event
from events.registry import EventKind
from tools.bench.filling.course import Course
from tools.bench.filling.tables import Table

COLUMNS = (
    "id kind chain seq subject_type subject_id subject_label claim_id actor_id actor_label via"
    " request_id at data prev_hash hash"
)


@dataclass(slots=True)
class Fact:
    """An event to be, with the fields that `events.chain.digest` reads."""

    kind: str
    at: datetime
    data: dict[str, Any]
    chain: str
    seq: int
    subject_id: str
    subject_label: str
    claim_id: int
    actor_id: int
    actor_label: str
    prev_hash: str
    subject_type: str = "claims.claim"
    via: str = "web"
    request_id: str = ""

    def hash(self) -> str:
        """The link of the chain, computed as the product does."""
        return digest(cast("Event", self))


def story(course: Course, title: str, owner: str) -> Iterator[tuple[EventKind, datetime, Any]]:
    """What happened to a claim, in order: kind, moment, data."""
    yield kinds.REPORTED, course.received, {"title": title, "severity": "", "critical": False}
    previous = course.stays[0]
    for stay in course.stays[1:]:
        if stay.by == "investigate":
            yield kinds.OWNER_CHANGED, stay.entered, {"changes": {"owner": [None, owner]}}
            judged = {"changes": {"severity": ["", course.severity]}, "reason": ""}
            yield kinds.SEVERITY_CHANGED, stay.entered, judged
        change = {"step": [previous.step, stay.step]}
        data = {"transition": stay.by, "remark": "", "severity": course.severity, "changes": change}
        yield kinds.MOVED, stay.entered, data
        previous = stay


class History:
    """Keeps the rows of events and deliveries until they are flushed."""

    def __init__(self) -> None:
        self.events = Table(Event, COLUMNS)
        self.deliveries = Table(Delivery, "event_id handler attempts next_at done_at")
        self.last_id = 0

    def write(
        self, claim_id: int, number: str, actor: tuple[int, str], course: Course, title: str
    ) -> None:
        """All events of one claim."""
        last = ""
        actor_id, label = actor
        for seq, (kind, at, data) in enumerate(story(course, title, label), 1):
            chain = f"claim:{claim_id}"
            fact = Fact(
                kind.name, at, data, chain, seq, str(claim_id), number, claim_id, actor_id, label,
                last,
            )  # fmt: skip
            last = fact.hash()
            self._add(fact, last)

    def _add(self, fact: Fact, hash_: str) -> None:
        self.last_id += 1
        self.events.add(
            self.last_id, fact.kind, fact.chain, fact.seq, fact.subject_type, fact.subject_id,
            fact.subject_label, fact.claim_id, fact.actor_id, fact.actor_label, fact.via,
            fact.request_id, fact.at, json.dumps(fact.data), fact.prev_hash, hash_,
        )  # fmt: skip
        for handler in registry.handler_names(fact.kind):
            self.deliveries.add(self.last_id, handler, 1, fact.at, fact.at)

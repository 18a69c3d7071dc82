"""Writing history: the only place that inserts events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import models, transaction

from core import clock
from core.actors import Actor
from core.bulk import insert_new
from events import nudge, registry
from events.chain import digest, plain
from events.models import Delivery, Event
from events.registry import EventKind


@dataclass
class Draft:
    """An event about to be recorded.

    `subject` is what it happened to; `claim_id` puts it on a claim's timeline and chain. `changes`
    are `{field: [old, new]}`; model instances in them are stored as their text.
    """

    kind: EventKind
    subject: models.Model
    claim_id: int | None = None
    data: dict[str, Any] = field(default_factory=dict)
    changes: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def chain(self) -> str:
        """The chain that the row lock of this subject serialises."""
        if self.claim_id is not None:
            return f"claim:{self.claim_id}"
        return f"{self.subject._meta.label_lower}:{self.subject.pk}"

    def content(self) -> dict[str, Any]:
        """Data and changes as they are stored."""
        content = dict(self.data)
        if self.changes:
            content["changes"] = {
                name: [_text_of(value) for value in pair] for name, pair in self.changes.items()
            }
        return plain(content)  # type: ignore[no-any-return]


def record(
    kind: EventKind,
    *,
    actor: Actor,
    subject: models.Model,
    claim_id: int | None = None,
    data: dict[str, Any] | None = None,
    changes: dict[str, list[Any]] | None = None,
) -> Event:
    """Record one fact in the running transaction; its effects come later, through the relay.

    The caller holds the lock of the chain's row (the claim, or the subject). Raises RuntimeError
    outside a transaction: a fact and its event must stand or fall together.
    """
    return record_all([Draft(kind, subject, claim_id, data or {}, changes or {})], actor=actor)[0]


def record_all(
    drafts: Iterable[Draft], *, actor: Actor, new: bool = False, deliver: bool = True
) -> list[Event]:
    """Record many facts at once, in order.

    `new` says that no chain among them has events yet. Without `deliver` no handler hears of them:
    for facts of the past that must not notify anybody today.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an event is recorded in the transaction of its fact")
    drafts = list(drafts)
    heads = {} if new else _heads({draft.chain for draft in drafts})
    events = []
    for draft in drafts:
        seq, last = heads.get(draft.chain, (0, ""))
        event = _event_of(draft, actor, seq + 1, last)
        heads[draft.chain] = (event.seq, event.hash)
        events.append(event)
    insert_new(events)
    deliveries = [
        Delivery(event=event, handler=name, next_at=event.at)
        for event in events
        for name in (registry.handler_names(event.kind) if deliver else ())
    ]
    if deliveries:
        insert_new(deliveries)
        transaction.on_commit(nudge.ring)
    return events


def _event_of(draft: Draft, actor: Actor, seq: int, last: str) -> Event:
    event = Event(
        kind=draft.kind.name,
        chain=draft.chain,
        seq=seq,
        subject_type=draft.subject._meta.label_lower,
        subject_id=str(draft.subject.pk),
        subject_label=str(draft.subject)[:200],
        claim_id=draft.claim_id,
        actor_id=actor.user.pk if actor.user is not None else None,
        actor_label=actor.label[:200],
        via=actor.via.value,
        request_id=actor.request_id[:64],
        at=clock.now(),
        data=draft.content() | _in_place_of(actor),
        prev_hash=last,
    )
    event.hash = digest(event)
    return event


def _in_place_of(actor: Actor) -> dict[str, Any]:
    """For whom a substitute acted; nothing for people who act for themselves."""
    absent = actor.in_place_of
    if absent is None:
        return {}
    return {"in_place_of": str(absent), "in_place_of_id": absent.pk}


def _heads(chains: set[str]) -> dict[str, tuple[int, str]]:
    """The last number and hash of each chain, in one query."""
    heads: dict[str, tuple[int, str]] = {}
    if len(chains) == 1:
        (chain,) = chains
        rows = Event.objects.filter(chain=chain).order_by("-seq")[:1]
    else:
        newest = (
            Event.objects.filter(chain=models.OuterRef("chain")).order_by("-seq").values("seq")[:1]
        )
        rows = Event.objects.filter(chain__in=chains, seq=models.Subquery(newest))
    for chain, seq, digest_ in rows.values_list("chain", "seq", "hash"):
        heads[chain] = (seq, digest_)
    return heads


def _text_of(value: Any) -> Any:
    """A value as history keeps it: records by their text, instants in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return str(value) if isinstance(value, models.Model) else value

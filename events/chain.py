"""The hash chain: what makes any later change of history visible."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

from events.models import Event

HASHED = (
    "kind",
    "chain",
    "seq",
    "subject_type",
    "subject_id",
    "subject_label",
    "claim_id",
    "actor_id",
    "actor_label",
    "via",
    "request_id",
)


def plain(data: Any) -> Any:
    """`data` as JSON will give it back, so that the hash of the stored row equals today's.

    NUL cannot live in PostgreSQL's jsonb and means nothing in text: it is dropped.
    """
    text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False)
    return json.loads(text.replace("\\u0000", ""))


def digest(event: Event) -> str:
    """HMAC-SHA256 over everything the event says and the hash before it.

    The key lives outside the database: who can write rows still cannot forge a chain.
    """
    content = [getattr(event, name) for name in HASHED]
    content += [event.at.astimezone(UTC).isoformat(), event.data, event.prev_hash]
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hmac.new(settings.HISTORY_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class Break:
    """A place where the history is not what was written."""

    event_id: int
    chain: str
    seq: int
    reason: str


def find_breaks() -> Iterator[Break]:
    """Walk all chains in order and yield every place that does not hold.

    Finds a changed field (hash), a deleted or inserted row (seq or prev_hash) and a swap. A cut
    tail is found by the seals, see `events.seals`.
    """
    chain, seq, last = "", 0, ""
    events = Event.objects.order_by("chain", "seq")
    for event in events.iterator(chunk_size=2000):
        if event.chain != chain:
            chain, seq, last = event.chain, 0, ""
        if event.seq != seq + 1:
            yield Break(event.pk, chain, event.seq, f"expected number {seq + 1}")
        elif event.prev_hash != last:
            yield Break(event.pk, chain, event.seq, "does not follow the event before it")
        if not hmac.compare_digest(digest(event), event.hash):
            yield Break(event.pk, chain, event.seq, "content was changed")
        seq, last = event.seq, event.hash

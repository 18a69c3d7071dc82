"""Seals: a daily digest over all events so far, so that a cut tail shows.

A seal is itself an event, in a chain of its own; it is also written to the log, which leaves the
machine.
"""

from __future__ import annotations

import hashlib
import logging
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from core import clock
from core.actors import SYSTEM
from events.chain import digest
from events.models import Event
from events.registry import kind

log = logging.getLogger(__name__)

CHAIN = "history"
SEALED = kind("history.sealed", _("sealed the history"), public=False)


def seal_day() -> Event | None:
    """Seal what was recorded since the last seal; None when today is sealed or nothing is new.

    The unique number in the chain makes two schedulers write one seal.
    """
    if _is_sealed_today(_last_seal()):
        return None
    upto = _last_id()
    with transaction.atomic():
        last = _last_seal()
        if _is_sealed_today(last):
            return None
        start = last.data["upto"] if last else 0
        if upto <= start:
            return None
        count, digest_ = _digest_of(start, upto)
        seal = Event(
            kind=SEALED.name,
            chain=CHAIN,
            seq=(last.seq if last else 0) + 1,
            subject_type=CHAIN,
            subject_id=str(upto),
            subject_label=CHAIN,
            actor_label=SYSTEM.label,
            via=SYSTEM.via.value,
            at=clock.now(),
            data={"after": start, "upto": upto, "count": count, "digest": digest_},
            prev_hash=last.hash if last else "",
        )
        seal.hash = digest(seal)
        seal.save()
    log.info("history sealed up to event %s: %s", upto, seal.hash)
    return seal


def _last_seal() -> Event | None:
    return Event.objects.filter(chain=CHAIN).order_by("-seq").first()


def _is_sealed_today(last: Event | None) -> bool:
    return last is not None and last.at.date() >= clock.now().date()


def find_broken_seals() -> list[dict[str, Any]]:
    """The seals that no longer fit the events below them (rows were cut, added or changed)."""
    broken = []
    for seal in Event.objects.filter(chain=CHAIN).order_by("seq"):
        count, digest_ = _digest_of(seal.data["after"], seal.data["upto"])
        if (count, digest_) != (seal.data["count"], seal.data["digest"]):
            broken.append({**seal.data, "found": count})
    return broken


def _last_id() -> int:
    """The newest event, with no smaller number still to come from a running transaction.

    The lock waits for the writers under way; it is held only for this one look-up.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("LOCK TABLE events_event IN SHARE MODE")
        return Event.objects.exclude(chain=CHAIN).aggregate(last=Max("id"))["last"] or 0


def _digest_of(after: int, upto: int) -> tuple[int, str]:
    """Count and digest of the events with `after` < id <= `upto`."""
    whole = hashlib.sha256()
    count = 0
    rows = Event.objects.filter(id__gt=after, id__lte=upto).exclude(chain=CHAIN).order_by("id")
    for identity, hash_ in rows.values_list("id", "hash").iterator(chunk_size=5000):
        whole.update(f"{identity}:{hash_}\n".encode())
        count += 1
    return count, whole.hexdigest()

"""A registry of one's own, and history to play with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction

from core.actors import SYSTEM
from events import registry
from events.commands import record
from events.models import Event
from events.registry import EventKind
from masterdata.models import Customer

Remember = Callable[..., Event]


@pytest.fixture(autouse=True)
def own_registry(monkeypatch) -> None:
    """Kinds and handlers that a test declares end with it."""
    monkeypatch.setattr(registry, "_kinds", dict(registry._kinds))
    monkeypatch.setattr(registry, "_handlers", dict(registry._handlers))
    subscribed = {name: list(handlers) for name, handlers in registry._subscriptions.items()}
    monkeypatch.setattr(registry, "_subscriptions", defaultdict(list, subscribed))


@pytest.fixture
def knock() -> EventKind:
    return registry.kind("test.knock", "knocked at the door")


@pytest.fixture
def remember(knock: EventKind) -> Remember:
    """`remember("A", n=1)`: an event on the chain of customer A, in a transaction of its own."""

    def record_one(code: str = "A", *, kind: EventKind = knock, **data: Any) -> Event:
        subject, _created = Customer.objects.get_or_create(code=code, defaults={"name": code})
        with transaction.atomic():
            return record(kind, actor=SYSTEM, subject=subject, data=data)

    return record_one


@contextmanager
def unguarded() -> Iterator[None]:
    """The database as somebody has it who may do everything with it: no triggers."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
        else:
            cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'events_append_only'")
            (trigger,) = cursor.fetchone()
            cursor.execute("DROP TRIGGER events_append_only")
        try:
            yield
        finally:
            if connection.vendor == "postgresql":
                cursor.execute("SET session_replication_role = DEFAULT")
            else:
                cursor.execute(trigger)

"""The kinds of event that exist and who wants to hear of them.

Apps declare their kinds in their `events.py` and subscribe handlers in `handlers.py`, imported from
`AppConfig.ready()`. A kind that nobody declared cannot be recorded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from events.models import Event

Handler = Callable[["Event"], None]


@dataclass(frozen=True)
class EventKind:
    """A kind of fact: `name` is the stable code, `sentence` what the timeline says the actor did.

    `public` kinds appear in the feed for integrations.
    """

    name: str
    sentence: Any
    public: bool = True

    def __str__(self) -> str:
        return self.name


_kinds: dict[str, EventKind] = {}
_handlers: dict[str, Handler] = {}
_subscriptions: dict[str, list[str]] = defaultdict(list)


def kind(name: str, sentence: Any, *, public: bool = True) -> EventKind:
    """Declare an event kind; the name is part of the outer contract and never changes."""
    if name in _kinds:
        raise ValueError(f"event kind {name} is declared twice")
    _kinds[name] = EventKind(name, sentence, public)
    return _kinds[name]


def get_kind(name: str) -> EventKind | None:
    """The declared kind, or None for a name that an older version recorded."""
    return _kinds.get(name)


def list_kinds() -> list[EventKind]:
    """All declared kinds in the order of their names."""
    return sorted(_kinds.values(), key=lambda each: each.name)


def subscribe(*kinds: EventKind, name: str) -> Callable[[Handler], Handler]:
    """Register the decorated function to run, later and at least once, for each event of `kinds`.

    `name` is stored in the delivery rows, so it must stay the same when code moves. The handler
    runs in the transaction that marks its delivery done, so its database effects happen exactly
    once. It must not talk to the network, and may run after handlers of later events (ADR 46).
    """

    def register(handler: Handler) -> Handler:
        if name in _handlers:
            raise ValueError(f"event handler {name} is registered twice")
        _handlers[name] = handler
        for each in kinds:
            _subscriptions[each.name].append(name)
        return handler

    return register


def handler_names(kind_name: str) -> list[str]:
    """The names of the handlers that wait for this kind."""
    return _subscriptions.get(kind_name, [])


def get_handler(name: str) -> Handler | None:
    """The handler of that name, or None when the release that had it is gone."""
    return _handlers.get(name)

"""The notification list a new installation starts with; quality managers change it later."""

from __future__ import annotations

from typing import Any

from accounts.models import Role
from claims.states import Severity
from notifications.models import NotificationRule
from notifications.states import Channel, Occasion

INSIDE = [Channel.IN_APP.value]
BOTH = [Channel.IN_APP.value, Channel.EMAIL.value]
HANDLERS, MANAGERS = [Role.HANDLER.value], [Role.QUALITY_MANAGER.value]
QUALITY = [*HANDLERS, *MANAGERS]

# No department is known yet, so a critical claim goes to the heads of all there will be
# (production and warehouse among them).
RULES: list[dict[str, Any]] = [
    {"occasion": Occasion.REPORTED, "roles": HANDLERS, "channels": BOTH},
    {"occasion": Occasion.NOTIFY, "roles": QUALITY, "channels": BOTH},
    {
        "occasion": Occasion.NOTIFY,
        "severity": Severity.CRITICAL,
        "roles": QUALITY,
        "to_heads": True,
        "channels": BOTH,
        "needs_confirmation": True,
    },
    {"occasion": Occasion.CONTAINMENT_ORDERED, "roles": QUALITY, "channels": INSIDE},
    {"occasion": Occasion.CONTAINMENT_LIFTED, "roles": QUALITY, "channels": INSIDE},
]


def install_rules(**kwargs: Any) -> None:
    """Create the starter rules where there are none at all (runs after migrate)."""
    if NotificationRule.objects.exists():
        return
    NotificationRule.objects.bulk_create(NotificationRule(**values) for values in RULES)

"""What the list of actions shows: views, orders, columns of the export."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from capa.models import Action
from capa.selectors import end_of_week
from core.paging import Order

PAGE_SIZE = 25
ORDERS = {
    "due": Order("due_at"),
    "-due": Order("due_at", descending=True),
    "number": Order("id"),
    "-number": Order("id", descending=True),
}


def _local(instant: Any) -> Any:
    return timezone.localtime(instant).replace(tzinfo=None) if instant else ""


COLUMNS: list[tuple[Any, Callable[[Action], Any]]] = [
    (_("Number"), lambda a: a.number),
    (_("What"), lambda a: a.text),
    (_("Kind"), lambda a: a.get_kind_display()),
    (_("Claim"), lambda a: a.claim.number),
    (_("Cause"), lambda a: a.cause.text if a.cause else ""),
    (_("Owner"), lambda a: str(a.owner or "")),
    (_("Department"), lambda a: str(a.department or "")),
    (_("Due"), lambda a: _local(a.due_at)),
    (_("Originally due"), lambda a: _local(a.original_due_at)),
    (_("Times moved"), lambda a: a.moved_times),
    (_("State"), lambda a: a.get_state_display()),
    (_("Done"), lambda a: _local(a.done_at)),
    (_("Effectiveness check"), lambda a: a.criterion),
]


def views_of(query: QueryDict, counts: dict[str, int]) -> list[dict[str, Any]]:
    """The tabs above the list with their addresses; the one that is open is marked."""
    sunday = (timezone.localdate(end_of_week()) - timedelta(days=1)).isoformat()
    views = [
        (pgettext_lazy("view of actions", "Open"), {"state": "open"}, "open"),
        (_("Late"), {"state": "late"}, "late"),
        (_("This week"), {"state": "open", "due_to": sunday}, "week"),
        (_("To verify"), {"state": "done"}, "verify"),
        (_("Extension asked"), {"state": "asked"}, "asked"),
        (_("Not effective"), {"state": "ineffective"}, "ineffective"),
        (_("Mine"), {"owner": "me", "state": "open"}, "mine"),
        (pgettext_lazy("view of actions", "Closed"), {"state": "settled"}, ""),
    ]
    chosen = {name: query.get(name) for name in ("state", "owner", "due_to") if query.get(name)}
    return [
        {
            "label": label,
            "url": f"?{urlencode(asked)}",
            "current": asked == chosen,
            "count": counts.get(key) if key else None,
            "late": key == "late" and bool(counts.get(key)),
        }
        for label, asked, key in views
    ]

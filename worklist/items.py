"""One thing to do, from whatever app it comes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from claims.models import Claim, ClaimItem
from core.actors import Actor
from core.ui.due import Due, standing


class Kind(StrEnum):
    """The tabs of the page, in their order."""

    CLAIMS = "claims"
    REPLIES = "replies"
    NOTICES = "notices"
    CONTAINMENT = "containment"
    ACTIONS = "actions"
    APPROVALS = "approvals"
    PAYMENTS = "payments"


@dataclass(frozen=True)
class Act:
    """What one click in the row does, by POST."""

    url: str
    label: Any
    icon: str = ""


@dataclass
class Task:
    """A row: what to do, why, by when, about which claim; the whole row leads to `url`.

    `need` is the heading under which the tab of its kind gathers equal tasks, `is_move` says that
    the claim itself is to go on, `pause` since when it is paused and why. `in_place_of` names the
    absent whose task it is.
    """

    title: Any
    url: str
    claim: Claim
    due_at: datetime | None = None
    why: Any = ""
    act: Act | None = None
    need: Any = ""
    icon: str = ""
    icon_label: Any = ""
    in_place_of: str = ""
    item: ClaimItem | None = field(default=None, repr=False)
    soon_at: datetime | None = None
    held_at: datetime | None = None
    is_move: bool = False
    pause: str = ""

    @property
    def due(self) -> Due | None:
        """How the deadline stands now."""
        if self.due_at is None:
            return None
        return standing(self.due_at, soon_at=self.soon_at, held_at=self.held_at)

    @property
    def state(self) -> str:
        """CSS kind of the row: late, today or ok."""
        due = self.due
        return due.kind if due is not None and due.kind in ("late", "today") else "ok"


Whose = Callable[[Actor, Any], User | None]


@dataclass(frozen=True)
class Source:
    """Where tasks of one sort come from.

    `rows` answers what waits for the actor (no query yet), `due` is the field they are sorted by,
    `task` makes a row a task without asking the database; `related` is loaded with the rows.
    `whose` answers the absent person whose task it is, among those the actor stands in for.
    """

    name: str
    kind: Kind
    icon: str
    icon_label: Any
    rows: Callable[[Actor], QuerySet[Any]]
    task: Callable[[Any], Task]
    due: str
    whose: Whose
    related: tuple[str, ...] = ()

"""My work: the tasks of a person by lateness or by need, and the overview beside them.

The number of queries does not grow with the rows: one for all counts, one for each source that has
something, one for the products.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from functools import reduce
from typing import Any

from django.core.exceptions import FieldError
from django.db.models import Count, F, Q, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from claims.lacks import missing_of
from claims.models import ClaimItem
from core import clock, lateness
from core.actors import Actor
from worklist.items import Kind, Source, Task
from worklist.registry import SOURCES

# So many rows of each source stand on the page of everything, and on the tab of its kind.
FEW, MANY = 20, 100


@dataclass(frozen=True)
class Totals:
    """How much waits: all of it, late, and due later today."""

    all: int = 0
    late: int = 0
    today: int = 0

    def __add__(self, other: Totals) -> Totals:
        return Totals(self.all + other.all, self.late + other.late, self.today + other.today)


@dataclass
class Group:
    """Tasks under one heading."""

    name: str
    title: str
    tasks: list[Task] = field(default_factory=list)


@dataclass(frozen=True)
class Work:
    """What the page shows: groups, and how much there is of each kind; `more` were left out."""

    groups: list[Group]
    totals: Totals
    by_kind: dict[Kind, Totals]
    more: int


def _rows(source: Source, actor: Actor) -> QuerySet[Any]:
    return source.rows(actor).order_by()


def _counts(source: Source, actor: Actor, now: datetime) -> QuerySet[Any]:
    """One row: the source's name, and how many there are, late, and due later today."""
    rows = _rows(source, actor)
    late: Count | Value = Value(0)
    today: Count | Value = Value(0)
    if source.due:
        due, held = source.due, _beside(rows, source.due, "held_at")
        late = Count("pk", filter=lateness.late(due, held))
        tonight = Q(**{f"{due}__lt": end_of_day(now)})
        today = Count("pk", filter=tonight & lateness.not_late(due, held))
    counted = rows.values(source=Value(source.name)).annotate(
        waiting=Count("pk"), late=late, today=today
    )
    columns: QuerySet[Any] = counted.values_list("source", "waiting", "late", "today")
    return columns


def _beside(rows: QuerySet[Any], due: str, name: str) -> str:
    """The field of that name beside a due instant that a clock gives; "" where there is none."""
    if not due:
        return ""
    path = due.removesuffix("due_at") + name
    try:
        rows.query.names_to_path(path.split("__"), rows.model._meta, fail_on_missing=True)
    except FieldError:
        return ""
    return path


def end_of_day(moment: datetime, days: int = 0) -> datetime:
    """Midnight after the reader's day of `moment`, or so many days later."""
    day = timezone.localdate(moment) + timedelta(days=days + 1)
    return timezone.make_aware(datetime.combine(day, time.min))


def totals_of(actor: Actor) -> dict[str, Totals]:
    """How much waits in each source; one query."""
    now = clock.now()
    first, *others = (_counts(source, actor, now) for source in SOURCES)
    found = {name: Totals(*numbers) for name, *numbers in first.union(*others, all=True)}
    # A source that this person cannot have is not asked.
    return {source.name: found.get(source.name, Totals()) for source in SOURCES}


def waiting_rows(actor: Actor) -> list[QuerySet[Any]]:
    """What waits for the person, source by source; no query yet."""
    return [_rows(source, actor) for source in SOURCES]


def get_work(actor: Actor, kind: Kind | None = None) -> Work:
    """What waits for the person: all by lateness, or one kind by what is needed."""
    totals = totals_of(actor)
    limit = FEW if kind is None else MANY
    wanted = [
        source for source in SOURCES if kind in (None, source.kind) and totals[source.name].all
    ]
    tasks = [task for source in wanted for task in _tasks(source, actor, limit)]
    _add_items(tasks)
    _add_missing(tasks)
    tasks.sort(key=lambda task: (task.due_at is None, task.due_at or task.claim.received_at))
    by_kind = {
        each: sum((totals[s.name] for s in SOURCES if s.kind == each), Totals()) for each in Kind
    }
    shown = sum(totals[source.name].all for source in wanted)
    return Work(
        groups=_by_lateness(tasks) if kind is None else _by_need(tasks),
        totals=sum(totals.values(), Totals()),
        by_kind=by_kind,
        more=shown - len(tasks),
    )


def _tasks(source: Source, actor: Actor, limit: int) -> list[Task]:
    order = [F(source.due).asc(nulls_last=True), "pk"] if source.due else ["pk"]
    rows = _rows(source, actor).select_related(*source.related).order_by(*order)
    beside = {name: _beside(rows, source.due, name) for name in ("soon_at", "held_at")}
    return [
        replace(
            source.task(row),
            icon=source.icon,
            icon_label=source.icon_label,
            in_place_of=str(source.whose(actor, row) or ""),
            **{name: _value(row, path) for name, path in beside.items()},
        )
        for row in rows[:limit]
    ]


def _value(row: Any, path: str) -> Any:
    return reduce(getattr, path.split("__"), row) if path else None


def _add_items(tasks: Sequence[Task]) -> None:
    """The first product and lot of each task's claim, in one query."""
    if not tasks:
        return
    claims = {task.claim.pk for task in tasks}
    items = ClaimItem.objects.filter(claim__in=claims).select_related("product")
    first: dict[int, ClaimItem] = {}
    for item in items.order_by("claim_id", "position", "pk"):
        first.setdefault(item.claim_id, item)
    for task in tasks:
        task.item = first.get(task.claim.pk)


def _add_missing(tasks: Sequence[Task]) -> None:
    """What keeps each claim from moving on, or pauses it, instead of its title; one query."""
    missing = missing_of(task.claim for task in tasks)
    for task in tasks:
        found = missing.get(task.claim.pk)
        if found is None:
            continue
        if found.kind == "pause":
            task.pause = found.title
        elif task.is_move and found.kind != "go":
            task.why = found.text


def _by_lateness(tasks: Iterable[Task]) -> list[Group]:
    now = clock.now()
    today = end_of_day(now)
    week = end_of_day(now, days=6 - timezone.localdate(now).weekday())
    groups = [
        Group("late", _("Late")),
        Group("today", _("Today")),
        Group("week", _("This week")),
        Group("later", _("Later")),
    ]
    for task in tasks:
        groups[_place(task, today, week)].tasks.append(task)
    return [group for group in groups if group.tasks]


def _place(task: Task, today: datetime, week: datetime) -> int:
    if task.due is None or task.due_at is None:
        return 3
    if task.due.is_late:
        return 0
    if task.due_at < today:
        return 1
    return 2 if task.due_at < week else 3


def _by_need(tasks: Iterable[Task]) -> list[Group]:
    """Equal needs together, the one with the earliest task first."""
    groups: dict[str, Group] = {}
    for task in tasks:
        title = str(task.need)
        group = groups.setdefault(title, Group(f"need-{len(groups) + 1}", title))
        if str(task.title) == title:
            # The heading says what to do; the row says on what.
            task.title, task.why = task.why, ""
        group.tasks.append(task)
    return list(groups.values())

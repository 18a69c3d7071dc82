"""The notification list as the page draws it: parts by scope, columns, rows, cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Department, Membership, Role, User
from claims.clocks import UNJUDGED, Policies
from claims.states import ClockKind, Severity
from masterdata.worktime import DurationUnit
from notifications.lines import (
    Cell,
    Kind,
    Line,
    Scope,
    Target,
    Treatment,
    conditions_of,
    strictest,
    targets_of,
)
from notifications.models import ChatRoom, NotificationRule
from notifications.states import LISTED, Occasion

# Those to whom a column is offered before any rule names them.
OFFERED_ROLES = (Role.HANDLER, Role.QUALITY_MANAGER, Role.MANAGER)
GROUPS = {"claim": gettext_lazy("Intake"), "containment": gettext_lazy("Containment")}
SEVERITIES = ("", Severity.CRITICAL, Severity.MAJOR, Severity.MINOR)


@dataclass(frozen=True)
class Column:
    """A recipient with a word on who that is now; `missing` says that it reaches nobody."""

    target: Target
    label: str
    who: str
    missing: bool = False


@dataclass(frozen=True)
class Shown:
    """A cell as it is drawn."""

    cell: Cell
    column: Column
    treatment: Treatment | None
    hours: str
    url: str
    selected: bool

    @property
    def value(self) -> str:
        """none, info or ack."""
        if self.treatment is None:
            return "none"
        return "ack" if self.treatment.needs_confirmation else "info"

    @property
    def words(self) -> str:
        """What it says, for people who hear it."""
        if self.value == "none":
            return _("not told")
        if self.value == "info":
            return _("informed")
        if not self.hours:
            return _("must confirm")
        return _("must confirm within %(hours)s") % {"hours": self.hours}


@dataclass(frozen=True)
class Row:
    """An event at a severity."""

    line: Line
    label: str
    note: str
    cells: list[Shown]

    @property
    def is_spare(self) -> bool:
        """Nothing is said of this severity beyond what counts for any: left out until asked for."""
        used = any(each.selected or each.value != "none" for each in self.cells)
        return bool(self.line.severity) and not used


@dataclass(frozen=True)
class Group:
    """Rows that belong together."""

    label: str
    rows: list[Row]


@dataclass(frozen=True)
class Part:
    """The rules of one scope, in the switch above the matrix."""

    label: str
    url: str
    current: bool
    count: int | None


def active_rules() -> QuerySet[NotificationRule]:
    """The rules in force, with everybody they name."""
    rows = NotificationRule.objects.filter(is_active=True)
    return rows.prefetch_related("departments", "people", "rooms").order_by("pk")


def parts_of(rules: Iterable[NotificationRule], current: Scope) -> list[Part]:
    """General rules first, then every scope that has rules, and the current one in any case."""
    counts = Counter(Scope.of_rule(rule) for rule in rules)
    scopes = {Scope(): 0, **counts}
    scopes.setdefault(current, 0)
    special = [each for each in scopes if not each.is_general]
    labels = {each: scope_label(each) for each in special}
    ordered = [Scope(), *sorted(special, key=lambda each: labels[each])]
    return [
        Part(
            labels.get(each, _("General rules")),
            page_url(each),
            each == current,
            scopes[each] or None if not each.is_general else None,
        )
        for each in ordered
    ]


def scope_label(scope: Scope) -> str:
    """The conditions in words."""
    if scope.is_general:
        return _("General rules")
    return ", ".join(str(each) for each in conditions_of(scope).values())


def page_url(scope: Scope, **more: Any) -> str:
    """The address of the matrix of a scope."""
    return address("notifications:rules", scope, **more)


def address(url_name: str, scope: Scope, **more: Any) -> str:
    """The address of a page with the scope it is about."""
    query = urlencode({**scope.as_query(), **more})
    return f"{reverse(url_name)}{'?' if query else ''}{query}"


def columns_of(
    rules: Sequence[NotificationRule], scope: Scope, selected: Cell | None = None
) -> list[Column]:
    """Roles, heads, rooms, departments, then people and addresses named by rules or selected."""
    named = {target for rule in rules for target in targets_of(rule)}
    if selected is not None:
        named.add(selected.target)
    roles = [role for role in Role if role in OFFERED_ROLES or Target(Kind.ROLE, role) in named]
    columns = _role_columns(roles, scope)
    columns.append(Column(Target(Kind.HEADS), _("Heads"), _("of all departments")))
    columns += _room_columns(named, scope)
    columns += _department_columns(named, scope)
    people = [int(each.key) for each in named if each.kind == Kind.PERSON]
    columns += [
        _person_column(each)
        for each in User.objects.filter(pk__in=people).select_related("department")
    ]
    addresses = sorted(each.key for each in named if each.kind == Kind.ADDRESS)
    columns += [Column(Target(Kind.ADDRESS, each), each, _("by e-mail")) for each in addresses]
    return columns


def _role_columns(roles: Iterable[Role], scope: Scope) -> list[Column]:
    members = Membership.objects.filter(user__is_active=True)
    if scope.site is not None:
        members = members.filter(Q(site=scope.site) | Q(site=None))
    counts = dict(
        members.values("role").annotate(n=Count("user", distinct=True)).values_list("role", "n")
    )
    return [
        Column(
            Target(Kind.ROLE, role.value),
            str(role.label),
            _people(counts.get(role.value, 0)),
            missing=not counts.get(role.value),
        )
        for role in roles
    ]


def _people(count: int) -> str:
    return ngettext("%(n)d person", "%(n)d people", count) % {"n": count}


def _department_columns(named: set[Target], scope: Scope) -> list[Column]:
    pks = [int(each.key) for each in named if each.kind == Kind.DEPARTMENT]
    where = Q(is_active=True)
    if scope.site is not None:
        where &= Q(site=scope.site)
    rows = Department.objects.filter(where | Q(pk__in=pks)).select_related("head", "site")
    columns = [_department_column(each) for each in rows.order_by("site__code", "name")]
    # Those with something in their cells stand where they are seen without scrolling.
    return sorted(columns, key=lambda each: each.target not in named)


def _department_column(department: Department) -> Column:
    head = department.head
    living = head is not None and head.is_active
    who = head.get_short_name() if head is not None and living else _("no head")
    target = Target(Kind.DEPARTMENT, str(department.pk))
    return Column(target, str(department), who, missing=not living)


def _room_columns(named: set[Target], scope: Scope) -> list[Column]:
    """Every room in use that may hear of these claims, and those that rules name anyway."""
    pks = [int(each.key) for each in named if each.kind == Kind.ROOM]
    where = Q(is_active=True)
    if scope.site is not None:
        where &= Q(site=None) | Q(site=scope.site)
    rows = ChatRoom.objects.filter(where | Q(pk__in=pks)).order_by("name")
    return [
        Column(
            Target(Kind.ROOM, str(each.pk)),
            each.name,
            each.service if each.is_active else _("not in use"),
            missing=not each.is_active,
        )
        for each in rows
    ]


def _person_column(user: User) -> Column:
    who = str(user.department or "") if user.is_active else _("has left")
    target = Target(Kind.PERSON, str(user.pk))
    return Column(target, user.get_short_name(), who, missing=not user.is_active)


def groups_of(
    rules: Sequence[NotificationRule],
    columns: Sequence[Column],
    scope: Scope,
    selected: Cell | None,
) -> list[Group]:
    """The rows with their cells, under the headings of the matrix."""
    by_cell: dict[Cell, list[NotificationRule]] = {}
    for rule in rules:
        line = Line.of_rule(rule)
        for target in targets_of(rule):
            by_cell.setdefault(Cell(line, target), []).append(rule)
    policies = Policies.for_customer(scope.customer)

    def shown(cell: Cell, column: Column) -> Shown:
        treatment = strictest(by_cell.get(cell, ()))
        hours = hours_of(treatment, cell.line.severity, policies)
        url = page_url(scope, cell=str(cell))
        return Shown(cell, column, treatment, hours, url, cell == selected)

    groups: dict[str, list[Row]] = {}
    for occasion in LISTED:
        rows = groups.setdefault(occasion.value.partition(".")[0], [])
        for severity in SEVERITIES:
            line = Line(occasion.value, severity, scope)
            cells = [shown(Cell(line, each.target), each) for each in columns]
            rows.append(Row(line, *row_words(occasion, severity), cells))
    return [Group(str(GROUPS.get(key, key)), rows) for key, rows in groups.items()]


def row_words(occasion: Occasion, severity: str) -> tuple[str, str]:
    """Label and note of a row."""
    label = str(occasion.label)
    label = label[:1].upper() + label[1:]
    if not severity:
        return label, _("any severity")
    return label, _("%(severity)s, in addition") % {"severity": Severity(severity).label}


def line_words(line: Line) -> str:
    """A row in one line."""
    label, note = row_words(Occasion(line.occasion), line.severity)
    return f"{label}, {note}"


def hours_of(treatment: Treatment | None, severity: str, policies: Policies) -> str:
    """By when to confirm: the rule's own hours, else those of the deadline policy."""
    if treatment is None or not treatment.needs_confirmation:
        return ""
    hours = treatment.confirm_within
    if hours is None:
        policy = policies.find(ClockKind.CONFIRMATION, severity or UNJUDGED)
        if policy is None or policy.unit != DurationUnit.WORKING_HOURS:
            return ""
        hours = policy.amount
    return _("%(hours)d h") % {"hours": hours}

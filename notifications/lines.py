"""The notification list seen as a matrix: lines of conditions, recipients across, cells between.

A cell says what one recipient gets on the claims of one line. What the page writes is one rule for
each cell; rules of several recipients (made in the administration) fill several cells at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from django.db.models import Model, QuerySet

from accounts.models import Role
from claims.states import Severity
from masterdata.models import Customer, DefectCode, ProductFamily, Site
from notifications.models import NotificationRule
from notifications.states import LISTED

CONDITIONS = ("site", "family", "defect_group", "customer")
LARGEST_KEY = 2**63 - 1


class Kind(StrEnum):
    """The sorts of recipient."""

    ROLE = "role"
    HEADS = "heads"
    DEPARTMENT = "department"
    PERSON = "person"
    ADDRESS = "address"
    ROOM = "room"


@dataclass(frozen=True)
class Scope:
    """Which claims a part of the list is for: ids, None for any."""

    site: int | None = None
    family: int | None = None
    defect_group: int | None = None
    customer: int | None = None

    @classmethod
    def of_rule(cls, rule: NotificationRule) -> Self:
        """The conditions of a rule besides event and severity."""
        return cls(*(getattr(rule, f"{name}_id") for name in CONDITIONS))

    @classmethod
    def of_query(cls, query: Mapping[str, Any]) -> Self:
        """From the address of a page; what is no id counts as not said."""
        return cls(*(_key_of(str(query.get(name, ""))) for name in CONDITIONS))

    def as_query(self) -> dict[str, int]:
        """What the address of its page says."""
        pairs = ((name, getattr(self, name)) for name in CONDITIONS)
        return {name: value for name, value in pairs if value is not None}

    @property
    def is_general(self) -> bool:
        """Whether it is for all claims."""
        return not self.as_query()


def conditions_of(scope: Scope) -> dict[str, Any]:
    """The conditions as rows; `ObjectDoesNotExist` when one is no more."""
    models: dict[str, type[Model]] = {
        "site": Site,
        "family": ProductFamily,
        "defect_group": DefectCode,
        "customer": Customer,
    }
    return {
        name: models[name]._default_manager.get(pk=key) for name, key in scope.as_query().items()
    }


def _key_of(text: str) -> int | None:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None
    return number if number is not None and number <= LARGEST_KEY else None


@dataclass(frozen=True)
class Target:
    """Whom a cell is about; `key` is a role, the id of a row, or an address."""

    kind: Kind
    key: str = ""

    @classmethod
    def read(cls, text: str) -> Self | None:
        """From its text; None when there is no such recipient."""
        name, _colon, key = text.partition(":")
        if name not in {each.value for each in Kind}:
            return None
        kind = Kind(name)
        if kind == Kind.ROLE and key not in Role.values:
            return None
        if kind in (Kind.DEPARTMENT, Kind.PERSON, Kind.ROOM) and _key_of(key) is None:
            return None
        return cls(kind, "" if kind == Kind.HEADS else key)

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"


@dataclass(frozen=True)
class Line:
    """A row of the matrix: an event and a severity ("" for any) inside a scope."""

    occasion: str
    severity: str = ""
    scope: Scope = Scope()

    @classmethod
    def of_rule(cls, rule: NotificationRule) -> Self:
        """The line on which a rule stands."""
        return cls(rule.occasion, rule.severity, Scope.of_rule(rule))

    def rules(self) -> QuerySet[NotificationRule]:
        """All rules that ever stood on the line, switched off ones too."""
        conditions = {name: getattr(self.scope, name) for name in CONDITIONS}
        rows = NotificationRule.objects.filter(
            occasion=self.occasion, severity=self.severity, **conditions
        )
        return rows.prefetch_related("departments", "people", "rooms").order_by("pk")


@dataclass(frozen=True)
class Cell:
    """What is clicked: a recipient on a line."""

    line: Line
    target: Target

    @classmethod
    def read(cls, text: str, scope: Scope) -> Self | None:
        """From its text inside a scope; None when there is no such cell."""
        occasion, severity, target = [*text.split("|", 2), "", ""][:3]
        found = Target.read(target)
        listed = occasion in {each.value for each in LISTED}
        if found is None or not listed or severity not in ("", *Severity.values):
            return None
        return cls(Line(occasion, severity, scope), found)

    def __str__(self) -> str:
        return f"{self.line.occasion}|{self.line.severity}|{self.target}"

    def holders(self, rules: Iterable[NotificationRule]) -> list[NotificationRule]:
        """Those of the line's rules that name the recipient."""
        return [rule for rule in rules if self.target in targets_of(rule)]


@dataclass(frozen=True)
class Treatment:
    """What a recipient gets: by which ways, whether to confirm and in how many working hours.

    `whole` means everybody in a department, not only its head.
    """

    channels: tuple[str, ...]
    needs_confirmation: bool = False
    confirm_within: int | None = None
    whole: bool = False

    @classmethod
    def of_rule(cls, rule: NotificationRule) -> Self:
        """What a rule says."""
        return cls(
            tuple(rule.channels),
            rule.needs_confirmation,
            rule.confirm_within if rule.needs_confirmation else None,
            rule.whole_departments,
        )

    @property
    def strictness(self) -> tuple[bool, int, int]:
        """The larger, the stricter: a demand to confirm, the sooner, by more ways."""
        hours = self.confirm_within
        return (self.needs_confirmation, -hours if hours is not None else 0, len(self.channels))


def targets_of(rule: NotificationRule) -> list[Target]:
    """The recipients of a rule; departments, people and rooms are loaded."""
    found = [Target(Kind.ROLE, role) for role in rule.roles]
    found += [Target(Kind.HEADS)] if rule.to_heads else []
    found += [Target(Kind.DEPARTMENT, str(each.pk)) for each in rule.departments.all()]
    found += [Target(Kind.PERSON, str(each.pk)) for each in rule.people.all()]
    found += [Target(Kind.ADDRESS, address) for address in rule.addresses]
    return found + [Target(Kind.ROOM, str(each.pk)) for each in rule.rooms.all()]


def strictest(rules: Iterable[NotificationRule]) -> Treatment | None:
    """What comes of several rules for one recipient, as far as one cell can show it."""
    found = [Treatment.of_rule(rule) for rule in rules if rule.is_active]
    return max(found, key=lambda each: each.strictness, default=None)


def stamp_of(rules: Iterable[NotificationRule]) -> str:
    """Which rules in which versions a cell was made of; another stamp means a change meanwhile."""
    return ".".join(f"{rule.pk}-{rule.version}" for rule in rules)

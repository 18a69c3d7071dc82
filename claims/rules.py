"""The page of the deadline rules: the table, and what was changed in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from claims.deadlines import duration
from claims.history import Entry, entries_of
from claims.models import Claim, Clock, DeadlinePolicy
from claims.states import FINISHED_STEPS, ClockKind, Severity
from events.models import Event
from masterdata.models import Customer

SHOWN = 20


@dataclass(frozen=True)
class Cell:
    """One clock for one severity: the rule that holds, None where there is no such deadline.

    `is_own` says that it is the customer's own; `general` what holds without it.
    """

    clock: ClockKind
    severity: Severity
    rule: DeadlinePolicy | None
    is_own: bool
    general: DeadlinePolicy | None
    url: str

    @property
    def words(self) -> str:
        """The duration, or "" for none."""
        return duration(self.rule.amount, self.rule.unit) if self.rule else ""


@dataclass(frozen=True)
class RuleRow:
    """One clock for all severities."""

    clock: ClockKind
    cells: list[Cell]


def list_rules(customer: Customer | None) -> list[RuleRow]:
    """The table: every clock for every severity, as it holds in general or for the customer."""
    rows = DeadlinePolicy.objects.filter(is_active=True)
    rows = rows.filter(Q(customer=None) | Q(customer=customer))
    known = {(each.clock, each.severity, each.customer_id): each for each in rows}
    return [
        RuleRow(kind, [_cell(known, kind, severity, customer) for severity in Severity])
        for kind in ClockKind
    ]


def get_cell(kind: ClockKind, severity: Severity, customer: Customer | None) -> Cell:
    """One cell of the table."""
    rows = DeadlinePolicy.objects.filter(clock=kind, severity=severity, is_active=True)
    rows = rows.filter(Q(customer=None) | Q(customer=customer)).select_related("customer")
    known = {(each.clock, each.severity, each.customer_id): each for each in rows}
    return _cell(known, kind, severity, customer)


def _cell(
    known: dict[tuple[str, str, int | None], DeadlinePolicy],
    kind: ClockKind,
    severity: Severity,
    customer: Customer | None,
) -> Cell:
    general = known.get((kind, severity, None))
    own = known.get((kind, severity, customer.pk)) if customer else None
    url = reverse("deadlines:rule", args=[kind.value, severity.value]) + _query(customer)
    return Cell(kind, severity, own or general, own is not None, general, url)


def _query(customer: Customer | None) -> str:
    return f"?{urlencode({'customer': customer.code})}" if customer else ""


def table_url(customer: Customer | None) -> str:
    """Where the table of a customer, or the general one, stands."""
    return reverse("deadlines:rules") + _query(customer)


def rules_url(clock: Clock) -> str:
    """The table in which the rule of a clock stands; "" when no rule is known."""
    return table_url(clock.policy.customer) if clock.policy else ""


def customers_with_rules() -> list[Customer]:
    """Those who have rules of their own."""
    own = DeadlinePolicy.objects.filter(is_active=True, customer__isnull=False)
    return list(Customer.objects.filter(pk__in=own.values("customer")).order_by("name"))


def count_running(kind: str, severity: str, customer: Customer | None) -> int:
    """How many open claims have such a clock running, and follow when its rule is changed."""
    claims = Claim.objects.exclude(step__in=FINISHED_STEPS).filter(severity=severity)
    claims = claims.filter(customer=customer) if customer else claims
    return Clock.objects.filter(claim__in=claims, kind=kind, stopped_at=None).count()


def list_rule_events(limit: int = SHOWN) -> list[Entry]:
    """The newest changes of rules, each naming the rule in the reader's language."""
    kind = DeadlinePolicy._meta.label_lower
    rows = Event.objects.filter(subject_type=kind, kind="deadline.changed")
    found = list(rows.select_related("actor").order_by("-pk")[:limit])
    codes = {each.data.get("customer") for each in found} - {"", None}
    names = dict(Customer.objects.filter(code__in=codes).values_list("code", "name"))
    entries = entries_of(found)
    return [replace(each, sentence=_sentence(each, names)) for each in entries]


def _sentence(entry: Entry, names: dict[str, str]) -> str:
    data = entry.event.data
    if data.get("clock") not in ClockKind.values:
        return f"{entry.sentence}: {entry.event.subject_label}"
    parts = [ClockKind(data["clock"]).label, Severity(data["severity"]).label]
    if data.get("customer"):
        parts.append(names.get(data["customer"], data["customer"]))
    return f"{entry.sentence}: {', '.join(str(each) for each in parts)}"

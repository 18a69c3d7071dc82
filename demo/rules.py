"""The notification list of the demo company: who hears of what at which plant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from accounts.models import Department
from claims.states import Severity
from core.actors import SYSTEM
from demo.company import EAST, MAIN, Company
from notifications.commands import RuleTargets, save_rule
from notifications.models import NotificationRule
from notifications.states import Channel, Occasion

INSIDE = [Channel.IN_APP.value]
BOTH = [Channel.IN_APP.value, Channel.EMAIL.value]


@dataclass(frozen=True)
class Rule:
    """One line of the list; family and defect group by code."""

    site: str
    departments: Sequence[str]
    severity: str = ""
    family: str = ""
    defect_group: str = ""
    channels: Sequence[str] = tuple(INSIDE)
    confirm: bool = True


RULES = (
    Rule(MAIN, ("MLD", "WHS")),
    Rule(MAIN, ("LAB", "ENG", "SAL"), severity=Severity.CRITICAL, channels=BOTH),
    Rule(MAIN, ("LAB",), defect_group="MAT", confirm=False),
    Rule(MAIN, ("TLR",), defect_group="GEO", confirm=False),
    Rule(EAST, ("E-MLD", "E-WHS")),
    Rule(EAST, ("E-LAB", "SAL"), severity=Severity.CRITICAL, channels=BOTH),
    Rule(EAST, ("E-LAB",), family="MED"),
)


def create_rules(company: Company) -> None:
    """Fit the starter list to the company: fewer e-mails, the departments it has."""
    rules = NotificationRule.objects.order_by("pk")
    if rules.filter(site__code=EAST).exists():
        return
    for rule in rules:
        values: dict[str, Any] = {"to_heads": False, "channels": INSIDE}
        save_rule(actor=SYSTEM, rule=rule, values=values)
    departments = {each.code: each for each in Department.objects.all()}
    for line in RULES:
        _add(company, line, departments)


def _add(company: Company, line: Rule, departments: dict[str, Department]) -> None:
    families = {each.family.code: each.family for each in company.products.values() if each.family}
    values = {
        "occasion": Occasion.NOTIFY,
        "site": company.sites[line.site],
        "severity": line.severity,
        "family": families.get(line.family),
        "defect_group": company.defects.get(line.defect_group),
        "channels": list(line.channels),
        "needs_confirmation": line.confirm,
    }
    told = RuleTargets(departments=[departments[code] for code in line.departments])
    save_rule(actor=SYSTEM, rule=None, values=values, targets=told)

"""What the notification list is asked about: a real claim, or one that is only imagined."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Q, prefetch_related_objects

from claims.clocks import UNJUDGED
from claims.models import Claim
from claims.states import Severity
from masterdata.models import DefectCode, Product, ProductFamily
from notifications.models import ContainmentRequest, NotificationRule
from notifications.states import Occasion


@dataclass
class Case:
    """What decides which rules match. Families and defects are read only when a rule asks."""

    severity: str
    site_id: int
    customer_id: int | None = None
    read_families: Callable[[], Iterable[int | None]] = field(default=tuple, repr=False)
    read_defects: Callable[[], Iterable[int | None]] = field(default=tuple, repr=False)

    @cached_property
    def families(self) -> set[int]:
        """The families of the products, with all families above them."""
        parents = dict(ProductFamily.objects.values_list("pk", "parent_id"))
        found: set[int] = set()
        for lowest in self.read_families():
            family: int | None = lowest
            while family is not None and family not in found:
                found.add(family)
                family = parents.get(family)
        return found

    @cached_property
    def defects(self) -> set[int]:
        """The defect codes and their groups."""
        return {pk for pk in self.read_defects() if pk is not None}


def case_of(claim: Claim) -> Case:
    """The case that a claim is now."""

    def families() -> Iterable[int | None]:
        return claim.items.values_list("product__family_id", flat=True)

    def defects() -> Iterable[int | None]:
        rows = claim.items.values_list("defect_id", "defect__group_id")
        return [pk for row in rows for pk in row]

    return Case(effective_severity(claim), claim.site_id, claim.customer_id, families, defects)


def imagined_case(
    *,
    site_id: int,
    severity: str = "",
    customer_id: int | None = None,
    product: Product | None = None,
    family: ProductFamily | None = None,
    defect: DefectCode | None = None,
) -> Case:
    """A claim that is not there; a severity that nobody has judged counts as for real ones."""
    families = {family.pk if family else None, product.family_id if product else None}
    defects = {defect.pk, defect.group_id} if defect else set()
    return Case(severity or UNJUDGED, site_id, customer_id, lambda: families, lambda: defects)


def effective_severity(claim: Claim) -> str:
    """The severity to act on: as judged; critical while somebody wants something stopped; major."""
    if claim.severity:
        return claim.severity
    wants_stop = ContainmentRequest.objects.filter(claim=claim).exists()
    if wants_stop and not claim.containment_waiver:
        return Severity.CRITICAL
    return UNJUDGED


def is_critical(claim: Claim) -> bool:
    """Whether the claim is handled as critical now."""
    return effective_severity(claim) == Severity.CRITICAL


def matching_rules(case: Case, occasion: Occasion) -> list[NotificationRule]:
    """The active rules whose conditions the case meets, with whom they name."""
    rules = rules_for(case, occasion, "site", "family", "defect_group", "customer")
    prefetch_related_objects(rules, "departments", "people", "rooms")
    return rules


def rules_for(case: Case, occasion: Occasion, *related: str) -> list[NotificationRule]:
    """The active rules whose conditions the case meets."""
    rows = NotificationRule.objects.filter(
        Q(severity="") | Q(severity=case.severity),
        Q(site=None) | Q(site=case.site_id),
        Q(customer=None) | Q(customer=case.customer_id),
        occasion=occasion,
        is_active=True,
    )
    rules = list(rows.select_related(*related) if related else rows)
    if any(rule.family_id for rule in rules):
        rules = [rule for rule in rules if rule.family_id in (None, *case.families)]
    if any(rule.defect_group_id for rule in rules):
        rules = [rule for rule in rules if rule.defect_group_id in (None, *case.defects)]
    return rules

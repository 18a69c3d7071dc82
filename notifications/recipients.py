"""Who would be told of what: the notification list applied to one claim."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from django.db.models import Q

from accounts.models import Department, Membership, Role, User
from accounts.selectors import list_people, list_with_role
from claims.clocks import UNJUDGED
from claims.models import Claim
from claims.states import Severity
from masterdata.models import ProductFamily
from notifications.models import ContainmentRequest, NamedRecipient, NotificationRule
from notifications.states import NEVER_SILENT, Channel, Occasion, Reason

BOTH = frozenset({Channel.IN_APP.value, Channel.EMAIL.value})
Key = tuple[int | None, str]


@dataclass(frozen=True)
class Recipient:
    """A person, or an outside address, with the channels by which they are told."""

    user: User | None = None
    address: str = ""
    channels: frozenset[str] = BOTH
    needs_confirmation: bool = False
    reason: Reason = Reason.RULE

    @property
    def key(self) -> Key:
        """Who it is; two entries of the same key are one recipient."""
        return (self.user.pk if self.user is not None else None, self.address)

    @property
    def label(self) -> str:
        """Name or address."""
        return str(self.user) if self.user is not None else self.address

    def joined(self, other: Recipient) -> Recipient:
        """The same recipient, told by both ways; a demand to confirm wins."""
        return replace(
            self,
            channels=self.channels | other.channels,
            needs_confirmation=self.needs_confirmation or other.needs_confirmation,
        )

    def by(self) -> Sequence[str]:
        """The channels that apply: an address has only e-mail, who must confirm has the product."""
        if self.user is None:
            return [Channel.EMAIL.value]
        wanted = self.channels | ({Channel.IN_APP.value} if self.needs_confirmation else set())
        return [channel.value for channel in Channel if channel.value in wanted]


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


def who_would_be_told(claim: Claim, occasion: Occasion) -> list[Recipient]:
    """Everybody who would be told of `occasion` on this claim now, each once, people first.

    Only the living: active accounts of persons. When no rule yields anybody where nobody must be
    left in the dark, the quality managers of the site are told. The number of queries does not
    grow with the list.
    """
    found = Merged()
    found.add_all(_by_rules(matching_rules(claim, occasion), claim))
    if not found and occasion in NEVER_SILENT:
        managers = list_with_role(Role.QUALITY_MANAGER, site_id=claim.site_id)
        found.add_all(
            Recipient(user, needs_confirmation=True, reason=Reason.FALLBACK) for user in managers
        )
    if occasion == Occasion.NOTIFY:
        found.add_all(named_recipients(claim))
    return found.sorted()


def named_recipients(claim: Claim) -> list[Recipient]:
    """Those whom a coordinator named for this claim and who are still with us."""
    rows = NamedRecipient.objects.filter(claim=claim).select_related("user__department")
    return [_named(each) for each in rows if each.user is None or each.user.is_active]


def _named(row: NamedRecipient) -> Recipient:
    return Recipient(
        row.user, row.address, needs_confirmation=row.user is not None, reason=Reason.NAMED
    )


@dataclass
class Merged:
    """Recipients by who they are."""

    by_key: dict[Key, Recipient] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.by_key)

    def add_all(self, recipients: Iterable[Recipient]) -> None:
        """Add each, joining it with what is known of the same one."""
        for each in recipients:
            known = self.by_key.get(each.key)
            self.by_key[each.key] = known.joined(each) if known else each

    def sorted(self) -> list[Recipient]:
        """People by name, then addresses."""
        return sorted(self.by_key.values(), key=lambda each: (each.user is None, each.label))


def matching_rules(claim: Claim, occasion: Occasion) -> list[NotificationRule]:
    """The active rules whose conditions this claim meets."""
    rows = NotificationRule.objects.filter(
        Q(severity="") | Q(severity=effective_severity(claim)),
        Q(site=None) | Q(site=claim.site_id),
        Q(customer=None) | Q(customer=claim.customer_id),
        occasion=occasion,
        is_active=True,
    )
    rules = list(rows.prefetch_related("departments", "people"))
    if any(rule.family_id for rule in rules):
        families = _families_of(claim)
        rules = [rule for rule in rules if rule.family_id in (None, *families)]
    if any(rule.defect_group_id for rule in rules):
        groups = _defects_of(claim)
        rules = [rule for rule in rules if rule.defect_group_id in (None, *groups)]
    return rules


def _families_of(claim: Claim) -> set[int]:
    """The families of the claim's products, with all families above them."""
    parents = dict(ProductFamily.objects.values_list("pk", "parent_id"))
    found: set[int] = set()
    for lowest in claim.items.values_list("product__family_id", flat=True):
        family: int | None = lowest
        while family is not None and family not in found:
            found.add(family)
            family = parents.get(family)
    return found


def _defects_of(claim: Claim) -> set[int]:
    """The defect codes of the claim's items and their groups."""
    rows = claim.items.values_list("defect_id", "defect__group_id")
    return {pk for row in rows for pk in row if pk is not None}


def _by_rules(rules: Sequence[NotificationRule], claim: Claim) -> list[Recipient]:
    """Everybody whom the rules name, in as many queries for many rules as for one."""
    people = _people_of(rules, claim)
    return [
        Recipient(
            user,
            address,
            channels=frozenset(rule.channels),
            needs_confirmation=rule.needs_confirmation and user is not None,
        )
        for rule in rules
        for user, address in [
            *((people[pk], "") for pk in _ids_of(rule, people.roles, people.heads) if pk in people),
            *((None, address) for address in rule.addresses),
        ]
    ]


class People(dict[int, User]):
    """The living among those whom rules may mean: by id, by role at the site, by department."""

    roles: dict[str, set[int]]
    heads: Heads


@dataclass
class Heads:
    """Whom departments stand for."""

    of_site: set[int]
    head: dict[int, int]
    members: dict[int, set[int]]


def _ids_of(rule: NotificationRule, roles: dict[str, set[int]], heads: Heads) -> set[int]:
    found = {user.pk for user in rule.people.all()}
    for role in rule.roles:
        found |= roles.get(role, set())
    if rule.to_heads:
        found |= heads.of_site
    for department in rule.departments.all():
        if department.pk in heads.head:
            found.add(heads.head[department.pk])
        if rule.whole_departments:
            found |= heads.members.get(department.pk, set())
    return found


def _people_of(rules: Sequence[NotificationRule], claim: Claim) -> People:
    people = People()
    people.roles = _with_roles({role for rule in rules for role in rule.roles}, claim.site_id)
    people.heads = _heads_of(rules, claim.site_id)
    wanted = set().union(
        *(_ids_of(rule, people.roles, people.heads) for rule in rules),
    )
    people.update({user.pk: user for user in list_people().filter(pk__in=wanted)})
    return people


def _with_roles(roles: set[str], site_id: int) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    if roles:
        rows = Membership.objects.filter(Q(site=site_id) | Q(site=None), role__in=roles)
        for role, user_id in rows.values_list("role", "user_id"):
            found.setdefault(role, set()).add(user_id)
    return found


def _heads_of(rules: Sequence[NotificationRule], site_id: int) -> Heads:
    heads = Heads(set(), {}, {})
    named = [department for rule in rules for department in rule.departments.all()]
    heads.head = {each.pk: each.head_id for each in named if each.head_id is not None}
    whole = {each.pk for rule in rules if rule.whole_departments for each in rule.departments.all()}
    if whole:
        rows = User.objects.filter(department__in=whole).values_list("department_id", "pk")
        for department, user in rows:
            if department is not None:
                heads.members.setdefault(department, set()).add(user)
    if any(rule.to_heads for rule in rules):
        active = Department.objects.filter(site=site_id, is_active=True).exclude(head=None)
        heads.of_site = {pk for pk in active.values_list("head_id", flat=True) if pk is not None}
    return heads

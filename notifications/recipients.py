"""Who would be told of what: the notification list applied to one claim or case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from django.db.models import Q

from accounts.models import Absence, Department, Membership, Role, User
from accounts.selectors import absences_at, list_people, list_with_role, substitute_in
from claims.models import Claim
from core import clock
from notifications.cases import Case, case_of, matching_rules, rules_for
from notifications.models import ChatRoom, FallbackList, NamedRecipient, NotificationRule
from notifications.states import NEVER_SILENT, PERSONAL, Channel, Occasion, Reason

BOTH = frozenset(each.value for each in PERSONAL)
Key = tuple[int | None, str, int | None]


@dataclass(frozen=True)
class Recipient:
    """A person, outside address or chat room, with the channels by which they are told, and why.

    `within` are the demands by which working hour to confirm, None being the deadline policy's; the
    strictest counts. `stands_in_for` names those in whose place a substitute is told; `absence` is
    the person's own, now.
    """

    user: User | None = None
    address: str = ""
    channels: frozenset[str] = BOTH
    needs_confirmation: bool = False
    reason: Reason = Reason.RULE
    within: frozenset[int | None] = frozenset({None})
    rules: tuple[NotificationRule, ...] = ()
    stands_in_for: tuple[str, ...] = ()
    absence: Absence | None = None
    room: ChatRoom | None = None

    @property
    def key(self) -> Key:
        """Who it is; two entries of the same key are one recipient."""
        return (
            self.user.pk if self.user is not None else None,
            self.address,
            self.room.pk if self.room is not None else None,
        )

    @property
    def label(self) -> str:
        """Name or address."""
        return str(self.user or self.room or self.address)

    def joined(self, other: Recipient) -> Recipient:
        """The same recipient, told by both ways; a demand to confirm wins, the strictest one."""
        demands = [each.within for each in (self, other) if each.needs_confirmation]
        names = dict.fromkeys((*self.stands_in_for, *other.stands_in_for))
        return replace(
            self,
            channels=self.channels | other.channels,
            needs_confirmation=bool(demands),
            within=frozenset().union(*demands) or self.within,
            rules=(*self.rules, *(rule for rule in other.rules if rule not in self.rules)),
            stands_in_for=tuple(names),
        )

    def kept_for_later(self, absence: Absence | None) -> Recipient:
        """What the person finds in the product on return, with nothing asked."""
        inside = frozenset({Channel.IN_APP.value})
        return replace(self, channels=inside, needs_confirmation=False, absence=absence)

    def passed_to(self, substitute: User) -> Recipient:
        """The same for who stands in."""
        return replace(self, user=substitute, stands_in_for=(self.label,))

    def by(self) -> Sequence[str]:
        """The channels that apply: who must confirm has the product among them."""
        if self.room is not None:
            return [Channel.CHAT.value]
        if self.user is None:
            return [Channel.EMAIL.value]
        wanted = self.channels | ({Channel.IN_APP.value} if self.needs_confirmation else set())
        return [channel.value for channel in Channel if channel.value in wanted]


def who_would_be_told(claim: Claim, occasion: Occasion) -> list[Recipient]:
    """Everybody who would be told of `occasion` on this claim now, each once, people first.

    Only the living: active accounts of persons; who is away with their substitutes. When no rule
    yields a person where nobody must be left in the dark, the fallback list of the site is told.
    The number of queries does not grow with the list.
    """
    return with_substitutes(listed_for(claim, occasion))


def told_in(case: Case, occasion: Occasion) -> list[Recipient]:
    """The same for a case that need not be a claim."""
    return with_substitutes(_listed(case, occasion))


def is_anybody_told(claim: Claim, occasion: Occasion) -> bool:
    """Whether the list yields a person or an address; a chat room alone answers nothing.

    What most rules name is looked at first, and the whole list only if that yields nobody.
    """
    rules = rules_for(case_of(claim), occasion)
    if any(rule.addresses for rule in rules):
        return True
    roles = {role for rule in rules for role in rule.roles}
    if roles and list_with_role(*roles, site_id=claim.site_id).exists():
        return True
    return any(each.room is None for each in listed_for(claim, occasion))


def listed_for(claim: Claim, occasion: Occasion) -> list[Recipient]:
    """Whom the list means, whether they are there or away."""
    named = named_recipients(claim) if occasion == Occasion.NOTIFY else ()
    return _listed(case_of(claim), occasion, named)


def _listed(case: Case, occasion: Occasion, named: Iterable[Recipient] = ()) -> list[Recipient]:
    found = Merged()
    found.add_all(_by_rules(matching_rules(case, occasion), case.site_id))
    if occasion in NEVER_SILENT and not found.has_people:
        found.add_all(fallback_recipients(case.site_id))
    found.add_all(named)
    return found.sorted()


def fallback_recipients(site_id: int) -> list[Recipient]:
    """Whom the site's fallback list names, else its quality managers; they have to confirm."""
    people = list_people().filter(
        pk__in=FallbackList.people.through.objects.filter(fallbacklist__site=site_id).values("user")
    )
    chosen = list(people) or list_with_role(Role.QUALITY_MANAGER, site_id=site_id)
    return [Recipient(user, needs_confirmation=True, reason=Reason.FALLBACK) for user in chosen]


def is_unanswered(recipients: Iterable[Recipient]) -> bool:
    """Whether no rule has named a living person."""
    return not any(each.user and each.reason == Reason.RULE for each in recipients)


def with_substitutes(recipients: Iterable[Recipient]) -> list[Recipient]:
    """Who stands in for those away is told in their place; the absent keep a notice to read later.

    See docs/adr/0025-who-stands-in.md.
    """
    recipients = list(recipients)
    away = absences_at(clock.now()) if recipients else {}
    found = Merged()
    for each in recipients:
        absent = away.get(each.user.pk) if each.user is not None else None
        substitute = substitute_in(away, absent.user) if absent else None
        if substitute is None:
            found.add_all([replace(each, absence=absent)])
        else:
            found.add_all([each.kept_for_later(absent), each.passed_to(substitute)])
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

    @property
    def has_people(self) -> bool:
        """Whether a person is among them; an address or a room alone answers nothing."""
        return any(each.user is not None for each in self.by_key.values())

    def add_all(self, recipients: Iterable[Recipient]) -> None:
        """Add each, joining it with what is known of the same one."""
        for each in recipients:
            known = self.by_key.get(each.key)
            self.by_key[each.key] = known.joined(each) if known else each

    def sorted(self) -> list[Recipient]:
        """People by name, then addresses and rooms."""
        return sorted(self.by_key.values(), key=lambda each: (each.user is None, each.label))


def _by_rules(rules: Sequence[NotificationRule], site_id: int) -> list[Recipient]:
    """Everybody whom the rules name, in as many queries for many rules as for one."""
    people = _people_of(rules, site_id)
    return [
        Recipient(
            user,
            address,
            channels=frozenset(rule.channels),
            needs_confirmation=rule.needs_confirmation and user is not None,
            within=frozenset({rule.confirm_within}),
            rules=(rule,),
            room=room,
        )
        for rule in rules
        for user, address, room in _named_by(rule, people, site_id)
    ]


def _named_by(
    rule: NotificationRule, people: People, site_id: int
) -> Iterator[tuple[User | None, str, ChatRoom | None]]:
    """Those of a rule who can be told: the living, all addresses, rooms in use at the site."""
    for pk in _ids_of(rule, people.roles, people.heads):
        if pk in people:
            yield people[pk], "", None
    for address in rule.addresses:
        yield None, address, None
    for room in rule.rooms.all():
        if room.is_active and room.site_id in (None, site_id):
            yield None, "", room


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


def _people_of(rules: Sequence[NotificationRule], site_id: int) -> People:
    people = People()
    people.roles = _with_roles({role for rule in rules for role in rule.roles}, site_id)
    people.heads = _heads_of(rules, site_id)
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

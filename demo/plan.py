"""Which claims there are: when, about what, from whom, what is special about each. Pure data."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from claims.states import Channel, Severity
from demo.content import Story, load_stories, load_table
from demo.patterns import PATTERNS, SEASON, Pattern
from demo.supply import Delivery, Supply

MONTHS = 18
ZONE = ZoneInfo("Europe/Moscow")
# What is shipped is complained about after so many days.
SOONEST, LATEST = 4, 75
CHANNELS = {
    Channel.EMAIL: 9,
    Channel.PHONE: 3,
    Channel.PORTAL: 3,
    Channel.LETTER: 2,
    Channel.API: 2,
    Channel.VISIT: 1,
    Channel.MESSENGER: 1,
    Channel.SHOP_FLOOR: 1,
}
MAIN_HANDLERS = ("kravtsova", "kravtsova", "sobolev", "sobolev", "vakhrusheva")
EAST_LINES = ("L7", "L8", "L9")
# How often something special happens to a claim.
TWISTS = {
    "duplicate": 0.02,
    "withdrawn": 0.02,
    "no_claim": 0.012,
    "reopened": 0.02,
    "back_to_investigation": 0.03,
    "back_to_analysis": 0.03,
    "answer_returned": 0.07,
    "paused": 0.08,
    "extension": 0.1,
    "ineffective": 0.03,
    "action_cancelled": 0.02,
    "partly": 0.12,
    "slow": 0.13,
}
# The laboratory has had a queue since then: the full investigation takes longer.
QUEUE_SINCE = timedelta(days=90)
# Of the claims that came lately so many wait somewhere, most of them longer than they should.
STALLED = 0.5
EARLY_STALLS = ("receipt", "notification", "registration", "initial_investigation")
LATE_STALLS = ("response", "approval", "approval")
FULL_STALLS = ("full_investigation", "full_investigation", "pause", "analysis", "analysis")
# Claims that come to nothing, and what a duplicate has from the claim it doubles.
DROPPED = frozenset({"duplicate", "withdrawn", "no_claim"})
DOUBLED = ("story", "customer", "delivery", "quantity", "severity", "site", "handler")
# After so many days a claim has surely come so far, however slow its people are: where chance left
# a step empty, the youngest such claim waits in it, so that every step shows something on any day.
REACHED = {
    "receipt": 0,
    "notification": 1,
    "registration": 2,
    "initial_investigation": 5,
    "full_investigation": 14,
    "analysis": 25,
    "response": 30,
}


@dataclass(frozen=True)
class ClaimPlan:
    """One claim to be told."""

    index: int
    received_at: datetime
    story: Story
    customer: str
    delivery: Delivery
    quantity: int
    severity: str
    channel: str
    site: str
    handler: str
    title: int
    twists: frozenset[str] = frozenset()
    stall: str = ""
    repeat_of: int | None = None
    duplicate_of: int | None = None
    number: str = ""
    is_front: bool = False

    @property
    def is_short(self) -> bool:
        """Answered directly: nothing to find out, or a small matter that is soon clear."""
        if not self.story.is_full or self.stall in FULL_STALLS:
            return not self.story.is_full
        small = self.severity == Severity.MINOR and self.story.replacement is None
        return small and self.index % 3 != 0

    @property
    def language(self) -> str:
        """The customer's language, in which everything about the claim is written."""
        return str(load_table("customers")[self.customer]["language"])


def first_day(today: date) -> date:
    """The first day of the month in which the telling begins."""
    month = today.year * 12 + today.month - 1 - MONTHS
    return date(month // 12, month % 12 + 1, 1)


def make_plan(supply: Supply, until: datetime, count: int, seed: int) -> list[ClaimPlan]:
    """About `count` claims up to `until`, oldest first; the same seed gives the same plan."""
    chance = random.Random(f"plan {seed}")  # noqa: S311 - chance, no secret
    drafts = sorted(_moments(chance, until.astimezone(ZONE), count), key=lambda draft: draft[0])
    claims: list[ClaimPlan] = []
    for moment, story in _apart(drafts):
        claim = _claim(chance, supply, moment, story, len(claims))
        if claim is not None:
            claims.append(_with_twists(chance, claim, until))
    claims = _in_every_step(claims, until)
    front = _front(claims, until)
    linked: list[ClaimPlan] = []
    for claim in claims:
        marked = replace(claim, is_front=claim.index in front)
        linked.append(_with_links(marked, linked))
    return linked


def _in_every_step(claims: list[ClaimPlan], until: datetime) -> list[ClaimPlan]:
    """The same claims, of which at least one waits in each step of `REACHED`."""
    dealt = list(claims)
    for stall in REACHED:
        if _youngest_in(stall, claims, until) is None:
            free = [
                claim
                for claim in dealt
                if not claim.stall
                and (claim.story.is_full or stall not in FULL_STALLS)
                and _can_wait(claim, stall, until)
            ]
            if free:
                dealt[free[-1].index] = replace(free[-1], stall=stall, twists=frozenset())
    return dealt


def _youngest_in(stall: str, claims: list[ClaimPlan], until: datetime) -> ClaimPlan | None:
    """The youngest claim that waits in that step."""
    found = (each for each in reversed(claims) if each.stall == stall)
    return next((each for each in found if _can_wait(each, stall, until)), None)


def _can_wait(claim: ClaimPlan, stall: str, until: datetime) -> bool:
    """Whether it is old enough to have come there, and neither dropped nor moving by itself."""
    urgent = claim.severity == Severity.CRITICAL or claim.story.is_safety
    is_there = until - claim.received_at >= timedelta(days=REACHED[stall])
    return is_there and not urgent and not DROPPED & claim.twists


def in_order(plans: list[ClaimPlan]) -> list[ClaimPlan]:
    """The order of telling: first what shows every step, then the rest."""
    return sorted(plans, key=lambda plan: (not plan.is_front, plan.index))


def _front(claims: list[ClaimPlan], until: datetime) -> set[int]:
    """A tenth of the claims, among them some in every step: enough to look around."""
    ages = {claim.index: (until - claim.received_at).days for claim in claims}
    usual = [claim for claim in claims if not claim.stall and not DROPPED & claim.twists]
    full = [claim for claim in usual if claim.story.is_full]
    groups = [
        [claim for claim in claims if claim.stall],
        [claim for claim in usual if ages[claim.index] < 9],
        [claim for claim in full if 25 < ages[claim.index] < 80],
        [claim for claim in usual if ages[claim.index] > 150],
        [claim for claim in claims if DROPPED & claim.twists and "duplicate" not in claim.twists],
    ]
    room = max(len(claims) // 10, 12)
    shares = (0.4, 0.15, 0.2, 0.2, 0.05)
    chosen = [
        group[-max(1, round(room * share)) :] for group, share in zip(groups, shares, strict=True)
    ]
    waiting = (_youngest_in(stall, claims, until) for stall in REACHED)
    return {
        *(claim.index for group in chosen for claim in group),
        *(claim.index for claim in waiting if claim is not None),
    }


def _moments(
    chance: random.Random, until: datetime, count: int
) -> Iterator[tuple[datetime, Story]]:
    """When which story is told again: the patterns month by month, chance for the rest."""
    stories = load_stories()
    months = list(_months(until))
    wanted = sum(SEASON[month.month] * share for month, share in months)
    for place, (month, share) in enumerate(months):
        ago = len(months) - 1 - place
        room = count * SEASON[month.month] * share / wanted
        for key, pattern in PATTERNS.items():
            for _ in range(_rounded(chance, pattern.count(ago, month) * share * count / 400)):
                yield _moment(chance, month, until), stories[key]
                room -= 1
        usual = [each for each in stories.values() if _is_usual(each, month)]
        weights = [2 if story.is_full else 5 for story in usual]
        for _ in range(_rounded(chance, max(room, 0))):
            yield _moment(chance, month, until), chance.choices(usual, weights)[0]


def _apart(
    drafts: list[tuple[datetime, Story]],
) -> Iterator[tuple[datetime, Story]]:
    """No two in the same second: a claim that was told is known again by its moment."""
    last: datetime | None = None
    for moment, story in drafts:
        last = moment if last is None else max(moment, last + timedelta(seconds=1))
        yield last, story


def _months(until: datetime) -> Iterator[tuple[date, float]]:
    """The first day of each month and which share of it has passed."""
    month = first_day(until.date())
    while month <= until.date():
        following = _next_month(month)
        passed = (min(until.date(), following) - month).days / (following - month).days
        yield month, max(passed, 0.03)
        month = following


def _next_month(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)


def _is_usual(story: Story, month: date) -> bool:
    pattern = PATTERNS.get(story.key)
    if pattern is not None and not pattern.also_by_chance:
        return False
    return not story.months or month.month in story.months


def _rounded(chance: random.Random, number: float) -> int:
    """A whole number that is right on average."""
    whole = int(number)
    return whole + (chance.random() < number - whole)


def _moment(chance: random.Random, month: date, until: datetime) -> datetime:
    """An instant of a working day of that month."""
    last = min(_next_month(month) - timedelta(days=1), until.date())
    for _ in range(50):
        day = month + timedelta(days=chance.randrange((last - month).days + 1))
        minute = chance.randrange(8 * 60 + 5, 17 * 60)
        moment = datetime(
            day.year, day.month, day.day, minute // 60, minute % 60, chance.randrange(60),
            tzinfo=ZONE,
        )  # fmt: skip
        if day.weekday() < 5 and moment < until - timedelta(minutes=20):
            return moment
    return until - timedelta(minutes=25 + chance.randrange(200))


def _claim(
    chance: random.Random, supply: Supply, moment: datetime, story: Story, index: int
) -> ClaimPlan | None:
    """A claim about something that was shipped; None when nothing fitting was."""
    pattern = PATTERNS.get(story.key, Pattern())
    delivery = _delivery(chance, supply, moment.date(), story, pattern)
    if delivery is None:
        return None
    low, high = story.share
    quantity = max(1, round(delivery.quantity * chance.uniform(low, high) / 100))
    site = "EAST" if delivery.lot.line in EAST_LINES else "MAIN"
    return ClaimPlan(
        index=index,
        received_at=moment,
        story=story,
        customer=delivery.customer,
        delivery=delivery,
        quantity=quantity,
        severity=chance.choice(story.severity),
        channel=chance.choices(list(CHANNELS), list(CHANNELS.values()))[0],
        site=site,
        handler="chuzhov" if site == "EAST" else chance.choice(MAIN_HANDLERS),
        title=chance.randrange(len(story.titles)),
    )


def _delivery(
    chance: random.Random, supply: Supply, day: date, story: Story, pattern: Pattern
) -> Delivery | None:
    """A recent delivery of a product of the story, where it says from one of its lines."""
    wanted_line = chance.choice(story.lines) if story.lines else ""
    products = pattern.products or story.products
    found = [
        each
        for product in products
        for each in supply.by_product[product]
        if SOONEST <= (day - each.shipped_on).days <= LATEST
    ]
    on_line = [each for each in found if each.lot.line == wanted_line]
    found = on_line or found
    if not found:
        return None
    customers = load_table("customers")
    return chance.choices(found, [_readiness(customers, each, pattern) for each in found])[0]


def _readiness(customers: dict[str, dict[str, int]], each: Delivery, pattern: Pattern) -> float:
    """Some customers complain more readily than others."""
    row = customers[each.customer]
    usual = row["claims"] / row["weight"]
    return usual * (8 if each.customer == pattern.customer else 1)


def _with_twists(chance: random.Random, claim: ClaimPlan, until: datetime) -> ClaimPlan:
    age = until - claim.received_at
    twists = {name for name, often in TWISTS.items() if chance.random() < often}
    if claim.story.is_full and age < QUEUE_SINCE and chance.random() < 0.35:
        twists.add("queue")
    if claim.severity == Severity.CRITICAL:
        twists -= DROPPED
    stalled = timedelta(days=1) < age < timedelta(days=75) and chance.random() < STALLED
    early = EARLY_STALLS if age < timedelta(days=21) else ()
    stalls = [*early, *LATE_STALLS, *(FULL_STALLS if claim.story.is_full else ())]
    stall = chance.choice(stalls) if stalled else ""
    return replace(claim, twists=frozenset(twists), stall=stall)


def _with_links(claim: ClaimPlan, earlier: list[ClaimPlan]) -> ClaimPlan:
    """A duplicate needs a claim it doubles; a repeat is told of the same product and story.

    What is told first knows only of what was told before it.
    """
    known = [each for each in earlier if each.is_front] if claim.is_front else earlier
    if "duplicate" in claim.twists:
        found = _last(known, claim, timedelta(days=20), _same_customer)
        if found is None:
            return replace(claim, twists=claim.twists - {"duplicate"})
        return replace(
            claim,
            duplicate_of=found.index,
            stall="",
            **{name: getattr(found, name) for name in DOUBLED},
        )
    if claim.story.is_full:
        found = _last(known, claim, timedelta(days=360), _same_problem)
        if found is not None and claim.received_at - found.received_at > timedelta(days=20):
            return replace(claim, repeat_of=found.index)
    return claim


def _last(
    earlier: list[ClaimPlan],
    claim: ClaimPlan,
    within: timedelta,
    alike: Callable[[ClaimPlan, ClaimPlan], bool],
) -> ClaimPlan | None:
    """The claim before this one that is like it and was not dropped."""
    for each in reversed(earlier):
        if claim.received_at - each.received_at > within:
            return None
        if alike(each, claim) and not DROPPED & each.twists:
            return each
    return None


def _same_customer(one: ClaimPlan, other: ClaimPlan) -> bool:
    return one.customer == other.customer


def _same_problem(one: ClaimPlan, other: ClaimPlan) -> bool:
    same_product = one.delivery.lot.product == other.delivery.lot.product
    return same_product and one.story.key == other.story.key

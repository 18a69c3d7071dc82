"""Makes the demo company and tells its claims, once; what was broken off goes on where it stood."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from datetime import time as day_time
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from claims.commands.numbers import draw_numbers
from claims.models import Claim
from core import clock
from core.actors import SYSTEM
from demo import events
from demo.company import MAIN, Company, create_company, load_company
from demo.habits import create_room, enter_absences
from demo.plan import ZONE, ClaimPlan, first_day, in_order, make_plan
from demo.rules import create_rules
from demo.story import tell
from demo.supply import Delivery, Supply, make_supply
from events.commands import record
from events.models import Event
from events.registry import EventKind
from masterdata.commands import ShippedLine, record_shipments, upsert
from masterdata.models import Lot, Product, ProductionLine, Site

SEED = 12
CLAIMS = 400
LONGEST_REST = 0.5
DUMMY_MAIL = "django.core.mail.backends.dummy.EmailBackend"
Progress = Callable[[int, int], object]


@dataclass(frozen=True)
class Task:
    """What was begun: claims up to an instant, under these numbers. Kept in history, so that
    another start goes on where this one stood."""

    until: datetime
    claims: int
    seed: int
    numbers: list[str]

    def plans(self) -> list[ClaimPlan]:
        """The claims to be told, in the order of telling."""
        plans = make_plan(supply_until(self.until, self.seed), self.until, self.claims, self.seed)
        numbered = zip(plans, self.numbers, strict=True)
        return in_order([replace(plan, number=number) for plan, number in numbered])


def seed(
    *, claims: int = CLAIMS, front_only: bool = False, progress: Progress = lambda more, total: None
) -> None:
    """Tell what is not told yet; about `claims` claims if nothing was begun before.

    With `front_only` no more than what shows every step. `progress` hears how many claims more are
    told, and how many there will be.
    """
    if is_finished():
        return
    with quiet():
        task = current_task() or begin(claims)
        plans = task.plans()
        if front_only:
            plans = [plan for plan in plans if plan.is_front]
        for told in tell_next(task, plans):
            progress(told, len(plans))
        if not front_only:
            finish(task)


def tell_some(seconds: float) -> tuple[int, int]:
    """Tell claims for so long if any are left; answers how many are told, of how many.

    Does nothing where no demo company was begun. Rests between claims as long as each took, so
    that on SQLite other writers find the database free.
    """
    task = None if is_finished() else current_task()
    if task is None:
        return 0, 0
    ends, told, plans = time.monotonic() + seconds, 0, task.plans()
    with quiet():
        begun = time.monotonic()
        for more in tell_next(task, plans):
            told += more
            if told == len(plans):
                finish(task)
            elif time.monotonic() > ends:
                break
            time.sleep(min(time.monotonic() - begun, LONGEST_REST))
            begun = time.monotonic()
    return told, len(plans)


def supply_until(until: datetime, seed_: int) -> Supply:
    """What the company made and shipped up to an instant."""
    last = until.astimezone(ZONE).date()
    chance = random.Random(f"supply {seed_}")  # noqa: S311 - chance, no secret
    return make_supply(chance, first_day(last), last)


@contextmanager
def quiet() -> Iterator[None]:
    """Inside, mail is taken and thrown away, and no worker is rung."""
    kept = settings.EMAIL_BACKEND, settings.EVENTS_NUDGE
    settings.EMAIL_BACKEND, settings.EVENTS_NUDGE = DUMMY_MAIL, False
    try:
        yield
    finally:
        settings.EMAIL_BACKEND, settings.EVENTS_NUDGE = kept


def current_task() -> Task | None:
    """What was begun in this database."""
    begun = _marks(events.BEGUN).first()
    if begun is None:
        return None
    data = begun.data
    until = datetime.fromisoformat(data["until"])
    return Task(until, data["claims"], data["seed"], data["numbers"])


def is_finished() -> bool:
    """Whether nothing is left to tell."""
    return _marks(events.FINISHED).exists()


def _marks(kind: EventKind) -> QuerySet[Event]:
    """The events of that kind on the site that stands for the company."""
    sites = Site.objects.filter(code=MAIN).values_list("pk", flat=True)
    keys = [str(pk) for pk in sites]
    subject = {"subject_type": Site._meta.label_lower, "subject_id__in": keys}
    return Event.objects.filter(kind=kind.name, **subject)


def begin(claims: int) -> Task:
    """Create the company and what it made and shipped, in one transaction."""
    until = clock.now().replace(microsecond=0)
    supply = supply_until(until, SEED)
    plans = make_plan(supply, until, claims, SEED)
    first = datetime.combine(first_day(until.astimezone(ZONE).date()), day_time(8), ZONE)
    with transaction.atomic():
        with clock.moved_to(first):
            create_company()
            company = load_company()
            create_rules(company)
            create_room(company)
        _make(supply, until)
        task = Task(until, claims, SEED, _numbers(plans))
        site = Site.objects.get(code=MAIN)
        record(events.BEGUN, actor=SYSTEM, subject=site, data=asdict(task))
    return task


def _numbers(plans: list[ClaimPlan]) -> list[str]:
    """Numbers in the order of receipt, drawn now, as the claims are told in another order."""
    years = groupby(plans, lambda plan: plan.received_at.year)
    return [number for year, group in years for number in draw_numbers(year, len(list(group)))]


def _make(supply: Supply, until: datetime) -> None:
    """Lots on their days, deliveries week by week, as the ERP would send them."""

    def evening(day: date) -> datetime:
        return min(datetime.combine(day, day_time(19), ZONE), until)

    erp = load_company().erp
    products, lines = _by_code(Product), _by_code(ProductionLine)
    for lot in supply.lots:
        values = {
            "product": products[lot.product],
            "line": lines[lot.line],
            "produced_on": lot.produced_on,
            "shift": lot.shift,
            "quantity": Decimal(lot.quantity),
            "raw_lots": list(lot.raw_lots),
        }
        with clock.moved_to(evening(lot.produced_on)):
            upsert(Lot, actor=erp, key=lot.code, values=values)
    for _week, group in groupby(supply.deliveries, lambda each: each.shipped_on.isocalendar()[:2]):
        deliveries = list(group)
        with clock.moved_to(evening(deliveries[-1].shipped_on)):
            record_shipments(actor=erp, lines=[_line(each) for each in deliveries])


def _by_code(model: Any) -> dict[str, Any]:
    return {each.code: each for each in model.objects.all()}


def _line(delivery: Delivery) -> ShippedLine:
    return ShippedLine(
        document_no=delivery.document_no,
        shipped_on=delivery.shipped_on,
        customer=delivery.customer,
        position=delivery.position,
        product=delivery.lot.product,
        quantity=Decimal(delivery.quantity),
        lot=delivery.lot.code,
    )


def tell_next(task: Task, plans: Sequence[ClaimPlan]) -> Iterator[int]:
    """Tell claim after claim, each with everything that became of it in one transaction.

    Yields how many claims more are told: first those that were told before, then one by one.
    """
    company = load_company()
    known = Claim.objects.filter(number__in=task.numbers)
    told = set(known.values_list("number", flat=True))
    yield sum(plan.number in told for plan in plans)
    for plan in plans:
        if plan.number not in told:
            with transaction.atomic():
                _tell(company, task, plan)
            yield 1


def _tell(company: Company, task: Task, plan: ClaimPlan) -> None:
    # Two at once wait for each other here, and the second finds the claim told.
    Site.objects.select_for_update(no_key=True).get(code=MAIN)
    if Claim.objects.filter(number=plan.number).exists():
        return
    other = plan.duplicate_of if plan.duplicate_of is not None else plan.repeat_of
    earlier = None
    if other is not None:
        earlier = Claim.objects.filter(number=task.numbers[other]).first()
    tell(company, plan, until=task.until, seed=task.seed, earlier=earlier)


def finish(task: Task) -> None:
    """Nothing is left to tell but what is so today."""
    with transaction.atomic(), clock.moved_to(task.until):
        enter_absences(load_company(), task.until.astimezone(ZONE).date())
        site = Site.objects.get(code=MAIN)
        record(events.FINISHED, actor=SYSTEM, subject=site, data={"claims": len(task.numbers)})

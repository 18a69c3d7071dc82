"""Tells one claim: keeps its own time, acts as one person after the other, fills in the words."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from accounts.models import User
from claims.models import Claim
from claims.selectors import get_claim
from claims.states import Severity
from core import clock
from core.actors import SYSTEM, Actor
from demo.company import Company
from demo.content import Text
from demo.plan import ClaimPlan
from demo.supply import Product, list_products
from demo.words import words
from events import relay
from masterdata.models import Lot, Site
from masterdata.selectors import schedule_of
from notifications.commands import send_due_messages
from responses.commands import outbox

Result = TypeVar("Result")
# Working minutes of a day.
DAY = 8 * 60
PACE = {Severity.CRITICAL: 0.5, Severity.MAJOR: 1.0, Severity.MINOR: 1.8}
# So long before the present the telling ends, so that everything it leaves lies in the past.
MARGIN = timedelta(minutes=2)


class Present(Exception):
    """The rest of the story lies in the future."""


class Teller:
    """One claim being told. `now` moves forward only; past `until` the story ends."""

    def __init__(self, company: Company, plan: ClaimPlan, until: datetime, seed: int) -> None:
        self.company = company
        self.plan = plan
        self.story = plan.story
        self.until = until - MARGIN
        self.now = plan.received_at
        self.chance = random.Random(f"{seed} {plan.index}")  # noqa: S311 - no secret
        self.site: Site = company.sites[plan.site]
        self.pace = PACE[Severity(plan.severity)] * self.chance.uniform(0.65, 1.05)
        if "slow" in plan.twists:
            self.pace *= self.chance.uniform(1.5, 2.4)
        # As it was read last: commands lock and read it anew, so most need no more than this.
        self.claim: Claim = Claim()
        self.lot = Lot.objects.select_related("product", "line").get(code=plan.delivery.lot.code)
        self.product: Product = list_products()[plan.delivery.lot.product]
        self.currency = "EUR" if plan.customer in ("JADRAN", "GULFAIR", "LOTUS") else "RUB"
        self.values = self._values()

    # --- Time ---------------------------------------------------------------------------------

    def wait(self, low: float, high: float, *, steady: bool = False) -> None:
        """Let so many working minutes pass (fewer for who is quick, unless `steady`)."""
        minutes = self.chance.uniform(low, high) * (1 if steady else self.pace)
        self._go_to(schedule_of(self.site).add_working_minutes(self.now, max(1, round(minutes))))

    def wait_days(self, days: float) -> None:
        """Let calendar days pass, up to a moment at work."""
        later, minutes = self.now + timedelta(days=days), self.chance.randint(5, 200)
        self._go_to(schedule_of(self.site).add_working_minutes(later, minutes))

    def _go_to(self, later: datetime) -> None:
        # A few seconds, as people do not act on the full minute.
        later += timedelta(seconds=self.chance.randrange(59))
        if later >= self.until:
            raise Present
        self.now = later

    def stall_in(self, step: str) -> None:
        """Here the claim is left to wait when the plan says so."""
        if self.plan.stall == step:
            raise Present

    @property
    def today(self) -> date:
        """The day at the plant."""
        return self.now.astimezone(schedule_of(self.site).zone).date()

    # --- Deeds --------------------------------------------------------------------------------

    def as_(self, who: User | str, command: Callable[..., Result], **values: Any) -> Result:
        """Let a person (or who plays that part) give a command at the present of the story."""
        user = self.part(who) if isinstance(who, str) else who
        return self.run(self.company.actor(user), command, **values)

    def run(self, actor: Actor, command: Callable[..., Result], **values: Any) -> Result:
        """The same for any actor; a moment passes."""
        with clock.moved_to(self.now):
            result = command(actor=actor, **values)
        self.now += timedelta(seconds=self.chance.randint(20, 150))
        return result

    def relay(self) -> None:
        """What follows from events, and the mail, at the present of the story."""
        with clock.moved_to(self.now):
            if relay.run_pending():
                send_due_messages()

    def post(self) -> None:
        """Letters that were given to the mail."""
        with clock.moved_to(self.now):
            outbox.send_due()

    def reread(self) -> Claim:
        """The claim as it is now."""
        self.claim = get_claim(SYSTEM, self.plan.number)
        return self.claim

    # --- People -------------------------------------------------------------------------------

    def part(self, name: str) -> User:
        """Who plays a part at the claim's site."""
        return self.company.part(name, self.plan.site)

    @property
    def handler(self) -> User:
        """Who owns the claim."""
        return self.company.people[self.plan.handler]

    @property
    def judge(self) -> User:
        """The quality manager who signs, verifies and closes."""
        return self.part("quality")

    @property
    def deputy(self) -> User:
        """Another quality manager."""
        return self.part("deputy")

    # --- Words --------------------------------------------------------------------------------

    def text(self, text: Text) -> str:
        """The words in the customer's language, filled."""
        return text.in_(self.plan.language, self.values)

    def say(self, name: str, **values: Any) -> str:
        """Words that many claims share, filled."""
        text = words(name, self.chance)
        return text.in_(self.plan.language, {**self.values, **values})

    def _values(self) -> dict[str, Any]:
        delivery = self.plan.delivery
        return {
            "lot": delivery.lot.code,
            "code": delivery.lot.product,
            "name": self.product.name(self.plan.language),
            "n": delivery.lot.line.removeprefix("L"),
            "qty": self.number(self.plan.quantity),
            "delivered": self.number(delivery.quantity),
        }

    def number(self, value: int) -> str:
        """4 800, or 4,800 in English."""
        separator = "," if self.plan.language == "en" else "\N{NO-BREAK SPACE}"
        return f"{value:,}".replace(",", separator)

    def money(self, roubles: Decimal | float) -> Decimal:
        """The amount in the currency of the claim."""
        rate = 95 if self.currency == "EUR" else 1
        return (Decimal(roubles) / rate).quantize(Decimal("0.01"))

"""Claims and all that hangs on them, written chunk by chunk in constant memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import islice
from random import Random

from django.db import connection, transaction

from claims.clocks import STEP_CLOCKS
from claims.models import (
    Claim,
    ClaimItem,
    Clock,
    Comment,
    Participant,
    Pause,
    SearchEntry,
    StepRecord,
)
from claims.states import (
    CancelReason,
    Channel,
    ClockKind,
    FoundWhere,
    Kind,
    Outcome,
    ParticipantRole,
    Step,
    derive_priority,
)
from core.text import index_text
from events.models import Event
from tools.bench.filling import course as courses
from tools.bench.filling import words
from tools.bench.filling.company import YEARS, Company, SlimLot
from tools.bench.filling.course import Course
from tools.bench.filling.facts import History
from tools.bench.filling.tables import Table, continue_ids

CHUNK = 1000
CLAIM = (
    "id number tracking_code step step_entered_at step_due_at step_soon_at response_due_at"
    " response_soon_at title description"
    " kind channel severity priority found_where site_id customer_id reporter customer_claim_no"
    " delivery_note_no received_at received_by_id owner_id occurred_at notified_at registered_at"
    " acknowledged_at contained_at first_response_at root_cause_at final_response_at closed_at"
    " outcome cancel_reason version created_at updated_at"
)
ITEM = (
    "claim_id position product_id lot_id lot_code line_id produced_on quantity_delivered"
    " quantity_claimed value_claimed defect_id"
)
CHANNELS = ((Channel.EMAIL, Channel.API, Channel.PORTAL, Channel.PHONE), (45, 25, 15, 15))
KINDS = ((Kind.QUALITY, Kind.QUANTITY, Kind.PACKAGING, Kind.DELIVERY), (77, 9, 8, 6))
OUTCOMES = ((Outcome.ACCEPTED, Outcome.PARTLY, Outcome.REJECTED), (55, 20, 25))
PARTS = (ParticipantRole.LEADER, ParticipantRole.MEMBER, ParticipantRole.MEMBER)


def fill(
    company: Company, size: int, now: datetime, chance: Random, progress: Callable[[int], object]
) -> None:
    """Write `size` claims that went their way until `now`; `progress` gets the rows of a chunk."""
    writer = _Writer(company, now, chance)
    moments = courses.receipts(size, now, YEARS, chance)
    _skip_triggers()
    while chunk := list(islice(moments, CHUNK)):
        for moment in chunk:
            writer.write(moment)
        writer.flush()
        progress(len(chunk))
    continue_ids([Claim, Event])
    _continue_numbers(writer.numbers)


def _skip_triggers() -> None:
    """Foreign keys hold by construction; checking each costs as much as writing the row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone()[0]:
            cursor.execute("SET session_replication_role = replica")


def _continue_numbers(numbers: Counter[int]) -> None:
    with connection.cursor() as cursor:
        for year, last in numbers.items():
            cursor.execute(f"CREATE SEQUENCE claims_number_{year:04d} START {last + 1}")


class _Writer:
    """Keeps the rows of a chunk; ids and numbers run on from chunk to chunk."""

    def __init__(self, company: Company, now: datetime, chance: Random) -> None:
        self.company = company
        self.now = now
        self.chance = chance
        self.last_id = 0
        self.numbers: Counter[int] = Counter()
        self.products = {each.pk: each for each in company.products}
        self.claims = Table(Claim, CLAIM)
        self.items = Table(ClaimItem, ITEM)
        self.clocks = Table(Clock, "claim_id kind started_at due_at soon_at stopped_at amount unit")
        self.stays = Table(
            StepRecord, "claim_id step entered_at left_at by_id by_label transition direction"
        )
        self.parts = Table(Participant, "claim_id user_id role")
        self.comments = Table(Comment, "claim_id author_id author_label text created_at")
        self.pauses = Table(Pause, "claim_id started_at reason")
        self.search = Table(SearchEntry, "claim_id words")
        self.history = History()

    def flush(self) -> None:
        """Everything kept so far, in one transaction."""
        with transaction.atomic():
            for table in (
                self.claims, self.items, self.clocks, self.stays, self.parts, self.comments,
                self.pauses, self.search, self.history.events, self.history.deliveries,
            ):  # fmt: skip
                table.flush()

    def write(self, received: datetime) -> None:
        """One claim with all that hangs on it."""
        self.last_id += 1
        self.numbers[received.year] += 1
        number = f"{received.year % 100:02d}-{self.numbers[received.year]:04d}"
        chance, company = self.chance, self.company
        course = courses.run(received, self.now, chance)
        owner = chance.choice(company.handlers)
        customer = company.common(chance, company.customers)
        lots = self._lots(received)
        language = "ru" if chance.random() < 0.75 else "en"
        note = f"TTN-{chance.randrange(10**6)}"
        title = words.title(chance, language)
        text = words.description(chance, language, lots[0].code, note)
        self._add_claim(course, (number, title, text, note), customer.pk, owner.pk)
        texts = [number, title, text, note, customer.name, customer.code]
        for position, lot in enumerate(lots, 1):
            texts += self._add_item(position, lot)
        self.search.add(self.last_id, index_text(*texts))
        self._add_times(course, owner.pk, str(owner))
        self._add_people(course, owner.pk, str(owner))
        self.history.write(self.last_id, number, (owner.pk, str(owner)), course, title)

    def _lots(self, received: datetime) -> list[SlimLot]:
        """One to three lots made in the months before."""
        lots = self.company.lots
        age = (self.now - received) / timedelta(days=365 * YEARS)
        count = self.chance.choices((1, 2, 3), (80, 14, 6))[0]
        places = ((1 - age - self.chance.expovariate(30)) * (len(lots) - 1) for _ in range(count))
        return [lots[max(0, int(place))] for place in places]

    def _add_claim(
        self, course: Course, texts: tuple[str, str, str, str], customer_id: int, owner_id: int
    ) -> None:
        number, title, text, note = texts
        chance, step = self.chance, course.step
        kind = STEP_CLOCKS.get(step)
        registered = course.left(Step.REGISTRATION)
        answered = course.left(Step.RESPONSE)
        closed = None if course.is_open else course.stays[-1].entered
        decided = answered is not None and step in (Step.MONITORING, Step.CLOSED)
        people = self.company.people
        self.claims.add(
            self.last_id,
            number,
            f"{chance.getrandbits(128):032x}",
            step,
            course.stays[-1].entered,
            course.due(kind) if kind else None,
            course.soon(kind) if kind else None,
            course.due(ClockKind.FINAL_RESPONSE),
            course.soon(ClockKind.FINAL_RESPONSE),
            title,
            text,
            chance.choices(*KINDS)[0],
            chance.choices(*CHANNELS)[0],
            course.severity,
            derive_priority(course.severity, safety=False, line_down=False),
            chance.choice(FoundWhere.values),
            self.company.sites[chance.random() < 0.1].pk,
            customer_id,
            chance.choice(words.SURNAMES),
            f"CR-{chance.randrange(10**6)}",
            note,
            course.received,
            chance.choice(people).pk,
            owner_id if registered else None,
            course.received - timedelta(hours=chance.randint(1, 90)),
            course.left(Step.RECEIPT),
            registered,
            registered,
            course.left(Step.NOTIFICATION),
            course.left(Step.INITIAL_INVESTIGATION),
            course.left(Step.ANALYSIS),
            answered,
            closed,
            chance.choices(*OUTCOMES)[0] if decided else "",
            CancelReason.WITHDRAWN if step == Step.CANCELLED else "",
            len(course.stays) + 2,
            course.received,
            course.stays[-1].entered,
        )

    def _add_item(self, position: int, lot: SlimLot) -> list[str]:
        """Write an item; returns the words by which it is found."""
        chance = self.chance
        defect = self.company.common(chance, self.company.defects)
        product = self.products[lot.product_id]
        claimed = chance.randint(1, 200)
        self.items.add(
            self.last_id, position, lot.product_id, lot.pk, lot.code, lot.line_id, lot.produced_on,
            claimed * 10, claimed, claimed * chance.randint(40, 900), defect.pk,
        )  # fmt: skip
        return [lot.code, product.code, product.name, defect.name_ru, defect.name_en]

    def _add_times(self, course: Course, owner_id: int, owner: str) -> None:
        for each in course.clocks:
            self.clocks.add(
                self.last_id, each.kind, each.started, each.due, each.soon, each.stopped,
                each.amount, each.unit,
            )  # fmt: skip
        for stay in course.stays:
            direction = "rework" if stay.by == "return_to_investigation" else "forward"
            self.stays.add(
                self.last_id, stay.step, stay.entered, stay.left, owner_id, owner, stay.by,
                direction,
            )  # fmt: skip
        if course.is_open and self.chance.random() < 0.06:
            self.pauses.add(self.last_id, course.stays[-1].entered, "We wait for the sample")

    def _add_people(self, course: Course, owner_id: int, owner: str) -> None:
        people = self.chance.sample(self.company.people, 1 + len(PARTS))
        self.parts.add(self.last_id, people[0].pk, ParticipantRole.REPORTER)
        if course.left(Step.INITIAL_INVESTIGATION):
            for person, role in zip(people[1:], PARTS, strict=True):
                self.parts.add(self.last_id, person.pk, role)
        if self.chance.random() < 0.4:
            text = words.description(self.chance, "ru", "L-1000", "TTN-1")
            self.comments.add(self.last_id, owner_id, owner, text, course.stays[-1].entered)

"""A small demo company: told by the real commands, valid in every row, the same every time."""

from __future__ import annotations

from datetime import datetime
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.hashers import check_password
from django.core import mail
from django.core.management import call_command
from django.db import transaction

from accounts.models import Absence, Role, User
from claims.models import Claim, StepRecord
from claims.states import Step
from core import clock
from demo import seeding, tasks
from demo.company import PASSWORD
from demo.plan import ZONE
from events.chain import find_breaks
from events.models import Delivery, Event
from masterdata.models import Lot, ShipmentLine
from notifications.models import ChatRoom, Message
from notifications.states import MessageState

NOW = datetime(2026, 11, 24, 12, tzinfo=ZONE)
CLAIMS = 56
pytestmark = pytest.mark.slow


class BrokenOff(Exception):
    """Somebody pressed Ctrl-C."""


def facts_of(numbers: set[str]) -> list[Any]:
    """What is told of claims, without keys and codes drawn by chance."""
    claims = Claim.objects.filter(number__in=numbers).order_by("number")
    told = []
    for claim in claims.select_related("customer", "owner"):
        item = claim.items.select_related("product", "defect").get()
        told.append(
            (
                claim.number, claim.title, claim.step, claim.severity, claim.outcome,
                claim.received_at, claim.closed_at, claim.final_response_at, str(claim.owner),
                str(claim.customer), item.lot_code, str(item.defect), item.quantity_claimed,
                list(claim.step_records.values_list("step", "entered_at")),
                list(claim.facts.values_list("text", "observed_at")),
                list(claim.causes.values_list("text", "status")),
                list(claim.planned_actions.order_by("id").values_list("text", "state", "due_at")),
                list(claim.letters.order_by("id").values_list("state", "findings", "sent_at")),
            )
        )  # fmt: skip
    return told


def seed(**options: Any) -> None:
    with clock.moved_to(NOW):
        seeding.seed(claims=CLAIMS, **options)


@pytest.fixture
def demo(settings, monkeypatch) -> None:
    settings.CLAIMS_DEMO = True
    monkeypatch.setattr(seeding, "LONGEST_REST", 0)
    monkeypatch.setattr(tasks.tell_more, "apply_async", lambda **options: None)


@pytest.mark.django_db
def test_a_small_company(demo, monkeypatch):
    break_off_after(monkeypatch, 5)
    with pytest.raises(BrokenOff):
        seed()
    assert Claim.objects.count() == 5
    monkeypatch.undo()
    seed()

    assert set(Claim.objects.values_list("step", flat=True)) == set(Step.values)
    assert set(StepRecord.objects.values_list("direction", flat=True)) == {"forward", "rework"}
    numbers = Claim.objects.order_by("received_at").values_list("number", flat=True)
    assert list(numbers) == sorted(numbers)
    assert Lot.objects.count() > 1400
    assert ShipmentLine.objects.count() > 1800
    assert list(find_breaks()) == []
    assert not Event.objects.filter(at__gt=NOW).exists()
    assert not Delivery.objects.filter(done_at=None).exists()
    assert not Message.objects.exclude(state=MessageState.SENT).exists()
    assert mail.outbox == []
    assert not ChatRoom.objects.get().is_active
    assert {each.covers(NOW.date()) for each in Absence.objects.all()} == {True}

    events = Event.objects.count()
    seed()
    assert Event.objects.count() == events


@pytest.mark.django_db
def test_told_again_it_is_the_same_and_workers_tell_the_rest(demo):
    told: list[list[Any]] = []
    for _time in range(2):
        with transaction.atomic():
            seed(front_only=True)
            told.append(facts_of(set(Claim.objects.values_list("number", flat=True))))
            front = Claim.objects.count()
            if len(told) == 1:
                transaction.set_rollback(True)
    assert told[0] == told[1]
    assert 8 <= front < CLAIMS / 2

    assert not seeding.is_finished()
    tasks.tell_more()
    assert Claim.objects.count() > front
    assert list(find_breaks()) == []


@pytest.mark.django_db
def test_who_may_sign_in_is_printed(demo, monkeypatch):
    assert printed() == ""
    with clock.moved_to(NOW):
        seeding.begin(12)
    text = printed()
    assert PASSWORD in text
    for role in Role:
        if role != Role.INTEGRATION:
            assert str(role.label) in text
    for line in text.splitlines()[1:]:
        user = User.objects.get(email=line.split()[0])
        assert check_password(PASSWORD, user.password)
    assert not User.objects.get(email="erp@tarvina.example").has_usable_password()


@pytest.mark.django_db
def test_a_worker_tells_nothing_where_nobody_began(demo):
    tasks.tell_more()
    assert not Claim.objects.exists()


def printed() -> str:
    out = StringIO()
    call_command("demo_accounts", stdout=out)
    return out.getvalue()


def break_off_after(monkeypatch, count: int) -> None:
    real, told = seeding.tell, []  # type: ignore[attr-defined, var-annotated]

    def broken(*args: Any, **options: Any) -> int:
        if len(told) == count:
            raise BrokenOff
        told.append(1)
        return real(*args, **options)

    monkeypatch.setattr(seeding, "tell", broken)

"""By when a compensation has to be settled: counted, chosen, moved, shown, reminded."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from claims.models import Clock, DeadlinePolicy
from claims.states import Step
from core import clock
from core.errors import InvalidInput, TransitionRefused
from events.models import Event
from notifications.commands import remind
from notifications.models import Message, Notice, NotificationRule, Reminder
from responses.models import Compensation
from tests.responses.conftest import Answer, analysed
from worklist.items import Kind
from worklist.selectors import get_work

MOSCOW = ZoneInfo("Europe/Moscow")


def on(day: int, hour: int, month: int = 7) -> datetime:
    """A moment in July 2026, whose weeks are all full."""
    return datetime(2026, month, day, hour, tzinfo=MOSCOW)


AGREED = on(6, 12)  # a Monday


@pytest.fixture
def answer(cast) -> Answer:
    """Accepted, with a credit note; nobody hears of anything but what concerns them."""
    NotificationRule.objects.all().delete()
    with clock.moved_to(on(1, 9)):
        found = analysed(cast)
        found.decided(no_compensation=False)
        return found


def agree(answer: Answer, at: datetime = AGREED) -> Any:
    with clock.moved_to(at):
        return answer.approved()


def change(answer: Answer, row: Compensation, **values: Any) -> Compensation:
    return answer.do("save_compensation", claim=answer.claim, compensation=row, values=values)


def due() -> datetime | None:
    return Compensation.objects.get().due_at


# --- Counting -----------------------------------------------------------------------------------


def test_it_counts_from_the_last_approval_by_the_rule_of_the_severity(answer):
    answer.compensated()
    assert due() is None
    agree(answer)
    assert due() == on(20, 18)  # ten working days


def test_the_customers_own_rule_comes_first(answer):
    DeadlinePolicy.objects.create(
        clock="compensation",
        severity="major",
        customer=answer.cast.customer,
        amount=3,
        unit="working_days",
    )
    answer.compensated()
    agree(answer)
    assert due() == on(9, 18)


def test_without_a_rule_nothing_is_due(answer, browse):
    DeadlinePolicy.objects.filter(clock="compensation").update(is_active=False)
    answer.compensated()
    agree(answer)
    assert due() is None
    assert browse(answer.cast.finance).get("/").status_code == 200


def test_a_chosen_day_is_due_at_the_end_of_work_and_stays(answer):
    with clock.moved_to(on(1, 9)):
        answer.compensated(due_on=date(2026, 7, 10))
    assert due() == on(10, 18)
    agree(answer)
    assert due() == on(10, 18)


def test_a_day_that_is_over_is_refused(answer):
    with clock.moved_to(on(6, 9)), pytest.raises(InvalidInput) as refused:
        answer.compensated(due_on=date(2026, 7, 3))
    assert set(refused.value.fields) == {"due_on"}


def test_when_the_agreement_is_void_nothing_is_due_until_the_next(answer):
    row = answer.compensated()
    letter = agree(answer)
    with clock.moved_to(on(7, 9)):
        change(answer, row, amount=Decimal(9000))
    assert due() is None
    with clock.moved_to(on(8, 12)):
        letter.refresh_from_db()
        answer.sign(answer.do("submit_letter", letter=letter))
    assert due() == on(22, 18)


# --- Moving -------------------------------------------------------------------------------------


def test_another_day_makes_no_approval_void_and_stands_in_history(answer):
    row = answer.compensated()
    letter = agree(answer)
    with clock.moved_to(on(7, 9)):
        change(answer, row, due_on=date(2026, 7, 31))
    letter.refresh_from_db()
    assert letter.state == "approved"
    assert due() == on(31, 18)
    changes = Event.objects.filter(kind="compensation.changed").latest("id").data["changes"]
    assert changes["due_on"] == [None, "2026-07-31"]
    assert [each and each[:10] for each in changes["due_at"]] == ["2026-07-20", "2026-07-31"]
    with clock.moved_to(on(8, 9)):
        change(answer, Compensation.objects.get(), due_on=None)
    assert due() == on(20, 18)


def test_the_day_may_still_change_while_actions_are_monitored_and_nothing_else(answer, browse):
    row = answer.compensated()
    with clock.moved_to(on(7, 9)):
        answer.handed_over(agree(answer))
        answer.moved("monitor")
        assert answer.now().step == Step.MONITORING
        client = browse(answer.cast.handler)
        address = f"/claims/{answer.claim.number}/compensations/{row.pk}/"
        page = client.get(address).text
        assert "To be settled by" in page
        assert "Amount" not in page
        version = Compensation.objects.get().version
        assert client.post(address, {"due_on": "2026-07-31", "version": version}).status_code == 302
        assert due() == on(31, 18)
        with pytest.raises(TransitionRefused):
            change(answer, Compensation.objects.get(), amount=Decimal(1))


def test_what_is_settled_has_no_other_day(answer):
    row = answer.compensated()
    agree(answer)
    with clock.moved_to(on(8, 9)):
        answer.do(
            "settle_compensation",
            by="finance",
            compensation=row,
            document_no="CN-1",
            document_date=date(2026, 7, 8),
        )
        with pytest.raises(TransitionRefused):
            change(answer, Compensation.objects.get(), due_on=date(2026, 7, 31))
    assert due() == on(20, 18)


# --- Seeing -------------------------------------------------------------------------------------


def test_my_work_of_finance_has_it_by_its_date_late_when_it_is(answer, browse):
    answer.compensated()
    agree(answer)
    (group,) = get_work(answer.cast.actor("finance"), Kind.PAYMENTS).groups
    assert group.tasks[0].due_at == on(20, 18)
    for moment, late in ((on(20, 18), 0), (on(21, 9), 1)):
        with clock.moved_to(moment):
            assert get_work(answer.cast.actor("finance")).totals.late == late
            assert Compensation.objects.get().is_late == bool(late)


def test_page_and_api_show_it(answer, browse):
    row = answer.compensated()
    agree(answer)
    with clock.moved_to(on(7, 9)):
        client = browse(answer.cast.handler)
        panel = client.get(f"/claims/{answer.claim.number}/response/").text
        assert "20\xa0Jul" in panel.partition('id="compensation"')[2]
        address = f"/api/v1/claims/{answer.claim.number}/compensations/"
        (shown,) = client.get(address).json()["results"]
        assert (shown["due_on"], shown["is_late"]) == (None, False)
        assert shown["due_at"].startswith("2026-07-20T")
        body = {
            "kind": "credit_note",
            "amount": "8316.00",
            "due_on": "2026-07-24",
            "version": Compensation.objects.get().version,
        }
        changed = client.put(f"{address}{row.pk}/", body, content_type="application/json")
        assert changed.status_code == 200, changed.content
        assert changed.json()["due_at"].startswith("2026-07-24T")


# --- Reminding ----------------------------------------------------------------------------------


def sweep(moment: datetime) -> None:
    with clock.moved_to(moment):
        remind()


def told() -> Counter[tuple[str, str]]:
    rows = Notice.objects.filter(occasion="reminder", channel="in_app").select_related("user")
    return Counter(
        (each.recipient.split()[0], each.event.data["level"])
        for each in rows
        if each.event.data["subject"] == "compensation"
    )


@pytest.fixture
def agreed(answer) -> Answer:
    answer.compensated()
    finance = answer.cast.departments["FIN"]
    finance.head = answer.cast.manager
    finance.save()
    agree(answer)
    Clock.objects.update(stopped_at=AGREED)
    return answer


def test_finance_is_reminded_then_its_head_then_the_quality_managers(agreed):
    # Ten working days: 75 % at noon of the eighth, due, then three and seven working days later.
    for moment in (AGREED, on(15, 18), on(16, 18), on(20, 18), on(23, 18), on(29, 18)):
        sweep(moment)
        sweep(moment)
    assert told() == {
        ("Galina", "soon"): 1,
        ("Galina", "due"): 1,
        ("Galina", "late_3"): 1,
        ("Mikhail", "late_3"): 1,
        ("Galina", "late_7"): 1,
        ("Mikhail", "late_7"): 1,
        ("Oleg", "late_7"): 1,
        ("Nina", "late_7"): 1,
    }
    row = Compensation.objects.get()
    mail = Message.objects.filter(to__startswith="galina", notice__event__data__level="due").get()
    assert "Due now: Settle: credit note" in mail.subject
    assert f"/compensations/{row.pk}/settle/" in mail.text
    assert "8316" not in mail.text


def test_what_is_settled_is_not_reminded(agreed):
    sweep(AGREED)
    with clock.moved_to(on(8, 9)):
        agreed.do(
            "settle_compensation",
            by="finance",
            compensation=Compensation.objects.get(),
            document_no="CN-1",
            document_date=date(2026, 7, 8),
        )
    sweep(on(29, 18))
    assert not told()
    assert not Reminder.objects.filter(subject="compensation", sent_at__isnull=False).exists()


def test_another_day_is_another_series(agreed):
    sweep(AGREED)
    sweep(on(16, 18))
    with clock.moved_to(on(17, 9)):
        change(agreed, Compensation.objects.get(), due_on=date(2026, 7, 31))
    for moment in (on(17, 10), on(20, 18), on(31, 18)):
        sweep(moment)
    assert told() == {("Galina", "soon"): 2, ("Galina", "due"): 1}


def test_what_is_no_longer_agreed_waits_for_nobody(agreed):
    sweep(AGREED)
    with clock.moved_to(on(8, 9)):
        change(agreed, Compensation.objects.get(), amount=Decimal(9000))
    sweep(on(20, 18))
    assert not told()

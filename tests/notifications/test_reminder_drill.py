"""Three schedulers sweep at once over ten days around a holiday: every reminder once.

What must come is written down by hand from the production calendar of 2024: Saturday 27 April is
worked, 28 April to 1 May are free, 8 May ends at 17:00, and a day has 9:00–13:00 and 14:00–18:00.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from core import clock
from events.chain import find_breaks
from events.relay import run_pending
from notifications import commands
from notifications.commands.containment import Order
from notifications.models import Message, Notice, NotificationRule, Reminder
from tests.cast import build_cast

MOSCOW = ZoneInfo("Europe/Moscow")
SCHEDULERS = 3
OWNER, HEAD, MANAGERS = ["Anna"], ["Mikhail"], ["Nina", "Oleg"]
KEEPER = ["Elena"]

# (of what, level) → when, and whom it reaches; counted with the calendar in hand.
EXPECTED = {
    # Reported on Monday 22 April at 10:00, major. 4 working hours to notify the departments:
    # 10–13 and 14–15.
    ("notification", "soon"): ("2024-04-22 13:00", OWNER),
    ("notification", "due"): ("2024-04-22 15:00", OWNER),
    ("notification", "late_3"): ("2024-04-25 18:00", OWNER + HEAD),
    # 23, 24, 25, 26, 27 April, 2 and 3 May
    ("notification", "late_7"): ("2024-05-03 18:00", OWNER + HEAD + MANAGERS),
    # 8 working hours to acknowledge: seven on Monday, one on Tuesday.
    ("acknowledgement", "soon"): ("2024-04-22 17:00", OWNER),
    ("acknowledgement", "due"): ("2024-04-23 10:00", OWNER),
    ("acknowledgement", "late_3"): ("2024-04-26 18:00", OWNER + HEAD),
    ("acknowledgement", "late_7"): ("2024-05-06 18:00", OWNER + HEAD + MANAGERS),
    # 10 working days to answer: until 8 May, 17:00; 7 + 5 x 8 + 4 x 8 + 7 = 86 hours.
    # 43 hours are full at lunch on the worked Saturday, 64.5 hours on 6 May at 10:30.
    ("final_response", "half"): ("2024-04-27 13:00", OWNER),
    ("final_response", "soon"): ("2024-05-06 10:30", OWNER),
    ("final_response", "due"): ("2024-05-08 17:00", OWNER),
    # On Tuesday 23 April at 11:00 the lot is blocked: confirm within 4 working hours, do it within
    # 48 hours. The keeper heads her department herself, so the quality managers stand in.
    ("notice", "soon"): ("2024-04-23 15:00", KEEPER),
    ("notice", "due"): ("2024-04-23 16:00", KEEPER),
    ("notice", "late_3"): ("2024-04-26 18:00", KEEPER + MANAGERS),
    ("notice", "late_7"): ("2024-05-06 18:00", KEEPER + MANAGERS),
    ("order", "soon"): ("2024-04-24 23:00", KEEPER),
    ("order", "due"): ("2024-04-25 11:00", KEEPER),
    # 26 and 27 April, 2 May; then 3, 6, 7 and 8 May
    ("order", "late_3"): ("2024-05-02 18:00", KEEPER + MANAGERS),
    ("order", "late_7"): ("2024-05-08 17:00", KEEPER + MANAGERS),
}
DAYS = (
    "04-22", "04-23", "04-24", "04-25", "04-26", "04-27", "05-02", "05-03", "05-06", "05-08",
)  # fmt: skip
HOURS = ("10:00", "11:30", "13:00", "15:30", "17:00", "18:00")


def moscow(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MOSCOW)


def sweep_at(moment: datetime) -> None:
    """All schedulers at once."""

    def one(_number: int) -> None:
        try:
            with clock.moved_to(moment):
                commands.remind()
        finally:
            connection.close()

    with ThreadPoolExecutor(SCHEDULERS) as hands:
        list(hands.map(one, range(SCHEDULERS)))


def set_the_stage():
    cast = build_cast()
    # Nobody is told of anything but what concerns them: only reminders are looked at.
    NotificationRule.objects.all().delete()
    rule = NotificationRule.objects.create(occasion="claim.reported", channels=["in_app"])
    rule.people.add(cast.handler)
    for code, head in (("QA", "manager"), ("WHS", "warehouse")):
        cast.departments[code].head = cast.people[head]
        cast.departments[code].save()
    return cast


def what(reminder: Reminder) -> str:
    return reminder.kind if reminder.subject == "clock" else reminder.subject


@pytest.mark.slow
def test_every_reminder_comes_once_at_its_moment_to_those_it_concerns(transactional_db):
    cast = set_the_stage()
    with clock.moved_to(moscow("2024-04-22 10:00")):
        claim = cast.complete_report(received_at=clock.now())
        run_pending()
    sweeps = [moscow(f"2024-{day} {hour}") for day in DAYS for hour in HOURS]
    ordered = moscow("2024-04-23 11:00")
    is_ordered = False
    for moment in sweeps:
        if moment > ordered and not is_ordered:
            with clock.moved_to(ordered):
                commands.order_containment(
                    actor=cast.actor("handler"),
                    claim=claim,
                    order=Order("block_lot", cast.warehouse, lot=cast.lot),
                )
                run_pending()
            is_ordered = True
        sweep_at(moment)

    sent = {(what(each), each.level): each for each in Reminder.objects.filter(state="sent")}
    assert set(sent) == set(EXPECTED)
    assert Reminder.objects.filter(state="sent").count() == len(EXPECTED)
    for key, (expected, people) in EXPECTED.items():
        reminder = sent[key]
        assert reminder.at == moscow(expected), key
        assert reminder.sent_at == min(each for each in sweeps if each >= reminder.at), key
        told = Counter(
            Notice.objects.filter(event=reminder.event).values_list("user__first_name", "channel")
        )
        by_both = [(name, channel) for name in people for channel in ("in_app", "email")]
        assert told == Counter(by_both), key
    letters = sum(len(people) for _moment, people in EXPECTED.values())
    assert Message.objects.filter(notice__occasion="reminder").count() == letters
    assert list(find_breaks()) == []


def test_after_half_an_hour_without_schedulers_all_is_caught_up_once(transactional_db):
    cast = set_the_stage()
    received = moscow("2024-04-22 10:00")
    with clock.moved_to(received):
        for _ in range(3):
            cast.complete_report(received_at=received)
    sweep_at(moscow("2024-04-22 12:59"))
    assert not Notice.objects.filter(occasion="reminder").exists()
    # Nobody sweeps at 13:00, when three quarters of the time have passed.
    for minute in (29, 30):
        sweep_at(moscow(f"2024-04-22 13:{minute}"))
        reminded = Notice.objects.filter(occasion="reminder", channel="in_app")
        assert Counter(reminded.values_list("event__data__kind", flat=True)) == {"notification": 3}
        assert reminded.values("claim").distinct().count() == 3


def test_after_a_day_without_schedulers_no_stage_is_lost_and_none_comes_twice(transactional_db):
    cast = set_the_stage()
    with clock.moved_to(moscow("2024-04-22 10:00")):
        cast.complete_report(received_at=clock.now())
    sweep_at(moscow("2024-04-22 10:01"))
    for minutes in (0, 1):
        sweep_at(moscow("2024-04-23 12:00") + timedelta(minutes=minutes))
    sent = Reminder.objects.filter(state="sent").order_by("at")
    assert [(each.kind, each.level) for each in sent] == [
        ("notification", "soon"),
        ("notification", "due"),
        ("acknowledgement", "soon"),
        ("acknowledgement", "due"),
    ]

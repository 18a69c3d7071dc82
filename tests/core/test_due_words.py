"""Deadlines in words, in both languages; equality is on time."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from core.ui.due import span, standing

MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 6, 17, 10, 24, tzinfo=MOSCOW)


@pytest.fixture(autouse=True)
def _moscow():
    with timezone.override(MOSCOW):
        yield


def at(day: int, hour: int, minute: int = 0, month: int = 6) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=MOSCOW)


OPEN = [
    (at(12, 17), "late", "5 days late", "просрочено 5 дн."),
    (at(16, 10), "late", "1 day late", "просрочено 1 дн."),
    (at(16, 17), "late", "17 h late", "просрочено 17 ч"),
    (at(17, 10, 0), "late", "24 min late", "просрочено 24 мин"),
    (NOW - timedelta(seconds=1), "late", "1 min late", "просрочено 1 мин"),
    (NOW, "today", "today by 10:24", "сегодня до 10:24"),
    (at(17, 18), "today", "today by 18:00", "сегодня до 18:00"),
    (at(18, 12), "soon", "tomorrow by 12:00", "завтра до 12:00"),
    (at(19, 9), "ok", "in 2 days", "через 2 дн."),
    (at(22, 23, 59), "ok", "in 5 days", "через 5 дн."),
]


@pytest.mark.parametrize(("due_at", "kind", "english", "russian"), OPEN)
def test_words_of_an_open_deadline(due_at, kind, english, russian):
    with translation.override("en"):
        seen = standing(due_at, now=NOW)
    assert (seen.kind, seen.words) == (kind, english)


@pytest.mark.parametrize(("due_at", "kind", "english", "russian"), OPEN)
def test_russian_words_of_an_open_deadline(due_at, kind, english, russian):
    with translation.override("ru"):
        seen = standing(due_at, now=NOW)
    assert seen.words.replace("\xa0", " ") == russian


def test_the_due_instant_itself_is_on_time():
    assert not standing(NOW, now=NOW).is_late
    assert standing(NOW, now=NOW + timedelta(microseconds=1)).is_late


def test_days_are_those_of_the_reader():
    late_evening = at(18, 0, 30)
    assert standing(late_evening, now=NOW).words == "tomorrow by 00:30"
    with timezone.override(ZoneInfo("Europe/London")):
        assert standing(late_evening, now=NOW).words == "today by 22:30"


@pytest.mark.parametrize(
    ("done_at", "words"),
    [
        (at(17, 18), "on time"),
        (at(17, 17), "on time"),
        (at(17, 20), "done 2 h late"),
        (at(20, 18), "done 3 days late"),
    ],
)
def test_a_finished_deadline_says_whether_it_was_kept(done_at, words):
    seen = standing(at(17, 18), done_at=done_at, now=at(30, 9))
    assert (seen.kind, seen.words) == ("done", words)


def test_a_pause_hides_what_is_ahead_but_never_lateness():
    assert standing(at(19, 9), held_at=at(16, 9), now=NOW).kind == "pause"
    assert standing(at(12, 9), held_at=at(16, 9), now=NOW).kind == "late"


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(hours=2, minutes=10), "2 h 10 min"),
        (timedelta(hours=3), "3 h"),
        (timedelta(minutes=5), "5 min"),
        (timedelta(seconds=3), "1 min"),
        (timedelta(days=1, hours=2), "1 day"),
        (timedelta(days=9), "9 days"),
    ],
)
def test_lengths_of_time(length, words):
    assert span(length) == words

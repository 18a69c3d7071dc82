"""The daily summary: once a person and working morning, in their language, by lateness."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.mail import EmailMultiAlternatives
from django.db import connection

from accounts.models import Absence, User
from core import clock
from notifications.models import NotificationRule
from tests.cast import build_cast
from worklist import commands
from worklist.models import Digest

MOSCOW = ZoneInfo("Europe/Moscow")


def on(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment in June 2026: the 15th is a Monday, the 12th a holiday."""
    return datetime(2026, 6, day, hour, minute, tzinfo=MOSCOW)


def sweep(moment: datetime) -> None:
    with clock.moved_to(moment):
        commands.send_digests()


def got() -> Counter:
    """How many summaries each person was sent."""
    return Counter(each.to[0].split(".")[0] for each in mail.outbox)


@pytest.fixture
def claim(cast):
    """Anna owns a claim since Monday the 15th, 9:00."""
    NotificationRule.objects.all().delete()
    with clock.moved_to(on(15, 9)):
        return cast.complete_report(received_at=on(15, 9))


def test_it_says_what_waits_the_latest_first_with_links(claim, cast, settings):
    settings.SITE_URL = "https://claims.tarvina.example"
    with clock.moved_to(on(16, 7)):
        later = cast.complete_report(received_at=on(16, 7))
    sweep(on(16, 8))
    assert got() == {"anna": 1}
    (letter,) = mail.outbox
    assert isinstance(letter, EmailMultiAlternatives)
    assert letter.subject == "4 things wait for you, 2 are late"
    text, html = str(letter.body), str(letter.alternatives[0][0])
    for body in (text, html):
        assert body.index("Late") < body.index("Today")
        assert body.index(claim.number) < body.index(later.number)
        assert "Notify the departments" in body
        assert f"https://claims.tarvina.example/claims/{claim.number}/" in body
        assert "https://claims.tarvina.example/account/profile/" in body
    assert letter.extra_headers["Auto-Submitted"] == "auto-generated"


def test_in_russian_for_who_reads_russian(claim, cast):
    User.objects.filter(pk=cast.handler.pk).update(language="ru")
    sweep(on(16, 8))
    (letter,) = mail.outbox
    assert letter.subject == "Вас ждут 2 дела, 2 просрочено"
    assert "Оповестить подразделения" in letter.body


def test_once_a_day_and_again_the_next_working_day(claim):
    sweep(on(16, 7, 59))
    assert got() == {}
    for hour in (8, 8, 9, 17):
        sweep(on(16, hour))
    assert got() == {"anna": 1}
    sweep(on(17, 8))
    assert got() == {"anna": 2}


@pytest.mark.parametrize("day", [20, 21])
def test_no_summary_at_the_weekend(claim, day):
    sweep(on(day, 9))
    assert got() == {}


def test_no_summary_on_a_holiday_but_on_a_worked_saturday(cast):
    NotificationRule.objects.all().delete()
    with clock.moved_to(datetime(2024, 4, 22, 9, tzinfo=MOSCOW)):
        cast.complete_report(received_at=clock.now())
    # Saturday 27 April 2024 was worked for Monday the 29th.
    for day, expected in ((27, 1), (29, 1), (30, 1)):
        sweep(datetime(2024, 4, day, 9, tzinfo=MOSCOW))
        assert got() == {"anna": expected}


def test_morning_is_that_of_the_persons_own_clock(claim, cast):
    User.objects.filter(pk=cast.handler.pk).update(time_zone="Asia/Vladivostok")
    sweep(on(16, 0, 59))
    assert got() == {}
    sweep(on(16, 1))
    assert got() == {"anna": 1}
    assert Digest.objects.get(user=cast.handler, day="2026-06-16").sent_at == on(16, 1)


def test_an_unknown_time_zone_holds_up_nobodys_summary(claim, cast):
    cast.employee.time_zone = "Mars/Base"
    cast.employee.save()
    sweep(on(16, 8))
    assert got() == {"anna": 1}


def test_who_is_away_is_left_in_peace_and_the_substitute_reads_of_it(claim, cast):
    Absence.objects.create(
        user=cast.handler,
        substitute=cast.second_handler,
        starts_on=on(16, 0).date(),
        ends_on=on(16, 0).date(),
    )
    sweep(on(16, 8))
    assert got() == {"irina": 1}
    (letter,) = mail.outbox
    assert isinstance(letter, EmailMultiAlternatives)
    assert "for Anna Kravtsova" in str(letter.body)
    assert "for Anna Kravtsova" in str(letter.alternatives[0][0])
    sweep(on(17, 8))
    assert got() == {"irina": 1, "anna": 1}


def test_a_missed_morning_is_made_up_for_later_that_day(claim):
    sweep(on(16, 14))
    assert got() == {"anna": 1}


def test_nobody_is_written_to_when_nothing_waits_or_who_does_not_want_it(claim, cast):
    User.objects.filter(pk=cast.handler.pk).update(digest_enabled=False)
    sweep(on(16, 8))
    assert got() == {}


def test_it_waits_for_the_end_of_quiet_hours(claim, cast):
    User.objects.filter(pk=cast.handler.pk).update(quiet_from=time(20), quiet_to=time(9, 30))
    sweep(on(16, 8))
    assert got() == {}
    sweep(on(16, 9, 30))
    assert got() == {"anna": 1}


def test_a_mail_server_that_fails_gets_the_same_mail_later(claim, settings):
    good = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    sweep(on(16, 8))
    waiting = Digest.objects.exclude(text="").get()
    assert (waiting.state, waiting.attempts) == ("queued", 0)
    settings.EMAIL_BACKEND = good
    cache.clear()
    sweep(on(16, 8, 1))
    (letter,) = mail.outbox
    assert letter.extra_headers["Message-ID"] == waiting.message_id


def test_after_a_day_without_a_mail_server_only_the_new_summary_is_sent(claim, settings):
    good = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    sweep(on(16, 8))
    settings.EMAIL_BACKEND = good
    cache.clear()
    sweep(on(17, 8))
    (letter,) = mail.outbox
    old, new = Digest.objects.exclude(text="").order_by("day")
    assert (old.state, new.state) == ("dead", "sent")
    assert letter.extra_headers["Message-ID"] == new.message_id


def test_three_schedulers_make_one_summary_a_person_and_day(transactional_db):
    cast = build_cast()
    NotificationRule.objects.all().delete()
    owners = [cast.handler, cast.second_handler, cast.quality_manager]
    with clock.moved_to(on(15, 9)):
        for owner in owners:
            cast.complete_report(received_at=on(15, 9), owner=owner)

    def one(moment: datetime) -> None:
        try:
            sweep(moment)
        finally:
            connection.close()

    for moment in (on(16, 8), on(16, 8, 1), on(17, 8)):
        with ThreadPoolExecutor(3) as hands:
            list(hands.map(one, [moment] * 3))
    assert got() == {"anna": 2, "irina": 2, "oleg": 2}
    assert set(Counter(Digest.objects.values_list("user", "day")).values()) == {1}

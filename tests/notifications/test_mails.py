"""E-mails against a real mail server on this machine: headers, language, refusals, lost workers."""

from __future__ import annotations

import re
import socket
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.db import connection
from redis.exceptions import ConnectionError as RedisIsAway

from claims.commands import move_claim
from core import clock
from core.errors import NotPermitted
from events.models import Event
from notifications import commands, mails, senders
from notifications.commands import sending
from notifications.links import notice_behind
from notifications.models import Message, Notice
from notifications.states import MessageState


@pytest.fixture
def queued(cast, rule, relay, settings, server) -> Message:
    """One e-mail to the head of the warehouse waits to be sent."""
    rule(people=[cast.warehouse], needs_confirmation=True)
    rule(occasion="claim.reported", people=[cast.handler])
    claim = cast.complete_report()
    move_claim(actor=cast.actor("handler"), claim=claim, transition="notify")
    relay()
    return Message.objects.get()


def after(**time) -> Any:
    return clock.moved_to(clock.now() + timedelta(**time))


def test_a_mail_arrives_with_the_claim_its_thread_and_a_link_to_confirm(queued, server):
    assert commands.send_due_messages() == 1
    (mail,) = server.taken
    assert mail["To"] == "elena.panova@tarvina.example"
    assert mail["From"] == "Claims <claims@tarvina.example>"
    assert mail["Subject"].startswith("[26-")
    assert "Cracked latches on connector housing" in mail["Subject"]
    assert mail["Message-ID"] == queued.message_id
    assert mail["References"] == f"<claim-{queued.notice.claim.number}@tarvina.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    inside = Notice.objects.get(channel="in_app", user=queued.notice.user)
    for kind in ("plain", "html"):
        text = mail.get_body((kind,)).get_content()
        (link,) = set(
            re.findall(r"https://claims.tarvina.example(/notices/by-link/[^\s\"]+)", text)
        )
        assert notice_behind(link.split("/")[-2]) == inside
        assert f"https://claims.tarvina.example/claims/{queued.notice.claim.number}/" in text
        assert "Kestrel Switchgear" in text
    sent = Message.objects.get()
    assert (sent.state, sent.attempts) == ("sent", 1)
    assert Notice.objects.get(pk=queued.notice_id).sent_at == sent.sent_at
    assert commands.send_due_messages() == 0


def test_all_mails_of_a_claim_are_one_thread(cast, queued, server, relay):
    commands.name_recipient(
        actor=cast.actor("handler"), claim=queued.notice.claim, address="kim@outside.example"
    )
    relay()
    assert commands.send_due_messages() == 2
    first, second = server.taken
    assert first["References"] == second["References"]
    assert first["Message-ID"] != second["Message-ID"]
    assert "/notices/" not in second.get_body(("plain",)).get_content()


def test_each_reads_in_their_own_language_and_time(cast, rule, relay, server):
    cast.warehouse.language = "ru"
    cast.warehouse.time_zone = "Asia/Vladivostok"
    cast.warehouse.save()
    rule(people=[cast.warehouse, cast.laboratory])
    rule(occasion="claim.reported", people=[cast.handler])
    claim = cast.complete_report(received_at=clock.now() - timedelta(days=1))
    move_claim(actor=cast.actor("handler"), claim=claim, transition="notify")
    relay()
    written = {each.to.split(".")[0]: each for each in Message.objects.all()}
    assert (written["elena"].language, written["pavel"].language) == ("ru", "en")
    assert '<html lang="ru">' in written["elena"].html
    there = claim.received_at.astimezone(ZoneInfo("Asia/Vladivostok"))
    assert f"{there:%d.%m.%Y, %H:%M}" in written["elena"].text
    here = claim.received_at.astimezone(ZoneInfo("Europe/Moscow"))
    assert f"{here:%H:%M}" in written["pavel"].text


def test_a_title_cannot_add_headers(cast, rule, relay, server):
    rule(addresses=["desk@outside.example"], people=[cast.handler])
    rule(occasion="claim.reported", people=[cast.handler])
    claim = cast.complete_report(title="Cracks\r\nBcc: spy@evil.example")
    move_claim(actor=cast.actor("handler"), claim=claim, transition="notify")
    relay()
    commands.send_due_messages()
    (mail,) = server.taken
    assert mail["Bcc"] is None
    assert mail["Subject"].endswith("Cracks Bcc: spy@evil.example")


def test_refused_for_now_it_is_tried_again_later_with_the_same_identity(queued, server):
    server.answers = ["451 greylisted"]
    commands.send_due_messages()
    failed = Message.objects.get()
    assert (failed.state, failed.attempts) == ("failed", 1)
    assert "451" in failed.error
    assert commands.send_due_messages() == 0
    with after(seconds=31):
        assert commands.send_due_messages() == 1
    assert Message.objects.get().state == "sent"
    (mail,) = server.taken
    assert mail["Message-ID"] == queued.message_id


def test_the_pauses_between_attempts_grow_and_end(queued, server, monkeypatch):
    monkeypatch.setattr(sending, "MOST_ATTEMPTS", 4)
    server.answers = ["451 no"] * 4
    waits, moment = [], clock.now()
    for _ in range(4):
        with clock.moved_to(moment):
            assert commands.send_due_messages() == 1
        message = Message.objects.get()
        waits.append((message.next_at - moment).total_seconds())
        moment = message.next_at
    assert waits == [20, 40, 80, 160]
    assert message.state == MessageState.DEAD
    with after(days=2):
        assert commands.send_due_messages() == 0


def test_refused_for_good_it_is_dead_at_once_and_history_says_so(cast, queued, server):
    server.answers = ["550 no such user"]
    commands.send_due_messages()
    assert Message.objects.get().state == "dead"
    failure = Event.objects.get(kind="notice.failed")
    assert failure.claim_id == queued.notice.claim_id
    assert failure.data["recipient"] == "Elena Panova"


def test_a_person_has_a_dead_mail_sent_again(cast, queued, server):
    server.answers = ["550 no such user"]
    commands.send_due_messages()
    with pytest.raises(NotPermitted):
        commands.try_again(actor=cast.actor("warehouse"), message=queued)
    commands.try_again(actor=cast.actor("handler"), message=queued)
    assert commands.send_due_messages() == 1
    assert Message.objects.get().state == "sent"
    assert server.taken[0]["Message-ID"] == queued.message_id


def test_a_server_that_is_away_costs_no_attempt_and_no_mail(queued, server, settings):
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    for minute in range(0, 24 * 60, 60):
        with after(minutes=minute):
            cache.clear()
            assert commands.send_due_messages() == 0
    waiting = Message.objects.get()
    assert (waiting.state, waiting.attempts) == ("queued", 0)
    settings.EMAIL_PORT = port
    cache.clear()
    assert commands.send_due_messages() == 1
    assert len(server.taken) == 1


def test_nobody_waits_for_a_server_that_did_not_answer_a_moment_ago(queued, settings, monkeypatch):
    """Else every new notice would keep a worker for as long as the server hangs."""
    silent = socket.create_server(("127.0.0.1", 0))
    settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = silent.getsockname()[1], 0.2
    assert commands.send_due_messages() == 0
    tries = []
    monkeypatch.setattr(senders, "get_connection", lambda: tries.append(1))
    assert commands.send_due_messages() == 0
    assert tries == []
    silent.close()


def test_without_redis_mails_go_out_all_the_same(queued, server, settings):
    redis = "django.core.cache.backends.redis.RedisCache"
    settings.CACHES = {"default": {"BACKEND": redis, "LOCATION": "redis://127.0.0.1:1/0"}}
    with pytest.raises(RedisIsAway):
        cache.get("anything")
    assert commands.send_due_messages() == 1


def test_one_bad_address_does_not_hold_up_the_next(cast, queued, server, relay):
    commands.name_recipient(
        actor=cast.actor("handler"), claim=queued.notice.claim, address="kim@outside.example"
    )
    relay()
    server.answers = ["550 no such user"]
    assert commands.send_due_messages() == 2
    assert [mail["To"] for mail in server.taken] == ["kim@outside.example"]


def test_a_row_whose_worker_died_is_sent_again_with_the_same_identity(queued, server):
    died = clock.now()
    Message.objects.update(state=MessageState.SENDING, claimed_at=died, attempts=1)
    assert commands.send_due_messages() == 0
    with clock.moved_to(died + timedelta(seconds=44)):
        assert commands.send_due_messages() == 0
    with clock.moved_to(died + timedelta(seconds=45)):
        assert commands.send_due_messages() == 1
    (mail,) = server.taken
    assert mail["Message-ID"] == queued.message_id
    assert Message.objects.get().attempts == 2


def test_a_slow_worker_does_not_overwrite_the_result_of_another(queued, server):
    slow = sending._take_next()
    assert slow is not None
    with after(minutes=6):
        commands.send_due_messages()
    sending._mark_failed(slow, "gone", permanent=False)
    assert Message.objects.get().state == "sent"


def test_what_the_server_took_is_sent_whoever_had_claimed_it_since(queued, server):
    """Else a server that answers slowly would get the same e-mail again and again."""
    slow = sending._take_next()
    assert slow is not None
    with after(minutes=1):
        second = sending._take_next()
        assert second is not None
        sending._mark_sent(slow)
        sending._mark_failed(second, "gone", permanent=False)
    with after(minutes=5):
        assert commands.send_due_messages() == 0
    assert Message.objects.get().state == "sent"


@pytest.mark.django_db(transaction=True)
def test_nothing_is_sent_inside_a_transaction(queued, server, monkeypatch):
    open_transactions = []
    really = mails.email_of

    def watched(*args):
        open_transactions.append(connection.in_atomic_block)
        return really(*args)

    monkeypatch.setattr(senders, "email_of", watched)
    assert commands.send_due_messages() == 1
    assert open_transactions == [False]


def test_the_beat_finds_what_no_nudge_told_of(queued, server, settings):
    from config.celery import app
    from notifications.tasks import send_due

    entry = settings.CELERY_BEAT_SCHEDULE["send-mails"]
    assert app.tasks.get(entry["task"], send_due).name == send_due.name == entry["task"]
    send_due()
    assert len(server.taken) == 1

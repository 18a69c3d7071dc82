"""Fetching from a real IMAP server: once each, nothing lost, whatever dies in between."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from imapclient import IMAPClient

from claims.models import Claim
from core import clock
from mailboxes import commands, imap
from mailboxes.commands import fetching
from mailboxes.models import InboundMail, Mailbox
from tests.mailboxes.samples import letter, raw


def fetch() -> int:
    return commands.fetch_due_mailboxes(even_if_not_due=True)


def many(count: int) -> list[bytes]:
    return [letter(f"Text {n}", message_id=f"<{n}@kestrel.example>") for n in range(count)]


def test_a_mail_is_kept_byte_for_byte_and_then_marked_as_read(folder, mailbox):
    mail = letter("Трещины у защёлки.")
    folder.put(mail)
    assert fetch() == 1
    kept = InboundMail.objects.get()
    assert kept.raw.read() == mail
    assert (kept.sender_email, kept.subject) == ("priya.nair@kestrel.example", "Cracked latches")
    assert (kept.state, kept.message_id, kept.to_mark) == ("waiting", "<m1@kestrel.example>", False)
    assert folder.flags() == [True]
    assert fetch() == 0


def test_a_mail_that_a_person_has_read_already_is_fetched_too(folder, mailbox):
    folder.put(letter())
    folder.client.select_folder(folder.name)
    folder.client.add_flags(folder.client.search("ALL"), [b"\\Seen"])
    assert fetch() == 1


def test_mails_from_before_the_mailbox_was_set_up_stay_alone(cast, folder, mailbox):
    folder.client.append(folder.name, letter(), msg_time=clock.now() - timedelta(days=30))
    assert fetch() == 0
    earlier = {"starts_on": mailbox.starts_on - timedelta(days=60)}
    commands.change_mailbox(actor=cast.actor("administrator"), mailbox=mailbox, values=earlier)
    assert fetch() == 1


def test_fetched_mails_move_to_another_folder(cast, folder, mailbox):
    folder.client.create_folder(f"{folder.name}-done")
    values = {"move_to": f"{folder.name}-done"}
    commands.change_mailbox(actor=cast.actor("administrator"), mailbox=mailbox, values=values)
    for mail in many(3):
        folder.put(mail)
    assert fetch() == 3
    assert (folder.count(), folder.count(f"{folder.name}-done")) == (0, 3)


@pytest.mark.parametrize("without", ["Message-ID", "anything"])
def test_the_same_mail_twice_is_one_row(folder, mailbox, without):
    mail = letter() if without == "anything" else letter(message_id="")
    folder.put(raw("Received: from one", mail))
    folder.put(raw("Received: from two", mail))
    assert fetch() == 1
    assert folder.flags() == [True, True]


def test_a_forged_message_id_does_not_keep_the_real_mail_out(receive):
    first, second = letter("Forged."), letter("The real one.")
    last = receive(first, second)
    assert InboundMail.objects.count() == 2
    assert (last.state, last.reason) == ("ignored", "duplicate")
    assert b"The real one." in last.raw.read()


def break_off(monkeypatch, where, name, after: int = 0) -> None:
    """The process dies in (or right after) the call number `after`."""
    real, calls = getattr(where, name), iter(range(1000))

    def dying(*args, **kwargs):
        if next(calls) >= after:
            raise SystemExit(137)
        return real(*args, **kwargs)

    monkeypatch.setattr(where, name, dying)


STAGES = {
    "before it is fetched": (imap.Letterbox, "raw"),
    "before it is stored": (fetching, "store_mail"),
    "before the server is told": (imap.Letterbox, "mark"),
    "before the lease is given back": (fetching, "_release"),
}


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("after", [0, 1])
def test_a_worker_that_dies_loses_and_doubles_nothing(folder, mailbox, stage, after):
    for mail in many(3):
        folder.put(mail)
    with pytest.MonkeyPatch.context() as patch:
        break_off(patch, *STAGES[stage], after=0 if stage.endswith("back") else after)
        with pytest.raises(SystemExit):
            fetch()
    assert fetch() == 0, "the dead worker's lease still holds"
    with clock.moved_to(clock.now() + timedelta(minutes=6)):
        fetch()
    texts = sorted(mail.raw.read() for mail in InboundMail.objects.all())
    assert texts == sorted(many(3))
    assert folder.flags() == [True, True, True]
    assert not InboundMail.objects.filter(to_mark=True).exists()


def test_a_worker_that_was_too_slow_stops(folder, mailbox, monkeypatch):
    for mail in many(3):
        folder.put(mail)
    real, calls = imap.Letterbox.raw, iter(range(10))

    def slow(self, uid, **options):
        if next(calls) == 1:
            with clock.moved_to(clock.now() + timedelta(minutes=6)):
                monkeypatch.setattr(imap.Letterbox, "raw", real)
                assert commands.fetch_due_mailboxes(even_if_not_due=True) == 2
        return real(self, uid, **options)

    monkeypatch.setattr(imap.Letterbox, "raw", slow)
    assert fetch() == 1
    assert InboundMail.objects.count() == 3
    assert Mailbox.objects.get().lease is None


def test_when_the_server_numbers_anew_everything_is_known_again(folder, mailbox):
    for mail in many(2):
        folder.put(mail)
    fetch()
    folder.make_anew()
    for mail in [*many(2), letter(message_id="<new@kestrel.example>")]:
        folder.put(mail)
    assert fetch() == 1
    assert InboundMail.objects.count() == 3


def test_a_mail_too_large_to_fetch_is_shown_and_left_there(folder, mailbox, monkeypatch):
    monkeypatch.setattr(fetching, "MAX_MAIL_BYTES", 1000)
    folder.put(letter("x" * 2000))
    folder.put(letter("small", message_id="<small@kestrel.example>"))
    assert fetch() == 2
    commands.process_due_mails()
    large = InboundMail.objects.order_by("id")[0]
    assert (large.state, large.reason) == ("dead", "too_large")
    assert large.size > 2000
    assert large.subject == "Cracked latches"
    assert folder.flags() == [False, True]


def test_without_a_disk_nothing_is_marked(folder, mailbox, monkeypatch, settings, tmp_path):
    folder.put(letter())
    (tmp_path / "full").write_text("")
    settings.MEDIA_ROOT = tmp_path / "full"
    assert fetch() == 0
    assert Mailbox.objects.get().trouble == "storage"
    assert folder.flags() == [False]
    settings.MEDIA_ROOT = tmp_path / "media"
    with clock.moved_to(clock.now() + timedelta(minutes=3)):
        assert fetch() == 1


@pytest.mark.parametrize(
    ("values", "password", "trouble"),
    [
        ({}, "wrong", "refused"),
        ({"folder": "no-such-folder"}, "", "folder"),
        ({"port": 1}, "", "unreachable"),
        ({"security": "tls"}, "", "insecure"),
        ({"security": "starttls"}, "", "insecure"),
    ],
)
def test_what_is_wrong_with_a_mailbox_is_said(cast, mailbox, values, password, trouble):
    admin = cast.actor("administrator")
    commands.change_mailbox(actor=admin, mailbox=mailbox, values=values, password=password)
    fetch()
    failed = Mailbox.objects.get()
    assert (failed.trouble, failed.failures) == (trouble, 1)
    assert "imap-secret" not in failed.trouble_detail
    with pytest.raises(imap.MailboxFailed) as refused:
        commands.try_mailbox(actor=admin, mailbox=failed)
    assert refused.value.trouble == trouble


def test_an_unreachable_mailbox_is_asked_less_and_less_often(mailbox):
    Mailbox.objects.update(port=1)
    moment, waits = clock.now(), []
    for _ in range(9):
        with clock.moved_to(moment):
            assert commands.fetch_due_mailboxes() == 0
            due = Mailbox.objects.get().next_poll_at
        waits.append(round((due - moment).total_seconds() / 60))
        moment = due
    assert waits == [2, 4, 8, 16, 32, 60, 60, 60, 60]


def test_every_minute_the_mailbox_is_due_again(folder, mailbox):
    commands.fetch_due_mailboxes()
    folder.put(letter())
    assert commands.fetch_due_mailboxes() == 0
    with clock.moved_to(clock.now() + timedelta(minutes=1)):
        assert commands.fetch_due_mailboxes() == 1


def test_paused_and_inactive_mailboxes_are_not_read(cast, folder, mailbox):
    folder.put(letter())
    admin = cast.actor("administrator")
    assert commands.pause_mailboxes(actor=admin, reason="restored copy") == 1
    assert fetch() == 0
    commands.resume_mailbox(actor=admin, mailbox=mailbox)
    commands.change_mailbox(actor=admin, mailbox=mailbox, values={"is_active": False})
    assert fetch() == 0
    assert InboundMail.objects.count() == 0


def test_trying_the_connection_counts_and_changes_nothing(cast, folder, mailbox):
    folder.put(letter())
    assert commands.try_mailbox(actor=cast.actor("administrator"), mailbox=mailbox) == 1
    assert folder.flags() == [False]


def test_servers_without_move_are_served_too(cast, folder, mailbox, monkeypatch):
    real = IMAPClient.has_capability
    monkeypatch.setattr(
        IMAPClient, "has_capability", lambda self, name: name != "MOVE" and real(self, name)
    )
    folder.client.create_folder(f"{folder.name}-done")
    values = {"move_to": f"{folder.name}-done"}
    commands.change_mailbox(actor=cast.actor("administrator"), mailbox=mailbox, values=values)
    folder.put(letter())
    assert fetch() == 1
    assert (folder.count(), folder.count(f"{folder.name}-done")) == (0, 1)


def test_one_round_by_hand(folder, mailbox, capsys):
    folder.put(letter())
    call_command("fetch_mail")
    assert "1 new mails, 1 processed." in capsys.readouterr().out
    assert Claim.objects.count() == 1
    Mailbox.objects.update(port=1)
    call_command("fetch_mail", mailbox="Claims")
    assert "Claims: The server does not answer." in capsys.readouterr().err
    with pytest.raises(CommandError):
        call_command("fetch_mail", mailbox="no such")

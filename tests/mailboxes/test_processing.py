"""Processing that is cut off, fails, or meets another worker: one claim, or a reason."""

from __future__ import annotations

from datetime import timedelta

import pytest

from claims.models import Claim, Comment
from core import clock
from events.models import Event
from mailboxes import commands, tasks
from mailboxes.commands import processing, writing
from mailboxes.models import InboundMail
from responses.models import IncomingMessage
from tests.mailboxes.samples import PNG, letter, raw, with_files


def later(**distance: float):
    return clock.moved_to(clock.now() + timedelta(**distance))


def test_the_task_fetches_and_processes(folder, mailbox):
    folder.put(letter())
    tasks.receive()
    assert InboundMail.objects.get().state == "done"


STAGES = {
    "reading": (processing, "parse"),
    "opening the claim": (writing, "report_claim"),
    "attaching": (writing, "attach_file"),
    "writing": (processing, "add_to_claim"),
    "finishing": (processing, "finish"),
}


@pytest.mark.parametrize("stage", STAGES)
def test_cut_off_at_any_stage_a_mail_is_one_claim_with_its_files(receive, stage):
    mail = with_files(("a.png", "image/png", PNG), ("b.csv", "text/csv", b"a;b\n1;2\n"))
    with pytest.MonkeyPatch.context() as patch:
        where, name = STAGES[stage]

        def die(*args, **kwargs):
            raise SystemExit(137)

        patch.setattr(where, name, die)
        with pytest.raises(SystemExit):
            receive(mail)
    assert commands.process_due_mails() == 0, "the dead worker's try is not over"
    with later(minutes=6):
        commands.process_due_mails()
    claim = Claim.objects.get()
    assert InboundMail.objects.get().claim == claim
    assert InboundMail.objects.get().state == "done"
    assert sorted(claim.attachments.values_list("name", flat=True)) == ["a.png", "b.csv"]
    assert Event.objects.filter(kind="claim.reported").count() == 1


@pytest.mark.parametrize("stage", ["attaching", "writing", "finishing"])
def test_cut_off_at_any_stage_a_reply_is_one_message(acknowledged, server, receive, stage):
    head, _, body = with_files(("photo.png", "image/png", PNG)).partition(b"\r\n")
    with pytest.MonkeyPatch.context() as patch:
        where, name = STAGES[stage]
        patch.setattr(where, name, lambda *args, **kwargs: 1 / 0)
        failed = receive(raw(head, f"In-Reply-To: {server.taken[0]['Message-ID']}", body))
    assert (failed.state, failed.attempts) == ("failed", 1)
    assert "ZeroDivisionError" in failed.error
    with later(minutes=2):
        commands.process_due_mails()
    assert IncomingMessage.objects.get().attachments.count() == 1
    assert InboundMail.objects.get().state == "done"


def test_what_always_fails_is_dead_in_the_end_and_kept(receive, monkeypatch):
    monkeypatch.setattr(processing, "parse", lambda data: 1 / 0)
    sent = letter()
    receive(sent)
    moment = clock.now()
    for _ in range(processing.MOST_ATTEMPTS):
        moment += timedelta(hours=2)
        with clock.moved_to(moment):
            commands.process_due_mails()
    dead = InboundMail.objects.get()
    assert (dead.state, dead.attempts) == ("dead", processing.MOST_ATTEMPTS)
    assert dead.raw.read() == sent


def test_a_mail_that_kills_its_workers_is_put_aside(receive):
    def die(*args):
        raise SystemExit(137)

    moment = clock.now()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(processing, "parse", die)
        with pytest.raises(SystemExit):
            receive(letter())
        for _ in range(processing.MOST_ATTEMPTS - 1):
            moment += timedelta(minutes=6)
            with clock.moved_to(moment), pytest.raises(SystemExit):
                commands.process_due_mails()
        with clock.moved_to(moment + timedelta(minutes=6)):
            commands.process_due_mails()
    assert InboundMail.objects.get().state == "dead"


def test_a_silent_virus_scanner_is_waited_for(receive, settings):
    settings.CLAMD_URL = "tcp://127.0.0.1:1"
    mail = receive(with_files(("photo.png", "image/png", PNG)))
    assert mail.state == "failed"
    settings.CLAMD_URL = ""
    with later(minutes=2):
        commands.process_due_mails()
    assert Claim.objects.get().attachments.count() == 1
    assert not Comment.objects.exists()


def test_a_worker_that_lost_the_mail_to_another_one_writes_nothing(receive, monkeypatch):
    real = writing.attach_files

    def slow(post, claim):
        monkeypatch.setattr(processing, "attach_files", real)
        with later(minutes=6):
            commands.process_due_mails()
        return real(post, claim)

    monkeypatch.setattr(processing, "attach_files", slow)
    receive(with_files(("look.html", "text/html", b"<script>1</script>")))
    assert InboundMail.objects.get().state == "done"
    assert Comment.objects.count() == 1
    assert Claim.objects.count() == 1

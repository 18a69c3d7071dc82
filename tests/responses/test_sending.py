"""A letter counts as sent when it was handed over: to a mail server, or by a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from socket import socket
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.core.files.uploadedfile import SimpleUploadedFile

from claims.commands import attach_file
from core import clock
from core.errors import InvalidInput, NotPermitted, TransitionRefused
from events.models import Event
from events.relay import run_pending
from responses import selectors
from responses.commands import outbox
from responses.models import Letter, OutgoingMail


class MailServer:
    """Keeps what it takes; answers `reply` to a recipient when that is set."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.reply = ""
        self.calls = 0

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:  # noqa: N802
        self.calls += 1
        if self.reply:
            return self.reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@pytest.fixture
def mail_server(settings) -> Iterator[MailServer]:
    """A real SMTP server on a port of its own."""
    handler = MailServer()
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    yield handler
    controller.stop()


def reread(letter: Letter) -> Letter:
    return Letter.objects.select_related("claim").get(pk=letter.pk)


def sent_events(letter: Letter) -> list[dict[str, Any]]:
    return list(Event.objects.filter(kind="letter.sent").values_list("data", flat=True))


def later(**distance: float) -> Any:
    return clock.moved_to(clock.now() + timedelta(**distance))


def test_an_acknowledgement_goes_out_without_approval(early, mail_server):
    letter = early.letter("acknowledgement")
    queued = early.do("send_letter", letter=letter)
    assert queued.state == "approved"
    assert early.now().acknowledged_at is None
    assert outbox.send_due() == 1
    letter = reread(letter)
    assert (letter.state, letter.channel) == ("sent", "email")
    assert letter.sent_by == early.cast.handler
    assert early.now().acknowledged_at == letter.sent_at
    assert not early.claim.clocks.filter(kind="acknowledgement", stopped_at=None).exists()
    (message,) = mail_server.messages
    assert message["To"] == "Priya Nair <priya.nair@kestrel.example>"
    assert message["Message-ID"] == OutgoingMail.objects.get().message_id
    assert early.claim.number in message["Subject"]
    text = message.get_body(("plain",)).get_content()
    assert "We have received your claim." in text
    assert text.replace("\r\n", "\n").strip() == letter.frozen_text.strip()
    assert "<h1>" in message.get_body(("html",)).get_content()


def test_what_went_out_is_frozen_and_its_hash_stands_in_history(early, mail_server):
    letter = early.letter("acknowledgement")
    early.do("send_letter", letter=letter)
    outbox.send_due()
    letter = reread(letter)
    assert letter.is_intact
    assert [each["sha256"] for each in sent_events(letter)] == [letter.frozen_sha256]
    Letter.objects.filter(pk=letter.pk).update(frozen_text="Other words.")
    assert not reread(letter).is_intact
    with pytest.raises(TransitionRefused):
        early.do("edit_letter", letter=letter, values={"body": "Too late."})


def test_the_final_response_needs_its_signature_and_sets_both_moments(answer, mail_server):
    with pytest.raises(TransitionRefused):
        answer.do("send_letter", letter=answer.submitted())
    letter = answer.sign(selectors.final_letter(answer.claim))
    answer.do("send_letter", letter=letter)
    outbox.send_due()
    claim = answer.now()
    assert claim.final_response_at == claim.first_response_at == reread(letter).sent_at
    assert "Oleg Tarasov" in mail_server.messages[0].get_body(("plain",)).get_content()


def test_an_interim_reply_is_the_first_substantive_answer(answer, mail_server):
    letter = answer.letter("interim")
    answer.do("send_letter", letter=letter)
    outbox.send_due()
    claim = answer.now()
    assert claim.first_response_at
    assert claim.final_response_at is None


def test_enclosures_travel_with_the_letter(early, mail_server):
    upload = SimpleUploadedFile("report.pdf", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n")
    file = attach_file(actor=early.cast.actor("handler"), claim=early.claim, upload=upload)
    letter = early.letter("acknowledgement")
    letter = early.do("edit_letter", letter=letter, values={}, enclosures=[file])
    early.do("send_letter", letter=letter)
    outbox.send_due()
    (message,) = mail_server.messages
    assert [part.get_filename() for part in message.iter_attachments()] == ["report.pdf"]
    assert reread(letter).frozen_enclosures[0]["sha256"] == file.sha256
    assert "Enclosed: report.pdf" in reread(letter).frozen_text


def test_a_server_that_is_away_is_tried_again_with_the_same_message_id(early, mail_server):
    mail_server.reply = "451 try later"
    letter = early.letter("acknowledgement")
    early.do("send_letter", letter=letter)
    assert outbox.send_due() == 1
    mail = OutgoingMail.objects.get()
    assert (mail.state, mail.attempts) == ("queued", 1)
    assert "451" in mail.error
    assert outbox.send_due() == 0
    mail_server.reply = ""
    with later(minutes=2):
        assert outbox.send_due() == 1
    assert reread(letter).state == "sent"
    assert mail_server.messages[0]["Message-ID"] == mail.message_id


def test_no_server_at_all_puts_it_off(early, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    early.do("send_letter", letter=early.letter("acknowledgement"))
    assert outbox.send_due() == 0
    mail = OutgoingMail.objects.get()
    assert (mail.state, mail.attempts, mail.error) == ("queued", 0, "")


def test_a_letter_of_a_killed_worker_goes_out_once_it_cannot_be_sending_any_more(
    early, mail_server, monkeypatch
):
    early.do("send_letter", letter=early.letter("acknowledgement"))

    def killed(**_: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(outbox, "note_handed_over", killed)
        with pytest.raises(SystemExit):
            outbox.send_due()
    with later(seconds=150):
        assert outbox.send_due() == 0
    with later(seconds=160):
        assert outbox.send_due() == 1
    first, second = mail_server.messages
    assert first["Message-ID"] == second["Message-ID"]


def test_a_worker_that_was_taken_over_does_not_put_the_letter_off(early, mail_server):
    early.do("send_letter", letter=early.letter("acknowledgement"))
    slow = outbox._claim_next()
    with later(minutes=3):
        quick = outbox._claim_next()
        assert slow
        assert quick
        outbox._put_off(slow, OSError("timed out"))
    assert OutgoingMail.objects.get().next_at == quick.next_at


def test_a_letter_that_cannot_be_made_does_not_hold_up_the_others(early, monkeypatch):
    early.do("send_letter", letter=early.letter("acknowledgement"))

    def broken(*args: Any) -> None:
        raise ValueError("a header with a line break")

    monkeypatch.setattr(outbox, "message_of", broken)
    assert outbox.send_due() == 1
    mail = OutgoingMail.objects.get()
    assert (mail.state, mail.error) == ("queued", "a header with a line break")


def test_a_refused_address_fails_at_once_and_leaves_the_letter_to_its_author(early, mail_server):
    mail_server.reply = "550 no such user"
    letter = early.letter("acknowledgement")
    early.do("send_letter", letter=letter)
    outbox.send_due()
    mail = OutgoingMail.objects.get()
    assert mail.state == "failed"
    assert "550" in mail.error
    assert reread(letter).state == "approved"
    assert early.now().acknowledged_at is None
    failed = Event.objects.get(kind="letter.failed")
    assert failed.data["author"] == early.cast.handler.pk
    # Another way is found.
    early.do("mark_sent", letter=reread(letter), channel="phone", remark="Spoke to Ms Nair")
    assert early.now().acknowledged_at


def test_after_a_day_of_trying_it_gives_up(early, mail_server):
    mail_server.reply = "451 try later"
    early.do("send_letter", letter=early.letter("acknowledgement"))
    OutgoingMail.objects.update(attempts=outbox.GIVE_UP_AFTER - 1)
    outbox.send_due()
    assert OutgoingMail.objects.get().state == "failed"


def test_a_worker_that_dies_after_sending_makes_one_more_of_the_same(early, mail_server):
    letter = early.letter("acknowledgement")
    early.do("send_letter", letter=letter)
    mail = outbox._claim_next()
    outbox.message_of(mail, letter).send()  # type: ignore[arg-type]
    assert outbox.send_due() == 0
    with later(minutes=11):
        assert outbox.send_due() == 1
    assert len({message["Message-ID"] for message in mail_server.messages}) == 1
    assert len(mail_server.messages) == 2
    assert len(sent_events(letter)) == 1


def test_a_letter_on_its_way_is_not_touched(answer, mail_server):
    letter = answer.approved()
    answer.do("send_letter", letter=letter)
    for attempt in (
        lambda: answer.do("send_letter", letter=letter),
        lambda: answer.do("edit_letter", letter=letter, values={"body": "x"}),
        lambda: answer.do("take_back_letter", letter=letter),
        lambda: answer.decided("partly"),
        lambda: answer.do("mark_sent", letter=letter, channel="phone", remark="said it"),
    ):
        with pytest.raises(TransitionRefused):
            attempt()
    assert outbox.send_due() == 1
    assert reread(letter).state == "sent"


def test_ringing_the_mail_is_left_to_the_relay(early):
    early.do("send_letter", letter=early.letter("acknowledgement"))
    run_pending()
    assert OutgoingMail.objects.get().state == "queued"


def test_a_call_is_noted_with_its_moment_and_words(early):
    letter = early.letter("acknowledgement")
    moment = early.claim.received_at + timedelta(seconds=1)
    with later(hours=1):
        early.do(
            "mark_sent", letter=letter, channel="phone", sent_at=moment, remark="Spoke to Ms Nair"
        )
    letter = reread(letter)
    assert (letter.state, letter.channel, letter.sent_at) == ("sent", "phone", moment)
    assert letter.frozen_text
    # The deadline is kept when it is noted, not when somebody says it was.
    assert early.now().acknowledged_at > moment


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"channel": "email"}, "channel"),
        ({"remark": " "}, "remark"),
        ({"sent_at": timedelta(days=1)}, "sent_at"),
        ({"sent_at": timedelta(days=-400)}, "sent_at"),
    ],
)
def test_what_is_noted_must_be_possible(early, values, field):
    letter = early.letter("acknowledgement")
    if "sent_at" in values:
        values = {"sent_at": clock.now() + values["sent_at"]}
    with pytest.raises(InvalidInput) as refusal:
        early.do("mark_sent", letter=letter, **{"channel": "phone", "remark": "said it", **values})
    assert field in refusal.value.fields


def test_a_signed_final_is_checked_against_what_was_signed(answer):
    letter = answer.approved()
    Letter.objects.filter(pk=letter.pk).update(findings="Slipped in behind the signature.")
    with pytest.raises(TransitionRefused, match="signed"):
        answer.do("send_letter", letter=letter)


def test_without_an_address_another_way_is_asked_for(early):
    letter = early.letter("acknowledgement")
    letter = early.do("edit_letter", letter=letter, values={"recipient_email": ""})
    with pytest.raises(InvalidInput) as refusal:
        early.do("send_letter", letter=letter)
    assert "recipient_email" in refusal.value.fields


@pytest.mark.parametrize("person", ["employee", "legal", "finance", "manager", "auditor"])
def test_others_send_nothing(early, person):
    with pytest.raises(NotPermitted):
        early.do("send_letter", by=person, letter=early.letter("acknowledgement"))

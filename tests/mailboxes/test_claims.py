"""What becomes of a mail: a claim, a message of the customer, a comment; nothing twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from claims.models import Attachment, Claim, Comment
from core import clock
from events.models import Event
from mailboxes import commands
from mailboxes.models import InboundMail, Mailbox
from masterdata.models import CustomerContact
from notifications.commands import send_due_messages
from notifications.models import Message, Notice
from responses.models import IncomingMessage, OutgoingMail
from tests.mailboxes import samples
from tests.mailboxes.samples import PNG, letter, raw, with_files

STRANGER = "Kim Lee <kim@unknown.example>"
HANDLER = "Anna Kravtsova <anna.kravtsova@tarvina.example>"


def later(**distance: float):
    return clock.moved_to(clock.now() + timedelta(**distance))


def reply(to: str, text: str = "38 pieces.", **options) -> bytes:
    headers = (f"In-Reply-To: {to}", *options.pop("headers", ()))
    options = {"message_id": "<reply@kestrel.example>", "subject": "Re: your claim", **options}
    return letter(text, headers=headers, **options)


def test_a_known_contact_opens_a_claim_of_their_company(cast, receive):
    mail = receive(letter("The latch cracks at its base.\n\nSee drawing RK-12."))
    claim = mail.claim
    assert (mail.state, mail.result) == ("done", "claim")
    assert (claim.step, claim.channel, claim.title) == ("receipt", "email", "Cracked latches")
    assert (claim.customer, claim.contact, claim.site) == (cast.customer, cast.contact, cast.site)
    assert claim.description == "The latch cracks at its base.\n\nSee drawing RK-12."
    assert claim.reporter == "Priya Nair <priya.nair@kestrel.example>"
    assert claim.received_at == mail.received_at
    event = Event.objects.get(kind="claim.reported")
    assert (event.via, event.actor) == ("e-mail", None)


def test_a_stranger_opens_a_claim_without_customer(receive):
    claim = receive(letter(sender=STRANGER)).claim
    assert (claim.customer, claim.reporter) == (None, "Kim Lee <kim@unknown.example>")


def test_a_person_of_the_house_reports_as_themselves(cast, receive):
    mail = receive(letter(sender="rustam.agishev@tarvina.example", subject="Fwd: Cracks"))
    assert mail.claim.received_by == cast.reporter
    assert mail.claim.title == "Cracks"
    assert Event.objects.get(kind="claim.reported").actor == cast.reporter


def test_one_who_only_reads_does_not_become_a_reporter(cast, receive):
    claim = receive(letter(sender=cast.auditor.email)).claim
    assert claim.received_by is None
    assert claim.reporter == "vera.lisina@tarvina.example"


def test_russian_mail_in_old_charsets(receive):
    claim = receive(samples.the_bat()).claim
    assert claim.title == "Претензия по партии L-2291: трещины защёлок"
    assert "треснули защёлки" in claim.description
    assert receive(samples.bare_windows()).claim.title == "Брак крышек КТ-7"


def test_a_mail_without_words_still_becomes_a_claim(receive):
    claim = receive(raw("From: kim@unknown.example", "", "")).claim
    assert claim.title == "E-mail from kim@unknown.example"
    assert receive(raw("X-Nothing: 1", "", "")).claim.title == "E-mail from unknown sender"


def test_what_the_system_adds_is_in_the_language_of_the_site(cast, receive):
    cast.site.language = "ru"
    cast.site.save()
    claim = receive(raw("From: kim@unknown.example", "", "")).claim
    assert claim.title == "Письмо от kim@unknown.example"


def test_files_come_along_and_refusals_are_written_down(receive):
    page = b"<html><script>alert(1)</script></html>"
    claim = receive(
        with_files(
            ("photo.png", "image/png", PNG),
            ("look.html", "text/html", page),
            ("winmail.dat", "application/ms-tnef", b"\x78\x9f\x3e\x22rest"),
        )
    ).claim
    (kept,) = Attachment.objects.filter(claim=claim)
    assert (kept.name, kept.file.read()) == ("photo.png", PNG)
    note = Comment.objects.get(claim=claim).text
    assert "look.html: " in note
    assert "winmail.dat: " in note
    assert page.hex()[:20] not in note


def test_a_reply_to_a_letter_joins_its_claim(acknowledged, server, receive):
    (sent,) = server.taken
    quoted = f"On 25 Nov 2026, Claims wrote:\n> {sent['Subject']}"
    mail = receive(reply(sent["Message-ID"], f"38 pieces.\n\n{quoted}"))
    assert (mail.state, mail.result, mail.claim) == ("done", "message", acknowledged.claim)
    message = IncomingMessage.objects.get()
    assert (message.text, message.sender_name) == ("38 pieces.", "Priya Nair")
    assert message.message_id == "<reply@kestrel.example>"
    assert Claim.objects.count() == 1


def test_a_colleague_of_the_customer_may_answer_too(acknowledged, server, receive):
    mail = receive(reply(server.taken[0]["Message-ID"], sender=STRANGER))
    assert mail.claim == acknowledged.claim
    assert IncomingMessage.objects.get().sender_email == "kim@unknown.example"


def test_files_of_a_reply_belong_to_the_message(acknowledged, server, receive):
    head, _, body = with_files(("photo.png", "image/png", PNG)).partition(b"\r\n")
    thread = f"In-Reply-To: {server.taken[0]['Message-ID']}"
    receive(raw(head, thread, body))
    (file,) = IncomingMessage.objects.get().attachments.all()
    assert file.claim == acknowledged.claim


def test_the_customer_goes_on_in_their_own_thread(receive):
    claim = receive(letter(sender=STRANGER)).claim
    mail = receive(reply("<m1@kestrel.example>", sender=STRANGER))
    assert (mail.result, mail.claim) == ("message", claim)


@pytest.mark.parametrize(
    ("sender", "joins"),
    [
        ("Priya Nair <priya.nair@kestrel.example>", True),
        (HANDLER, True),
        (STRANGER, False),
        ("olga@arkona.example", False),
    ],
)
def test_a_number_counts_only_from_those_the_claim_knows(cast, receive, sender, joins):
    CustomerContact.objects.create(
        customer=cast.other_customer, name="Olga", email="olga@arkona.example"
    )
    claim = cast.complete_report()
    mail = receive(letter(sender=sender, subject=f"Re: [{claim.number}] latches"))
    assert (mail.claim == claim) is joins
    if not joins:
        assert mail.claim.customer != claim.customer
        assert f"names claim {claim.number}" in Comment.objects.get(claim=mail.claim).text
        assert not IncomingMessage.objects.exists()


def test_the_thread_of_a_claim_is_as_good_as_its_number(cast, receive):
    claim = cast.complete_report()
    root = f"<claim-{claim.number}@tarvina.example>"
    assert receive(reply(root, sender=STRANGER)).claim != claim
    assert receive(reply(root, message_id="<2@kestrel.example>")).claim == claim


def test_a_tracking_code_decides_alone(cast, receive):
    claim = cast.complete_report()
    mail = receive(letter(sender=STRANGER, subject=f"More photos {claim.tracking_code}"))
    assert (mail.result, mail.claim) == ("message", claim)


def test_who_opened_a_claim_by_mail_may_name_its_number(receive):
    claim = receive(letter(sender=STRANGER)).claim
    mail = receive(
        letter("More.", sender=STRANGER, subject=claim.number, message_id="<2@unknown.example>")
    )
    assert (mail.result, mail.claim) == ("message", claim)


@pytest.fixture
def notified(cast, rule, relay, server) -> Message:
    """The head of the warehouse and a partner outside have mails about a claim."""
    rule(occasion="claim.reported", people=[cast.warehouse], addresses=["desk@partner.example"])
    cast.complete_report()
    relay()
    send_due_messages()
    return Message.objects.filter(to=cast.warehouse.email).latest("id")


def test_a_reply_to_a_notice_is_a_comment_of_the_person(cast, notified, receive):
    mail = receive(reply(notified.message_id, "Blocked.", sender=cast.warehouse.email))
    assert (mail.result, mail.claim) == ("comment", notified.notice.claim)
    comment = Comment.objects.get()
    assert (comment.author, comment.text) == (cast.warehouse, "Blocked.")
    assert Event.objects.get(kind="claim.commented").via == "e-mail"
    assert not IncomingMessage.objects.exists()


def test_words_of_somebody_without_a_part_are_written_down_by_the_system(cast, receive):
    claim = cast.complete_report()
    receive(letter("I saw it.", sender=cast.employee.email, subject=claim.number))
    comment = Comment.objects.get()
    assert comment.author is None
    assert "yulia.orekhova@tarvina.example" in comment.text
    assert comment.text.endswith("I saw it.")


def test_partners_outside_answer_notices_inside(notified, receive):
    to_partner = Message.objects.get(to="desk@partner.example")
    mail = receive(reply(to_partner.message_id, "Noted.", sender="desk@partner.example"))
    assert mail.result == "comment"
    assert "desk@partner.example" in Comment.objects.get().text


def test_an_inactive_person_is_a_stranger(cast, receive):
    claim = cast.complete_report()
    cast.handler.is_active = False
    cast.handler.save()
    assert receive(letter(sender=HANDLER, subject=claim.number)).claim != claim


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        (("Auto-Submitted: auto-replied (vacation)",), "auto_reply"),
        (("X-Autoreply: yes",), "auto_reply"),
        (("Precedence: bulk", "In-Reply-To: <x@tarvina.example>"), "auto_reply"),
        (("Auto-Submitted: auto-generated",), "automatic"),
        (("Precedence: junk",), "automatic"),
        (("X-Auto-Response-Suppress: All",), "automatic"),
        (("Return-Path: <>",), "automatic"),
    ],
)
def test_machines_are_left_alone(receive, headers, reason):
    mail = receive(letter(sender=STRANGER, headers=headers))
    assert (mail.state, mail.reason) == ("ignored", reason)
    assert not Claim.objects.exists()


def test_what_a_customers_system_reports_by_itself_is_a_claim(cast, receive):
    mail = receive(letter(headers=("Auto-Submitted: auto-generated", "Precedence: bulk")))
    assert mail.claim.customer == cast.customer


def test_a_mailing_list_or_group_address_does_not_hide_people(receive):
    headers = ("Precedence: list", "List-Id: <claims.tarvina.example>", "Auto-Submitted: no")
    assert receive(letter(sender=STRANGER, headers=headers)).result == "claim"


def test_our_own_mails_come_back_to_nothing(acknowledged, notified, server, receive):
    for sent in server.taken:
        mail = receive(sent.as_bytes())
        assert (mail.state, mail.reason) == ("ignored", "own")
    ours = letter(sender="Claims <claims@tarvina.example>", message_id="<o@x>")
    assert receive(ours).reason == "own"


def test_two_machines_that_answer_each_other_stop(cast, receive):
    Mailbox.objects.update(hourly_limit=3)
    mails = [letter(f"Ticket {n}", message_id=f"<{n}@kestrel.example>") for n in range(5)]
    receive(*mails)
    states = InboundMail.objects.order_by("id").values_list("state", "reason")
    assert list(states) == [("done", "")] * 3 + [("ignored", "too_many")] * 2
    assert Claim.objects.count() == 3
    with later(hours=2):
        assert receive(letter(message_id="<9@kestrel.example>")).state == "done"


def test_the_same_mail_in_two_mailboxes_is_one_claim(cast, folder, mailbox, receive):
    folder.client.create_folder(f"{folder.name}-2")
    second = {"name": "Quality", "folder": f"{folder.name}-2", "host": "127.0.0.1"}
    commands.create_mailbox(
        actor=cast.actor("administrator"),
        password=folder.password,
        username=folder.user,
        port=folder.port,
        security="none",
        site=cast.site,
        **second,
    )
    folder.client.append(f"{folder.name}-2", letter())
    receive(letter())
    assert Claim.objects.count() == 1
    results = sorted(InboundMail.objects.values_list("state", "reason"))
    assert results == [("done", ""), ("ignored", "duplicate")]


def test_a_letter_that_comes_back_is_marked_and_its_sender_hears(
    acknowledged, relay, receive, browse
):
    sent = OutgoingMail.objects.get()
    mail = receive(samples.bounce(sent.message_id))
    assert (mail.state, mail.result, mail.claim) == ("done", "bounce", acknowledged.claim)
    sent.refresh_from_db()
    assert sent.state == "returned"
    assert "User unknown" in sent.error
    relay()
    told = Notice.objects.filter(occasion="claim.mention", channel="in_app").get()
    assert told.user == acknowledged.cast.handler
    assert Event.objects.filter(kind="letter.came_back").count() == 1
    page = reverse("responses:correspondence", args=[acknowledged.claim.number])
    shown = browse(acknowledged.cast.handler).get(page).content.decode()
    assert "came back" in shown
    assert "User unknown" in shown


def test_a_notice_that_comes_back_has_told_nobody(notified, receive):
    mail = receive(samples.bounce(notified.message_id, to=notified.to))
    assert mail.result == "bounce"
    notified.refresh_from_db()
    assert notified.state == "dead"
    assert Notice.objects.get(pk=notified.notice_id).sent_at is None
    assert Event.objects.filter(kind="notice.failed").count() == 1


def test_delays_and_bounces_of_foreign_mails_are_only_kept(acknowledged, receive):
    sent = OutgoingMail.objects.get()
    late = receive(samples.bounce(sent.message_id, action="delayed"))
    assert (late.state, late.reason) == ("ignored", "delayed")
    foreign = receive(samples.bounce("<spam@elsewhere.example>"))
    assert (foreign.state, foreign.reason) == ("ignored", "bounce")
    sent.refresh_from_db()
    assert sent.state == "sent"

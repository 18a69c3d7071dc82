"""Raw mails taken apart: encodings, names, files, and what nobody could have written on purpose."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailboxes.bounces import report_of
from mailboxes.charsets import text_of
from mailboxes.commands.fetching import content_digest
from mailboxes.parsing import parse
from tests.mailboxes import samples
from tests.mailboxes.samples import letter, raw


def test_koi8_in_headers_and_body():
    mail = parse(samples.the_bat())
    assert mail.sender.name == "Ольга Лещенко, ОТК"
    assert mail.sender.email == "olga@arkona.example"
    assert mail.subject == "Претензия по партии L-2291: трещины защёлок"
    assert mail.text == "Добрый день! В партии L-2291 у 38 корпусов треснули защёлки."
    assert mail.message_id == "<1714.20261125@arkona.example>"


def test_letters_without_any_declared_charset():
    mail = parse(samples.bare_windows())
    assert (mail.sender.name, mail.sender.email) == ("Пётр Савин", "savin@arkona.example")
    assert mail.subject == "Брак крышек КТ-7"
    assert mail.text == "Просим заменить крышки: раковины у 12 штук."


@pytest.mark.parametrize("charset", ["utf-8", "cp1251", "koi8-r", "cp866", "iso8859-5"])
@pytest.mark.parametrize("declared", [None, "x-unknown", "us-ascii", "base64"])
def test_the_charset_is_guessed_where_none_fits(charset, declared):
    text = "Трещины у основания защёлки, партия L-2291"
    assert text_of(text.encode(charset), declared) == text


def test_one_broken_byte_does_not_change_the_charset():
    data = ("Трещины у основания защёлки " * 5).encode() + b"\xd0"
    assert text_of(data, "utf-8").startswith("Трещины у основания")


def test_file_names_in_every_spelling():
    names = [(file.name, file.content[-3:]) for file in parse(samples.names_of_files()).files]
    assert names == [
        ("Акт разбора.pdf", b"one"),
        ("Акт разбора.pdf", b"two"),
        ("Акт разбора.pdf", b"ree"),
    ]


def test_of_two_forms_the_plain_one_is_read_and_all_files_are_found():
    mail = parse(samples.outlook())
    assert (mail.sender.name, mail.sender.email) == ("Nair, Priya", "priya.nair@kestrel.example")
    assert mail.subject == "Cracked latches – lot L-2291"
    assert mail.text == "38 of 3600 latches crack – see the photo."
    assert [file.name for file in mail.files] == ["photo.png", "winmail.dat"]
    assert mail.files[0].content == samples.PNG


def test_html_becomes_the_text_that_a_reader_sees():
    text = parse(samples.only_html()).text
    assert "Добрый день!" in text
    assert "* трещины" in text
    assert "alert" not in text
    assert "color" not in text


def test_a_mail_that_is_only_passed_on_says_what_that_one_says():
    mail = parse(samples.passed_on())
    assert mail.text.startswith("Priya Nair <priya.nair@kestrel.example>: Latches of lot L-2291")
    assert "They crack at the base." in mail.text
    (file,) = mail.files
    assert (file.name, file.media_type) == ("Latches of lot L-2291.eml", "message/rfc822")
    assert b"They crack at the base." in file.content


def test_references_the_nearest_first():
    headers = ("References: <a@x> <b@x>", "\t<c@x>", "In-Reply-To: <c@x>")
    assert parse(letter(headers=headers)).references == ["<c@x>", "<b@x>", "<a@x>"]


@pytest.mark.parametrize(
    ("value", "name", "email"),
    [
        ("priya@kestrel.example", "", "priya@kestrel.example"),
        ("<priya@kestrel.example>", "", "priya@kestrel.example"),
        ("Priya <PRIYA@Kestrel.Example>", "Priya", "priya@kestrel.example"),
        ('"Nair, Priya" <priya@kestrel.example>', "Nair, Priya", "priya@kestrel.example"),
        ("=?broken?Q <priya@kestrel.example>", "=?broken?Q", "priya@kestrel.example"),
        ("Priya priya@kestrel.example", "", "priya@kestrel.example"),
        ("undisclosed", "", ""),
        ("a@b.example, c@d.example", "", "a@b.example"),
    ],
)
def test_senders_as_they_come(value, name, email):
    sender = parse(letter(sender=value)).sender
    assert (sender.name, sender.email) == (name, email)


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"\x00\xff\xfe",
        b"no header at all, only words",
        raw("Subject: x", "Content-Type: multipart/mixed", "", "no boundary"),
        raw("Subject: x", 'Content-Type: multipart/mixed; boundary="b"', "", "--b"),
        raw("Subject: x", "Content-Type: text/plain; charset=", "", "text"),
        raw("Subject: =?utf-8?B?!!!?=", "", "text"),
        raw("From: =?koi8-r?B?", " =?=", "Content-Type: ;;;", "", "text"),
        raw("Content-Type: message/rfc822", "", ""),
        raw("Content-Type: text/plain", "Content-Transfer-Encoding: base64", "", "$$$"),
        raw("Content-Type: text/html; charset=utf-16", "", "<p>a"),
        raw("Content-Disposition: attachment; filename*=x''%ff%", "", "text"),
    ],
)
def test_broken_mails_are_read_as_far_as_they_go(broken):
    mail = parse(broken)
    assert "\x00" not in mail.text
    assert "\x00" not in mail.subject


@given(st.binary(max_size=400))
def test_no_bytes_make_the_parser_fail(noise):
    heads = b"From: x@y.example\r\nSubject: " + noise[:60] + b"\r\n"
    parse(noise)
    parse(heads + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + noise)
    content_digest(noise)


def test_reports_of_mail_servers():
    report = report_of(parse(samples.bounce("<letter-1@tarvina.example>")))
    assert report is not None
    assert report.recipients == ["priya.nair@kestrel.example"]
    assert report.message_ids[0] == "<letter-1@tarvina.example>"
    assert "User unknown" in report.cause
    late = report_of(parse(samples.bounce("<letter-1@tarvina.example>", action="delayed")))
    assert late is not None
    assert not late.is_final
    assert report_of(parse(letter())) is None


def test_the_same_mail_by_two_ways_has_one_digest():
    first = raw("Received: from a", letter())
    second = raw("Received: from b", "Delivered-To: x", letter())
    assert content_digest(first) == content_digest(second)
    assert content_digest(first) != content_digest(letter("Something else."))

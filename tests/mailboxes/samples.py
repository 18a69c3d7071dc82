"""Mails as mail programs write them, byte for byte; all people and companies are made up."""

from __future__ import annotations

import base64
from email.header import Header

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def raw(*lines: str | bytes, charset: str = "utf-8") -> bytes:
    """Lines joined as they travel."""
    return b"\r\n".join(each if isinstance(each, bytes) else each.encode(charset) for each in lines)


def letter(
    text: str = "The latch cracks at its base.",
    *,
    sender: str = "Priya Nair <priya.nair@kestrel.example>",
    subject: str = "Cracked latches",
    message_id: str = "<m1@kestrel.example>",
    headers: tuple[str, ...] = (),
) -> bytes:
    """A plain mail; what is of no matter to a test is as usual."""
    identity = (f"Message-ID: {message_id}",) if message_id else ()
    return raw(
        f"From: {sender}",
        "To: claims@tarvina.example",
        f"Subject: {subject}",
        "Date: Wed, 25 Nov 2026 10:15:00 +0300",
        *identity,
        *headers,
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        "",
        *text.split("\n"),
        "",
    )


def with_files(*files: tuple[str, str, bytes], **options: str) -> bytes:
    """A mail with attachments: name, media type, content."""
    head, _, body = letter(**options).partition(b"\r\n\r\n")  # type: ignore[arg-type]
    kept = head.split(b"\r\nMIME-Version")[0]
    parts = [
        raw("--b", "Content-Type: text/plain; charset=utf-8", "", body),
        *(
            raw(
                "--b",
                f'Content-Type: {kind}; name="{name}"',
                f'Content-Disposition: attachment; filename="{name}"',
                "Content-Transfer-Encoding: base64",
                "",
                base64.encodebytes(content),
            )
            for name, kind, content in files
        ),
        b"--b--\r\n",
    ]
    mime = raw("MIME-Version: 1.0", 'Content-Type: multipart/mixed; boundary="b"', "", "")
    return raw(kept, mime) + b"\r\n".join(parts)


def the_bat() -> bytes:
    """koi8-r in words of RFC 2047 and in the body."""
    return raw(
        f"From: {Header('Ольга Лещенко, ОТК', 'koi8-r').encode()} <olga@arkona.example>",
        f"Subject: {Header('Претензия по партии L-2291: трещины защёлок', 'koi8-r').encode()}",
        "Message-ID: <1714.20261125@arkona.example>",
        "X-Mailer: The Bat! (v9.3)",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=koi8-r",
        "Content-Transfer-Encoding: 8bit",
        "",
        "Добрый день! В партии L-2291 у 38 корпусов треснули защёлки.",
        charset="koi8-r",
    )


def bare_windows() -> bytes:
    """windows-1251 everywhere and declared nowhere."""
    return raw(
        "From: Пётр Савин <savin@arkona.example>",
        "Subject: Брак крышек КТ-7",
        "Message-ID: <bare@arkona.example>",
        "",
        "Просим заменить крышки: раковины у 12 штук.",
        charset="cp1251",
    )


def names_of_files() -> bytes:
    """The three ways in which programs write Cyrillic file names."""
    encoded = Header("Акт разбора.pdf", "koi8-r").encode()
    return raw(
        "From: a@arkona.example",
        "Subject: files",
        "MIME-Version: 1.0",
        'Content-Type: multipart/mixed; boundary="b"',
        "",
        "--b",
        "Content-Type: application/pdf",
        "Content-Disposition: attachment;",
        " filename*0*=utf-8''%D0%90%D0%BA%D1%82%20;",
        " filename*1*=%D1%80%D0%B0%D0%B7%D0%B1%D0%BE%D1%80%D0%B0.pdf",
        "",
        "%PDF-1.4 one",
        "--b",
        f'Content-Type: application/pdf; name="{encoded}"',
        "Content-Disposition: attachment",
        "",
        "%PDF-1.4 two",
        "--b",
        'Content-Type: application/pdf; name="Акт разбора.pdf"'.encode("cp1251"),
        'Content-Disposition: attachment; filename="Акт разбора.pdf"'.encode("cp1251"),
        "",
        "%PDF-1.4 three",
        "--b--",
    )


def outlook() -> bytes:
    """Plain text and HTML, a picture within it, a winmail.dat, a signature."""
    return raw(
        'From: "Nair, Priya" <Priya.Nair@Kestrel.example>',
        "Subject: =?utf-8?Q?Cracked_latches_=E2=80=93_lot_L-2291?=",
        "Message-ID: <outlook@kestrel.example>",
        "X-Priority: 1",
        "MIME-Version: 1.0",
        'Content-Type: multipart/mixed; boundary="m"',
        "",
        "This is a multi-part message in MIME format.",
        "--m",
        'Content-Type: multipart/alternative; boundary="a"',
        "",
        "--a",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: quoted-printable",
        "",
        "38 of 3600 latches crack =E2=80=93 see the photo.",
        "--a",
        'Content-Type: multipart/related; boundary="r"',
        "",
        "--r",
        "Content-Type: text/html; charset=utf-8",
        "",
        "<p>38 of 3600 latches crack</p><img src='cid:photo'>",
        "--r",
        'Content-Type: image/png; name="photo.png"',
        "Content-ID: <photo>",
        "Content-Transfer-Encoding: base64",
        "",
        base64.encodebytes(PNG),
        "--r--",
        "--a--",
        "--m",
        'Content-Type: application/ms-tnef; name="winmail.dat"',
        "Content-Transfer-Encoding: base64",
        "",
        base64.encodebytes(b"\x78\x9f\x3e\x22rest"),
        "--m",
        'Content-Type: application/pkcs7-signature; name="smime.p7s"',
        "",
        "signed",
        "--m--",
    )


def only_html() -> bytes:
    return raw(
        "From: priya.nair@kestrel.example",
        "Subject: html",
        "MIME-Version: 1.0",
        "Content-Type: text/html; charset=windows-1251",
        "",
        "<html><head><style>p { color: red }</style><script>alert(1)</script></head><body>"
        "<p>Добрый&nbsp;день!</p><ul><li>трещины<li>облой</ul></body></html>",
        charset="cp1251",
    )


def passed_on() -> bytes:
    """A colleague passes the customer's mail on as an attachment, without a word."""
    return raw(
        "From: Yulia Orekhova <yulia.orekhova@tarvina.example>",
        "Subject: FW: Cracked latches",
        "Message-ID: <fw@tarvina.example>",
        "MIME-Version: 1.0",
        'Content-Type: multipart/mixed; boundary="o"',
        "",
        "--o",
        "Content-Type: message/rfc822",
        "",
        letter("They crack at the base.", subject="Latches of lot L-2291"),
        "--o--",
    )


def bounce(of: str, *, action: str = "failed", to: str = "priya.nair@kestrel.example") -> bytes:
    """What Postfix reports about the mail with that Message-ID."""
    status = "5.1.1" if action == "failed" else "4.4.1"
    return raw(
        "Return-Path: <>",
        "From: MAILER-DAEMON@mail.tarvina.example (Mail Delivery System)",
        "Subject: Undelivered Mail Returned to Sender",
        "To: claims@tarvina.example",
        "Auto-Submitted: auto-replied",
        f"Message-ID: <report-{abs(hash((of, action)))}@mail.tarvina.example>",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="d"',
        "",
        "--d",
        "Content-Type: text/plain; charset=us-ascii",
        "",
        "This is the mail system at host mail.tarvina.example.",
        "--d",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mail.tarvina.example",
        "",
        f"Final-Recipient: rfc822; {to}",
        f"Action: {action}",
        f"Status: {status}",
        "Diagnostic-Code: smtp; 550 5.1.1 User unknown in virtual mailbox table",
        "",
        "--d",
        "Content-Type: message/rfc822",
        "",
        "From: claims@tarvina.example",
        "Subject: Our answer",
        f"Message-ID: {of}",
        "",
        "text",
        "--d--",
    )

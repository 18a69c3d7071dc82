"""A raw mail taken apart: who, about what, which text, which files.

The parser of the standard library in its forgiving mode: the strict one gives up on headers that
real mail programs write.
"""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from typing import TypeAlias

from inscriptis import get_text

from mailboxes.charsets import text_of

Part: TypeAlias = "Message[str, str]"

MESSAGE_IDS = re.compile(r"<[^<>\s]{1,990}>")
FOLDS = re.compile(r"[\r\n]+[ \t]*")
ADDRESS = re.compile(r"[^@\s<>\"(),;:]+@[^@\s<>\"(),;:]+")
# Nothing to look at: they prove who signed the mail, and the raw mail keeps them.
SIGNATURES = frozenset(
    {
        "application/pgp-signature",
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
    }
)
# The parts of a report about another mail.
REPORTS = frozenset(
    {"message/delivery-status", "message/disposition-notification", "text/rfc822-headers"}
)


@dataclass(frozen=True)
class MailFile:
    """A file of a mail, as its sender named it."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Sender:
    """Who says they have written; `email` is in lower case, "" when there is none."""

    name: str = ""
    email: str = ""

    def __str__(self) -> str:
        if self.name and self.email:
            return f"{self.name} <{self.email}>"
        return self.name or self.email


@dataclass
class Content:
    """What a part holds, its inner parts together."""

    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    files: list[MailFile] = field(default_factory=list)

    def text(self) -> str:
        """Plain text, or what HTML says as plain text."""
        texts = self.plain if any(each.strip() for each in self.plain) else self.html
        return "\n\n".join(filter(None, (each.strip() for each in texts)))


@dataclass(frozen=True)
class ParsedMail:
    """A mail as it is processed. `text` is whole, with whatever it quotes."""

    root: Part
    sender: Sender
    subject: str
    text: str
    files: list[MailFile]

    @property
    def message_id(self) -> str:
        """With its angle brackets, or ""."""
        return next(iter(ids_in(self.root, "Message-ID")), "")

    @property
    def references(self) -> list[str]:
        """The mails this one answers, the nearest first."""
        nearest = ids_in(self.root, "In-Reply-To")
        return list(dict.fromkeys([*nearest, *reversed(ids_in(self.root, "References"))]))


def parse(raw: bytes) -> ParsedMail:
    """Take a mail apart. What cannot be read is left out; only a bottomless one raises."""
    root = message_from_bytes(raw)
    content = _content_of(root)
    return ParsedMail(
        root=root,
        sender=sender_of(root),
        subject=header(root, "Subject"),
        text=content.text() or _text_of_enclosed(root),
        files=content.files,
    )


def parse_headers(raw: bytes) -> Part:
    """Only the headers, which even the mail without an end has."""
    return BytesHeaderParser().parsebytes(raw)


def header(part: Part, name: str) -> str:
    """A header as people read it: decoded, on one line."""
    return next(headers(part, name), "")


def headers(part: Part, name: str) -> Iterator[str]:
    """All headers of that name."""
    wanted = name.lower()
    for known, value in part.raw_items():
        if known.lower() == wanted:
            yield " ".join(_decoded(value).split())


def _decoded(value: object) -> str:
    """RFC 2047 words and bare 8-bit letters as text."""
    text = FOLDS.sub(" ", text_of(str(value).encode("utf-8", "surrogateescape")))
    if "=?" not in text:
        return text
    try:
        pieces = decode_header(text)
    except (MessageError, ValueError):
        return text
    return "".join(_piece(data, charset) for data, charset in pieces)


def _piece(data: bytes | str, charset: str | None) -> str:
    if isinstance(data, str):
        return data
    return text_of(data, charset) if charset else data.decode("raw_unicode_escape", "replace")


def ids_in(part: Part, name: str) -> list[str]:
    """The message identifiers in a header."""
    return [found for value in headers(part, name) for found in MESSAGE_IDS.findall(value)]


def sender_of(root: Part) -> Sender:
    """The author, or who sent it for them."""
    for name in ("From", "Sender", "Return-Path"):
        for known, value in root.raw_items():
            if known.lower() == name.lower() and (found := _sender_in(str(value))):
                return found
    return Sender()


def _sender_in(value: str) -> Sender | None:
    # Taken apart before it is decoded: an encoded name may hold a comma.
    text = FOLDS.sub(" ", text_of(value.encode("utf-8", "surrogateescape")))
    for name, address in getaddresses([text]):
        if found := ADDRESS.fullmatch(address.strip()):
            shown = " ".join(_decoded(name).split()).strip("\"' ")
            return Sender(shown[:200], found[0].lower()[:254])
    found = ADDRESS.search(text)
    return Sender("", found[0].lower()[:254]) if found else None


def _content_of(part: Part) -> Content:
    kind = part.get_content_type()
    if kind == "message/rfc822":
        return Content(files=[_enclosed(part)])
    if kind in SIGNATURES or kind in REPORTS:
        return Content()
    if part.is_multipart():
        return _together(part, [_content_of(each) for each in _children(part)])
    return _leaf(part, kind)


def _children(part: Part) -> list[Part]:
    payload = part.get_payload()
    return [each for each in payload if isinstance(each, Message)]


def _together(part: Part, inner: list[Content]) -> Content:
    files = [file for each in inner for file in each.files]
    if part.get_content_type() == "multipart/alternative":
        said = next((each for each in inner if any(map(str.strip, each.plain))), None)
        said = said or next((each for each in reversed(inner) if each.html), Content())
        return Content(said.plain, said.html, files)
    if any(map(str.strip, (text for each in inner for text in each.plain))):
        # Plain text beside HTML that stands for itself: both were written.
        return Content([each.text() for each in inner], [], files)
    return Content([], [text for each in inner for text in each.html], files)


def _leaf(part: Part, kind: str) -> Content:
    _mend(part)
    data = _bytes_of(part)
    name = _file_name(part)
    is_text = kind in ("text/plain", "text/html") and not name
    if is_text and part.get_content_disposition() != "attachment":
        text = text_of(data, part.get_content_charset())
        lines = text.replace("\r\n", "\n").replace("\r", "\n")
        return Content(plain=[lines]) if kind == "text/plain" else Content(html=[plain_of(lines)])
    if not data and not name:
        return Content()
    name = name or f"file{mimetypes.guess_extension(kind) or ''}"
    return Content(files=[MailFile(name, kind, data)])


def _bytes_of(part: Part) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _mend(part: Part) -> None:
    """Bare 8-bit letters in the headers that name a file; the parser would lose them."""
    for name, value in list(part.raw_items()):
        if name.lower() in ("content-type", "content-disposition"):
            data = str(value).encode("utf-8", "surrogateescape")
            if not data.isascii():
                part.replace_header(name, text_of(data))


def _file_name(part: Part) -> str:
    name = part.get_filename() or ""
    return " ".join(_decoded(name).split())


def _enclosed(part: Part) -> MailFile:
    """A mail inside the mail, kept as a file."""
    inner = next(iter(_children(part)), None)
    subject = header(inner, "Subject") if inner is not None else ""
    name = _file_name(part) or subject or "mail"
    name = name if name.lower().endswith(".eml") else f"{name[:100]}.eml"
    return MailFile(name, "message/rfc822", _written(inner) if inner is not None else b"")


def _written(inner: Part) -> bytes:
    try:
        return inner.as_bytes()
    except (MessageError, LookupError, UnicodeError, TypeError, ValueError):
        # Some broken mails can be read but not written; the raw mail around it keeps them.
        return b""


def _text_of_enclosed(root: Part) -> str:
    """A mail that only passes another one on says what that one says."""
    for part in root.walk():
        if part.get_content_type() == "message/rfc822" and (inner := _children(part)):
            head = f"{sender_of(inner[0])}: {header(inner[0], 'Subject')}"
            return f"{head}\n\n{_content_of(inner[0]).text()}".strip()
    return ""


def plain_of(html: str) -> str:
    """What a reader of the HTML sees, without its layout."""
    lines = get_text(html).replace("\u00a0", " ").splitlines()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip()

"""What a file really is: told by its content, never by what the sender declares.

Only kinds on the list below get in, each by a signature of its own. The name of a file decides only
between kinds that have none (text, CSV, e-mail). `puremagic` is merely asked how to call a stranger
in the refusal: it takes every ZIP for a Word document and knows no plain text.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import IO

import puremagic
from django.utils.translation import gettext_lazy as _

from core.archives import archive_kind, end_of_directory, macros
from core.refusals import RefusedFile

CHUNK = 64 * 1024
HEAD = 4096

MEDIA_TYPES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "heic": "image/heic",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "msg": "application/vnd.ms-outlook",
    "txt": "text/plain",
    "csv": "text/csv",
    "eml": "message/rfc822",
    "zip": "application/zip",
}
"""Every kind of file that may be attached, by its extension."""
SAME_AS = {"jpeg": "jpg", "jpe": "jpg", "jfif": "jpg", "heif": "heic"}
PREVIEWED = frozenset({"jpg", "png", "gif", "webp"})
"""Images that can be decoded here, and so get a size in pixels and a thumbnail."""
TEXTS = frozenset({"txt", "csv", "eml"})

_SIGNATURES = (
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"%PDF-", "pdf"),
)
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# The names of streams in an old Office file, in the order in which they decide what it is: a saved
# Outlook message may hold a Word document, never the other way round.
_OLE_STREAMS = {
    "__properties_version1.0": "msg",
    "WordDocument": "doc",
    "Workbook": "xls",
    "Book": "xls",
}
_OLE_MACROS = "_VBA_PROJECT"
_OLE_LOCKED = "EncryptedPackage"

_MARKUP = re.compile(
    rb"<(?:script|html|svg|body|head|iframe|object|embed|\?php|!doctype\s+(?:html|svg))\b"
    rb"|<\?php\b",
    re.IGNORECASE,
)
_MAIL_HEADER = re.compile(rb"(?:From |[!-9;-~]+:[ \t\r\n])")
_BYTE_ORDER_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# Control characters that no text has; tab, line ends, form feed and escape may occur.
_NO_TEXT = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")


def detect(file: IO[bytes], declared: str) -> str:
    """The kind of `file` by its content; `declared` is the extension its name has, or "".

    Raises RefusedFile for what is not on the list, is not what its name says, or holds programs.
    """
    file.seek(0)
    head = file.read(HEAD)
    if head.startswith(_ZIP):
        return archive_kind(file)
    if head.startswith(_OLE):
        return _ole_kind(file)
    kind = _by_signature(head)
    if not kind:
        return _text_kind(file, head, declared)
    _refuse_double_nature(file, head, kind)
    return kind


def chunks(file: IO[bytes]) -> Iterator[bytes]:
    """The file from its beginning in pieces of bounded size."""
    file.seek(0)
    while chunk := file.read(CHUNK):
        yield chunk


def _by_signature(head: bytes) -> str:
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS and b"avif" not in head[8:64]:
        return "heic"
    return next((kind for start, kind in _SIGNATURES if head.startswith(start)), "")


def _refuse_double_nature(file: IO[bytes], head: bytes, kind: str) -> None:
    """Refuse what is an image or PDF, and to another program a page or an archive as well."""
    archive_too = kind != "pdf" and end_of_directory(file) is not None
    if _MARKUP.search(head[:1024]) or archive_too:
        raise RefusedFile(
            "mixed_content",
            _(
                "Besides the %(kind)s the file holds a web page or an archive. Open it in a "
                "viewer, save it again, and send that."
            )
            % {"kind": kind.upper()},
        )


def _ole_kind(file: IO[bytes]) -> str:
    """The kind of an old Office file, by the names of its streams."""
    wanted = (*_OLE_STREAMS, _OLE_MACROS, _OLE_LOCKED)
    patterns = {name: name.encode("utf-16-le") for name in wanted}
    overlap = max(map(len, patterns.values()))
    found: set[str] = set()
    previous = b""
    for chunk in chunks(file):
        window = previous + chunk
        found |= {name for name, pattern in patterns.items() if pattern in window}
        previous = window[-overlap:]
    kind = next((kind for name, kind in _OLE_STREAMS.items() if name in found), "")
    if _OLE_LOCKED in found and not kind:
        raise RefusedFile(
            "encrypted", _("The document is locked with a password. Send it unlocked, or as PDF.")
        )
    if kind != "msg" and _OLE_MACROS in found:
        raise macros()
    if not kind:
        raise not_allowed("OLE")
    return kind


def _text_kind(file: IO[bytes], head: bytes, declared: str) -> str:
    """`txt`, `csv` or `eml` by its name, when the content is plain text and no web page."""
    start = _text_start(head)
    if start.startswith((b"<", b"#!")) and (start.startswith(b"#!") or _MARKUP.search(start)):
        raise RefusedFile(
            "active_content",
            _("The file is a web page, a drawing with code, or a script. Send it as PDF."),
        )
    if declared and declared not in TEXTS:
        raise RefusedFile(
            "mismatch",
            _(
                "The file is named .%(extension)s but is something else (%(found)s). Send the "
                "original file under its own name."
            )
            % {"extension": declared, "found": _described(head)},
        )
    if not _is_text(file):
        raise not_allowed(_described(head))
    if declared == "eml" and not _MAIL_HEADER.match(start):
        return "txt"
    return declared or "txt"


def _text_start(head: bytes) -> bytes:
    """The head as single bytes without mark and leading space, so that UTF-16 hides nothing."""
    if head.startswith(_BYTE_ORDER_MARKS[1:]):
        head = head[2:].replace(b"\x00", b"")
    return head.removeprefix(codecs.BOM_UTF8).lstrip()


def _is_text(file: IO[bytes]) -> bool:
    """Whether the content is text in UTF-8, UTF-16 with its mark, or an eight-bit alphabet."""
    file.seek(0)
    utf16 = file.read(2) in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}
    decoder = codecs.getincrementaldecoder("utf-16")() if utf16 else None
    try:
        for chunk in chunks(file):
            plain = decoder.decode(chunk).encode() if decoder else chunk
            if _NO_TEXT.search(plain):
                return False
    except UnicodeError:
        return False
    return True


def _described(head: bytes) -> str:
    """How to call a stranger in a refusal."""
    if _MARKUP.search(head):
        return "HTML / SVG"
    try:
        return str(puremagic.magic_string(head)[0].name)
    except (puremagic.PureError, ValueError, IndexError):
        return str(_("unknown"))


def not_allowed(what: str) -> RefusedFile:
    """The refusal of a kind that is not on the list."""
    return RefusedFile(
        "not_allowed",
        _(
            "Files of this kind cannot be attached (%(kind)s). Allowed are photos, PDF, Office "
            "documents, e-mails, text, CSV and ZIP."
        )
        % {"kind": what},
    )

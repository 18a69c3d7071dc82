"""Bytes of a mail as text, whatever its headers say about them."""

from __future__ import annotations

import codecs

from charset_normalizer import from_bytes

# What Russian and Western mail programs write when they do not say, or say wrongly, what they use.
LIKELY = ["utf_8", "cp1251", "koi8_r", "cp866", "iso8859_5", "cp1252"]
FEW = 0.02
REPLACED = "\ufffd"


def text_of(data: bytes, charset: str | None = None) -> str:
    """The text of `data`: as declared when that fits, else guessed; never raises.

    U+0000 is removed: PostgreSQL cannot store it.
    """
    text = _as_declared(data, charset)
    return (_guessed(data) if text is None else text).replace("\u0000", "")


def _as_declared(data: bytes, charset: str | None) -> str | None:
    """None when nothing is declared, it is no charset, or the text would be riddled with holes."""
    codec = _codec(charset)
    if codec is None:
        return None
    text = data.decode(codec, "replace")
    return text if text.count(REPLACED) <= len(text) * FEW else None


def _codec(charset: str | None) -> str | None:
    try:
        found = codecs.lookup((charset or "").strip("\"' "))
        "".encode(found.name)  # codecs like base64 are no charsets
    except (LookupError, ValueError):
        return None
    return found.name


def _guessed(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        best = from_bytes(data, cp_isolation=LIKELY).best()
        return str(best) if best is not None else data.decode("utf-8", "replace")

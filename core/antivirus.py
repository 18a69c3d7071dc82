"""The virus scanner, where an operator runs one: clamd, by its INSTREAM command."""

from __future__ import annotations

import re
import socket
import struct
from contextlib import closing
from typing import IO
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.file_types import chunks
from core.refusals import RefusedFile

CLEAN = "clean"
NOT_SCANNED = "not_scanned"
TIMEOUT = 20
"""Seconds for connecting, and again for each answer."""
_ANSWER_LIMIT = 4096


class ScannerUnavailable(RefusedFile):
    """A scanner is configured and gives no verdict: the file may be offered again later."""


def av_scan(file: IO[bytes]) -> str:
    """`clean`, or `not_scanned` when no scanner is configured (setting CLAMD_URL).

    CLAMD_URL is `tcp://host:3310` or `unix:///run/clamav/clamd.ctl`. Raises RefusedFile with code
    `infected` for a find, ScannerUnavailable when the scanner gives no verdict.
    """
    url = getattr(settings, "CLAMD_URL", "")
    if not url:
        return NOT_SCANNED
    try:
        answer = _ask(url, file)
    except OSError as error:
        raise _unavailable() from error
    if find := re.fullmatch(r"stream: (.+) FOUND", answer):
        raise RefusedFile(
            "infected",
            _("The virus scanner found %(name)s in the file. It was not stored.")
            % {"name": find[1][:100]},
        )
    if answer != "stream: OK":
        raise _unavailable()
    return CLEAN


def _ask(url: str, file: IO[bytes]) -> str:
    """Stream the file to clamd in counted pieces and read its one-line verdict."""
    with closing(_connected(url)) as connection:
        try:
            connection.sendall(b"zINSTREAM\0")
            for chunk in chunks(file):
                connection.sendall(struct.pack("!I", len(chunk)) + chunk)
            connection.sendall(struct.pack("!I", 0))
        except ConnectionError:
            # Over its own limit clamd says so and hangs up in the middle; the answer tells.
            pass
        answer = b""
        while len(answer) < _ANSWER_LIMIT and (piece := connection.recv(_ANSWER_LIMIT)):
            answer += piece
            if piece.endswith(b"\0"):
                break
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")


def _connected(url: str) -> socket.socket:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(TIMEOUT)
        connection.connect(parts.path)
        return connection
    return socket.create_connection((parts.hostname or "localhost", parts.port or 3310), TIMEOUT)


def _unavailable() -> ScannerUnavailable:
    return ScannerUnavailable(
        "scanner_unavailable",
        _("The virus scanner does not answer. Send the file again in a few minutes."),
    )

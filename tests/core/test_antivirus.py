from __future__ import annotations

import io
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from core import antivirus
from core.files import RefusedFile, ScannerUnavailable, av_scan

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Clamd:
    """A scanner that knows one virus and speaks INSTREAM."""

    def __init__(self, listener: socket.socket, limit: int = 1 << 20) -> None:
        self.listener, self.limit, self.received = listener, limit, b""

    def serve_once(self) -> None:
        connection, _ = self.listener.accept()
        with connection:
            stream = connection.makefile("rb")
            assert stream.read(10) == b"zINSTREAM\0"
            while length := struct.unpack("!I", stream.read(4))[0]:
                self.received += stream.read(length)
                if len(self.received) > self.limit:
                    connection.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                    return
            found = EICAR in self.received
            connection.sendall(b"stream: Eicar-Test FOUND\0" if found else b"stream: OK\0")


@contextmanager
def clamd(settings, listener: socket.socket, url: str, **options) -> Iterator[Clamd]:
    settings.CLAMD_URL = url
    scanner = Clamd(listener, **options)
    thread = threading.Thread(target=scanner.serve_once, daemon=True)
    thread.start()
    with listener:
        yield scanner
        thread.join(5)


@pytest.fixture
def listener() -> socket.socket:
    return socket.create_server(("127.0.0.1", 0))


def url_of(listener: socket.socket) -> str:
    return f"tcp://127.0.0.1:{listener.getsockname()[1]}"


def test_without_a_scanner_it_says_so(settings):
    settings.CLAMD_URL = ""
    assert av_scan(io.BytesIO(EICAR)) == "not_scanned"


def test_a_clean_file_is_streamed_whole(settings, listener):
    content = bytes(range(256)) * 1000
    with clamd(settings, listener, url_of(listener)) as scanner:
        assert av_scan(io.BytesIO(content)) == "clean"
    assert scanner.received == content


def test_a_find_is_refused_by_name(settings, listener):
    with (
        clamd(settings, listener, url_of(listener)),
        pytest.raises(RefusedFile, match="Eicar-Test") as refusal,
    ):
        av_scan(io.BytesIO(b"x" * 70_000 + EICAR))
    assert refusal.value.code == "infected"
    assert not isinstance(refusal.value, ScannerUnavailable)


def test_a_unix_socket_serves_too(settings, tmp_path):
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / "clamd"))
    listener.listen()
    with clamd(settings, listener, f"unix://{tmp_path}/clamd"):
        assert av_scan(io.BytesIO(b"text")) == "clean"


def test_a_scanner_that_gives_up_is_no_verdict(settings, listener):
    with (
        clamd(settings, listener, url_of(listener), limit=1000),
        pytest.raises(ScannerUnavailable) as refusal,
    ):
        av_scan(io.BytesIO(bytes(3 << 20)))
    assert refusal.value.code == "scanner_unavailable"


def test_a_dead_scanner_is_no_verdict(settings, listener):
    settings.CLAMD_URL = url_of(listener)
    listener.close()
    with pytest.raises(ScannerUnavailable):
        av_scan(io.BytesIO(b"text"))


def test_a_silent_scanner_is_not_waited_for_long(settings, listener, monkeypatch):
    settings.CLAMD_URL = url_of(listener)
    monkeypatch.setattr(antivirus, "TIMEOUT", 0.2)
    with listener, pytest.raises(ScannerUnavailable):
        av_scan(io.BytesIO(b"text"))

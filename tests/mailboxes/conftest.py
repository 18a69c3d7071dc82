"""A real IMAP server on this machine, and a mailbox of the product on it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from imapclient import IMAPClient

from mailboxes import commands
from mailboxes.models import InboundMail, Mailbox
from responses.commands import outbox
from tests.cast import Cast
from tests.notifications.conftest import relay, rule, server  # noqa: F401
from tests.responses.conftest import Answer

USER, PASSWORD = "claims", "imap-secret-1471"
SECONDS = 20


@dataclass
class Folder:
    """A folder of the test's own on the server, and a mail program that looks into it."""

    port: int
    name: str
    client: IMAPClient
    user: str = USER
    password: str = PASSWORD

    def put(self, raw: bytes) -> None:
        """As the server's own delivery would."""
        self.client.append(self.name, raw)

    def flags(self) -> list[bool]:
        """For each mail in the folder whether it is marked as read."""
        self.client.select_folder(self.name, readonly=True)
        found = self.client.fetch(self.client.search("ALL"), ["FLAGS"])
        return [b"\\Seen" in found[uid][b"FLAGS"] for uid in sorted(found)]

    def make_anew(self) -> None:
        """Deleted and created again: empty, and with numbers that start anew."""
        self.client.delete_folder(self.name)
        self.client.create_folder(self.name)

    def count(self, name: str = "") -> int:
        self.client.select_folder(name or self.name, readonly=True)
        return len(self.client.search("ALL"))


@pytest.fixture(scope="session")
def imap_port() -> Iterator[int]:
    """pymap, started once; TEST_IMAP_PORT names another server on this machine instead."""
    if os.environ.get("TEST_IMAP_PORT"):
        yield int(os.environ["TEST_IMAP_PORT"])
        return
    port = _free_port()
    command = [
        *(str(Path(sys.executable).parent / "pymap"), "--no-tls", "--host", "127.0.0.1"),
        *("--port", str(port), "dict", "--demo-user", USER, "--demo-password", PASSWORD),
    ]
    with (
        tempfile.TemporaryFile() as log,
        subprocess.Popen(command, stdout=log, stderr=log) as process,
    ):
        try:
            _wait_for(port, process)
            yield port
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + SECONDS
    while time.monotonic() < ends and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the IMAP server for the tests did not start")


@pytest.fixture
def folder(imap_port: int) -> Iterator[Folder]:
    """An empty folder of this test's own."""
    client = IMAPClient("127.0.0.1", imap_port, ssl=False, timeout=SECONDS)
    client.login(USER, PASSWORD)
    name = f"claims-{uuid.uuid4().hex[:12]}"
    client.create_folder(name)
    yield Folder(imap_port, name, client)
    client.logout()


@pytest.fixture
def mailbox(cast: Cast, folder: Folder) -> Mailbox:
    """The mailbox that the administrator set up for that folder; its site speaks English."""
    cast.site.language = "en"
    cast.site.save()
    return commands.create_mailbox(
        actor=cast.actor("administrator"),
        name="Claims",
        host="127.0.0.1",
        port=folder.port,
        security="none",
        username=USER,
        password=PASSWORD,
        folder=folder.name,
        site=cast.site,
    )


@pytest.fixture
def receive(folder: Folder, mailbox: Mailbox):
    """`receive(raw, …)`: the mails arrive, one round runs; the row of the last one."""

    def run(*raws: bytes) -> InboundMail:
        for raw in raws:
            folder.put(raw)
        commands.fetch_due_mailboxes(even_if_not_due=True)
        commands.process_due_mails()
        return InboundMail.objects.select_related("claim", "mailbox__site").latest("id")

    return run


@pytest.fixture
def acknowledged(cast, server) -> Answer:  # noqa: F811 - the fixture imported above
    """The customer has the acknowledgement of their claim; `server.taken` holds the mail."""
    answer = Answer(cast, cast.complete_report())
    draft = answer.letter("acknowledgement", recipient_email="priya.nair@kestrel.example")
    answer.do("send_letter", letter=draft)
    assert outbox.send_due() == 1
    return answer

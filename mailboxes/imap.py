"""Talking to a mail server. Nothing here touches the database."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from imaplib import IMAP4

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError, LoginError

from core.sealing import Unreadable, unseal
from mailboxes.models import Mailbox
from mailboxes.states import SEALED_FOR, Security, Trouble

CONNECT_SECONDS = 10
READ_SECONDS = 30
RAW, HEADERS, SIZE, ARRIVED = b"BODY[]", b"BODY[HEADER]", b"RFC822.SIZE", b"INTERNALDATE"


class MailboxFailed(Exception):
    """A mailbox cannot be read; `trouble` says why to people, `detail` is the server's own word."""

    def __init__(self, trouble: Trouble, detail: object = "") -> None:
        self.trouble = trouble
        text = detail.decode("utf-8", "replace") if isinstance(detail, bytes) else str(detail)
        self.detail = " ".join(text.split())[:500]
        super().__init__(f"{trouble.value}: {self.detail}")


@dataclass(frozen=True)
class Letterbox:
    """An opened folder."""

    client: IMAPClient
    uid_validity: int

    def uids_after(self, last: int, since: date) -> list[int]:
        """The numbers of the mails that came after number `last` and on or after `since`."""
        # n:* also finds the last mail when its number is below n.
        found = self.client.search(["UID", f"{last + 1}:*", "SINCE", since])
        return sorted(uid for uid in found if uid > last)

    def size_and_arrival(self, uid: int) -> tuple[int, datetime] | None:
        """Bytes, and when the server got it; None when somebody has removed it meanwhile."""
        answer = self.client.fetch([uid], ["RFC822.SIZE", "INTERNALDATE"]).get(uid)
        if answer is None:
            return None
        return int(answer[SIZE]), answer[ARRIVED]

    def raw(self, uid: int, *, headers_only: bool = False) -> bytes:
        """The mail byte for byte, left unread.

        Raises MailboxFailed when the server does not give it: passed over, it would be lost. One
        that somebody has removed meanwhile is no longer found in the next round.
        """
        item = "BODY.PEEK[HEADER]" if headers_only else "BODY.PEEK[]"
        answer = self.client.fetch([uid], [item]).get(uid, {})
        content = answer.get(HEADERS if headers_only else RAW)
        if not isinstance(content, bytes):
            raise MailboxFailed(Trouble.PROTOCOL, f"no content for mail {uid}")
        return content

    def mark(self, uid: int, move_to: str) -> None:
        """Mark a mail as read, or move it to another folder; one that is gone is fine."""
        if not move_to:
            self.client.add_flags([uid], [b"\\Seen"], silent=True)
        elif self.client.has_capability("MOVE"):
            self.client.move([uid], move_to)
        else:
            self.client.copy([uid], move_to)
            self.client.delete_messages([uid], silent=True)
            if self.client.has_capability("UIDPLUS"):
                self.client.uid_expunge([uid])


@contextmanager
def opened(mailbox: Mailbox) -> Iterator[Letterbox]:
    """Sign in and open the folder. Raises MailboxFailed, also for what fails inside the block."""
    with translated(Trouble.PROTOCOL):
        client = _connected(mailbox)
        try:
            _sign_in(client, mailbox)
            with translated(Trouble.FOLDER):
                facts = client.select_folder(mailbox.folder)
            yield Letterbox(client, int(facts[b"UIDVALIDITY"]))
        finally:
            _leave(client)


def check(mailbox: Mailbox) -> int:
    """How many mails are in the folder; changes nothing. Raises MailboxFailed."""
    with opened(mailbox) as box:
        if mailbox.move_to and not box.client.folder_exists(mailbox.move_to):
            raise MailboxFailed(Trouble.FOLDER, mailbox.move_to)
        return len(box.client.search("ALL"))


@contextmanager
def translated(otherwise: Trouble) -> Iterator[None]:
    """Network and protocol errors as MailboxFailed."""
    try:
        yield
    except MailboxFailed:
        raise
    except ssl.SSLError as error:
        raise MailboxFailed(Trouble.INSECURE, error) from error
    except (TimeoutError, socket.gaierror, ConnectionError) as error:
        raise MailboxFailed(Trouble.UNREACHABLE, error) from error
    except LoginError as error:
        raise MailboxFailed(Trouble.REFUSED, _words(error)) from error
    except (IMAPClientError, IMAP4.error) as error:
        raise MailboxFailed(otherwise, _words(error)) from error
    except OSError as error:
        raise MailboxFailed(Trouble.UNREACHABLE, error) from error


def _words(error: Exception) -> object:
    """The server's answer without Python's quotes around its bytes."""
    first = error.args[0] if error.args else ""
    return first if isinstance(first, bytes) else str(first).removeprefix("b'").rstrip("'")


def _connected(mailbox: Mailbox) -> IMAPClient:
    context = ssl.create_default_context()
    with translated(Trouble.UNREACHABLE):
        client = IMAPClient(
            mailbox.host,
            mailbox.port,
            ssl=mailbox.security == Security.TLS,
            ssl_context=context if mailbox.security == Security.TLS else None,
            timeout=SocketTimeout(CONNECT_SECONDS, READ_SECONDS),
        )
    client.normalise_times = False
    if mailbox.security == Security.STARTTLS:
        with translated(Trouble.INSECURE):
            try:
                client.starttls(context)
            except BaseException:
                _leave(client)
                raise
    return client


def _sign_in(client: IMAPClient, mailbox: Mailbox) -> None:
    try:
        password = unseal(mailbox.sealed_password, SEALED_FOR)
    except Unreadable as error:
        raise MailboxFailed(Trouble.PASSWORD) from error
    with translated(Trouble.REFUSED):
        client.login(mailbox.username, password)


def _leave(client: IMAPClient) -> None:
    """Say goodbye if anybody still listens."""
    try:
        client.logout()
    except (IMAPClientError, IMAP4.error, OSError, ssl.SSLError, ValueError):
        try:
            client.shutdown()
        except (IMAPClientError, IMAP4.error, OSError, ValueError):
            return

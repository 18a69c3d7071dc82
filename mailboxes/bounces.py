"""Reports of mail servers about mails that did not arrive."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.message import Message

from flufl.bounce import all_failures

from mailboxes.parsing import MESSAGE_IDS, ParsedMail, Part, header, ids_in, parse_headers

SYSTEM_SENDER = re.compile(r"^(?:mailer-daemon|postmaster|mail-daemon)@", re.IGNORECASE)
STATUS_FIELDS = ("Diagnostic-Code", "Status", "Action")


@dataclass(frozen=True)
class Report:
    """What a server reports: whom it could not reach, why, and about which mails."""

    recipients: list[str]
    """Not reached for good; empty when the server keeps trying."""
    cause: str
    message_ids: list[str] = field(default_factory=list)

    @property
    def is_final(self) -> bool:
        """The mail has not arrived and will not."""
        return bool(self.recipients)


def report_of(mail: ParsedMail) -> Report | None:
    """The report that this mail is; None when it is another kind of mail."""
    if not _looks_like_one(mail):
        return None
    temporary, permanent = all_failures(mail.root)
    if not (temporary or permanent):
        return None
    recipients = sorted(each.decode("ascii", "replace") for each in permanent)
    return Report(recipients, _cause(mail), _ids_of_returned(mail))


def _looks_like_one(mail: ParsedMail) -> bool:
    root = mail.root
    return (
        root.get_content_type() == "multipart/report"
        or header(root, "Return-Path") == "<>"
        or bool(header(root, "X-Failed-Recipients"))
        or SYSTEM_SENDER.match(mail.sender.email) is not None
    )


def _cause(mail: ParsedMail) -> str:
    """The server's words, shortened."""
    for block in _status_blocks(mail.root):
        words = [text for name in STATUS_FIELDS if (text := header(block, name))]
        if words:
            return words[0][:500]
    return " ".join(mail.text.split())[:500]


def _status_blocks(root: Part) -> list[Part]:
    blocks: list[Part] = []
    for part in root.walk():
        if part.get_content_type() == "message/delivery-status":
            payload = part.get_payload()
            # The first block is about the server, the others about a recipient each.
            blocks += [each for each in payload if isinstance(each, Message)][1:]
    return blocks


def _ids_of_returned(mail: ParsedMail) -> list[str]:
    """The Message-IDs of the mail that came back; failing that, whatever looks like one."""
    found: list[str] = []
    for part in mail.root.walk():
        kind = part.get_content_type()
        if kind == "message/rfc822" and isinstance(inner := part.get_payload(), list):
            found += [each for one in inner for each in ids_in(one, "Message-ID")]  # type: ignore[arg-type]
        elif kind == "text/rfc822-headers":
            data = part.get_payload(decode=True)
            found += ids_in(parse_headers(data if isinstance(data, bytes) else b""), "Message-ID")
    return list(dict.fromkeys([*found, *mail.references, *MESSAGE_IDS.findall(mail.text)]))

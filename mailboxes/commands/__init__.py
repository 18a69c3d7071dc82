"""Every write of mail in; import it from here."""

from mailboxes.commands.fetching import fetch_due_mailboxes
from mailboxes.commands.processing import process_due_mails
from mailboxes.commands.retrying import make_claim, note_download, process_again
from mailboxes.commands.settings import (
    change_mailbox,
    create_mailbox,
    pause_mailbox,
    pause_mailboxes,
    resume_mailbox,
    try_mailbox,
)

__all__ = [
    "change_mailbox",
    "create_mailbox",
    "fetch_due_mailboxes",
    "make_claim",
    "note_download",
    "pause_mailbox",
    "pause_mailboxes",
    "process_again",
    "process_due_mails",
    "resume_mailbox",
    "try_mailbox",
]

"""One round of mail in by hand: `manage.py fetch_mail [--mailbox NAME]`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from mailboxes import commands
from mailboxes.selectors import active_mailboxes


class Command(BaseCommand):
    """Reads all mailboxes that are not paused, due or not, and processes what came."""

    help = "Fetch new mails from the mailboxes and process them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mailbox", default="", help="Read only the mailbox of this name.")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["mailbox"]
        if name and not active_mailboxes(name):
            raise CommandError(f"No active mailbox is named {name}.")
        fetched = commands.fetch_due_mailboxes(name=name, even_if_not_due=True)
        processed = commands.process_due_mails()
        self.stdout.write(f"{fetched} new mails, {processed} processed.")
        for mailbox in active_mailboxes(name):
            if mailbox.trouble:
                trouble = mailbox.get_trouble_display()
                self.stderr.write(f"{mailbox.name}: {trouble} {mailbox.trouble_detail}")

"""Everything between the installed code and the first request, in one process."""

import io
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command, get_commands
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from claims.selectors import list_claims
from core.actors import SYSTEM


class Command(BaseCommand):
    help = "Check the settings, migrate, make the cache table and load the demo company once."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.migrate()
        except DatabaseError as error:
            sentence = str(error).strip().splitlines()[0]
            raise CommandError(f"The database does not answer: {sentence}") from error
        self.load_demo()

    def migrate(self) -> None:
        """Only when something is missing: asking is fast, migrating is not."""
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stderr.write("· migrating the database")
            call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)

    def load_demo(self) -> None:
        accounts = settings.VAR_DIR / "demo-accounts.txt"
        accounts.unlink(missing_ok=True)
        if not settings.CLAIMS_DEMO:
            return
        commands = get_commands()
        if "seed_demo" in commands and not list_claims(SYSTEM).exists():
            # Running workers tell the rest; nobody waits for it.
            call_command("seed_demo", front_only=True)
        if "demo_accounts" in commands:
            text = io.StringIO()
            call_command("demo_accounts", stdout=text)
            accounts.write_text(text.getvalue())

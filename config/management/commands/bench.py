"""`./run bench`: hands over to the tool, which works on a database of its own."""

import argparse
import os
import sys
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand


class Command(BaseCommand):
    help = "Measure speed on PostgreSQL with many claims; see docs/howto/measure.md."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("rest", nargs=argparse.REMAINDER)

    def run_from_argv(self, argv: list[str]) -> None:
        """All options are the tool's own."""
        self.handle(rest=argv[2:])

    def handle(self, *args: Any, rest: list[str], **options: Any) -> None:
        os.chdir(settings.BASE_DIR)
        os.execv(sys.executable, [sys.executable, "-m", "tools.bench", *rest])  # noqa: S606

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from tqdm import tqdm

from demo import seeding


class Command(BaseCommand):
    help = "Load the demo company: people, products, deliveries and claims in every step."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--claims", type=int, default=seeding.CLAIMS, help="about how many claims"
        )

        parser.add_argument(
            "--front-only",
            action="store_true",
            help="only the tenth that shows every step; running workers tell the rest",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with tqdm(desc="· demo company", unit=" claims", leave=False, file=self.stderr) as bar:

            def show(more: int, total: int) -> None:
                bar.total = total
                bar.update(more)

            seeding.seed(claims=options["claims"], front_only=options["front_only"], progress=show)

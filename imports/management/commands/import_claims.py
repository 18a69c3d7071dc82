from __future__ import annotations

import argparse
import gc
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from core.actors import SYSTEM
from core.cells import DateFormat
from core.errors import DomainError
from core.exports import CsvStyle
from core.tabular import open_table, stream_csv
from imports.commands import import_claims
from imports.models import ImportRun
from imports.profiles import list_profiles
from imports.selectors import problems_of


class Command(BaseCommand):
    help = "Import claims from a CSV or XLSX file by a column profile; safe to run again."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        known = ", ".join(list_profiles())
        parser.add_argument("--profile", required=True, help=f"{known}, or a .toml file")
        parser.add_argument(
            "--dates",
            type=DateFormat,
            choices=list(DateFormat),
            help="how the file writes dates, where day and month cannot be told apart",
        )
        parser.add_argument("--report", type=Path, help="write every problem into this CSV file")

    def handle(self, *args: Any, file: Path, profile: str, **options: Any) -> None:
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        # What the program itself consists of is no garbage; looking through it costs a tenth.
        gc.freeze()
        started = time.monotonic()
        try:
            with file.open("rb") as opened:
                total = open_table(opened).count()
            with tqdm(total=total, unit=" rows", disable=None) as bar:
                run = import_claims(
                    actor=SYSTEM,
                    path=file,
                    profile=profile,
                    dates=options["dates"],
                    progress=bar.update,
                )
        except DomainError as error:
            raise CommandError(str(error)) from error
        self._report(run, time.monotonic() - started, options["report"])

    def _report(self, run: ImportRun, seconds: float, report: Path | None) -> None:
        problems = problems_of(run)
        if report is not None:
            head = ("row", "key", "column", "value", "reason", "refused")
            with report.open("wb") as out:
                out.writelines(stream_csv(head, problems, CsvStyle(bom=True)))
        else:
            for row, key, column, value, reason, refused in problems[:50]:
                mark = "refused" if refused else "left out"
                self.stdout.write(f"row {row} ({key}) {mark}: {column} “{value}”: {reason}")
            if problems.count() > 50:
                self.stdout.write(f"… {problems.count() - 50} more; --report FILE writes all.")
        self.stdout.write(
            f"{run.rows} rows in {seconds:.1f} s: {run.created} claims created,"
            f" {run.merged} rows merged into them, {run.known} rows known, {run.refused} refused."
        )

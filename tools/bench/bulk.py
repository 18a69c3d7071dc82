"""What runs over many rows: bulk creation, import, export."""

from __future__ import annotations

import csv
import itertools
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import transaction

from claims.commands import Report, report_claims
from claims.models import Claim
from core.actors import SYSTEM
from tools.bench.client import Client
from tools.bench.goals import Goal
from tools.bench.scenario import Scenario
from tools.bench.server import Server

CHUNK = 500
# More rows take an XLSX minutes; a list of that size is exported as CSV.
MOST_XLSX = 200_000
GOALS = {
    "bulk create": Goal(at_least=2000),
    "import": Goal(at_least=2000),
    "export CSV": Goal(most_mb=200),
    "export XLSX": Goal(most_mb=200),
}
HEADS = ("Claim no", "Title", "Description", "Received", "Customer code", "Order no",
         "Delivery note no", "Product code", "Lot", "Quantity")  # fmt: skip


def rows(scenario: Scenario, product: Server, *, quick: bool) -> Iterator[tuple[str, Any]]:
    """The figures of each; what they write is undone."""
    count = 2_000 if quick else 20_000
    yield "bulk create", _bulk_create(scenario, count)
    yield "import", _import(scenario, count)
    yield "export CSV", _export(scenario, product, "csv")
    if Claim.objects.count() <= MOST_XLSX:
        yield "export XLSX", _export(scenario, product, "xlsx")


def _bulk_create(scenario: Scenario, count: int) -> dict[str, Any]:
    """The command that API, pages and imports share, in chunks, with events and deliveries."""
    began = time.perf_counter()
    for _ in range(count // CHUNK):
        with transaction.atomic():
            report_claims(actor=SYSTEM, reports=[_report(scenario) for _ in range(CHUNK)])
            transaction.set_rollback(True)
    return {"per_second": count / (time.perf_counter() - began), "rows": count}


def _report(scenario: Scenario) -> Report:
    lot = next(scenario.lots)
    fields = {**scenario.texts(), "customer": next(scenario.customers), "severity": "minor"}
    return Report(fields, [{"product": lot.product, "lot": lot, "quantity_claimed": 3}])


def _import(scenario: Scenario, count: int) -> dict[str, Any]:
    """A CSV file through the import, in a process of its own, whose memory is its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "claims.csv"
        with path.open("w", newline="") as file:
            csv.writer(file).writerows([HEADS, *_file_rows(scenario, count)])
        command = [sys.executable, "-m", "tools.bench.importing", str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _file_rows(scenario: Scenario, count: int) -> Iterator[tuple[object, ...]]:
    texts = scenario.texts()
    for number in itertools.islice(itertools.count(1), count):
        lot = next(scenario.lots)
        yield (
            f"BENCH-{number}", texts["title"], texts["description"], f"2024-0{number % 9 + 1}-17",
            next(scenario.customers).code, f"PO-{number}", f"TTN-{number}", lot.product.code,
            lot.code, number % 50 + 1,
        )  # fmt: skip


def _export(scenario: Scenario, product: Server, form: str) -> dict[str, Any]:
    """The whole list as a file: seconds, size, and the most memory a server process took."""
    client = Client(product.port)
    client.send(scenario.list_page())
    product.forget_peaks()
    took, answer = client.send(scenario.export(form))
    client.close()
    count = Claim.objects.filter(site=scenario.site).count()
    return {
        "median": took,
        "per_second": count / took * 1000,
        "peak_mb": product.peak_mb(),
        "size_mb": len(answer) / 1e6,
        "rows": count,
    }

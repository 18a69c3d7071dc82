"""The run from its options to its table."""

from __future__ import annotations

import argparse
import fcntl
import os
import sys
from typing import Any

from tools.bench import database

RESULTS = database.ROOT / "var" / "bench"
SHOWN_PLANS = 10


def options(arguments: list[str]) -> argparse.Namespace:
    """The options of `./run bench`."""
    parser = argparse.ArgumentParser(
        prog="./run bench",
        description=main.__doc__,
        epilog="What the figures mean: docs/howto/measure.md",
    )
    parser.add_argument("--size", type=int, default=100_000, help="claims (default 100000)")
    parser.add_argument("--quick", action="store_true", help="fewer requests, less sure")
    parser.add_argument(
        "--only", nargs="+", default=[], metavar="WORD", help="operations with one of these words"
    )
    parser.add_argument("--no-bulk", action="store_true", help="leave out import and export")
    parser.add_argument(
        "--plans",
        action="store_true",
        help="instead, look how the database answers each filter of the list in each order",
    )
    parser.add_argument("--fill", action="store_true", help="only fill the database")
    parser.add_argument("--fresh", action="store_true", help="fill it anew")
    parser.add_argument("--drop", action="store_true", help="only remove the filled database")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """Measure the product on PostgreSQL (DATABASE_URL, else this machine's) with many claims.

    The claims are filled in once for each size; every run works on a copy and removes it.
    """
    chosen = options(arguments)
    if chosen.size < 1000:
        sys.exit("Choose a --size of 1000 or more: less says nothing.")
    server = database.server_url()
    RESULTS.mkdir(parents=True, exist_ok=True)
    with (RESULTS / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            sys.exit("Another ./run bench is at work here: two at once would measure each other.")
        return _run(server, chosen)


def _run(server: str, chosen: argparse.Namespace) -> int:
    if chosen.drop:
        database.drop(server, chosen.size, filled=True)
        return 0
    try:
        is_filled = database.prepare(server, chosen.size, fresh=chosen.fresh)
        url = database.url_for(server, chosen.size)
        _enter(url)
        if not is_filled:
            _fill(server, chosen.size)
        if chosen.plans:
            return _show_plans()
        if not chosen.fill:
            _measure(url, chosen)
    finally:
        database.drop(server, chosen.size)
    return 0


def _enter(url: str) -> None:
    """From here on this process, and every server it starts, works on that database."""
    os.environ |= {
        "DATABASE_URL": url,
        "DATABASE_POOL": "0",
        "REDIS_URL": "",
        "LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "tools.bench.settings",
    }
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    call_command("createcachetable", verbosity=0)


def _fill(server: str, size: int) -> None:
    from django.db import connection

    from tools.bench.filling.load import load

    seconds = load(size)
    connection.close()
    database.keep(server, size)
    print(f"{size:,} claims filled in {seconds:.0f} s")


def _show_plans() -> int:
    from tools.bench.plans import MANY_BUFFERS, plans

    found = list(plans())
    bad = [plan for plan in found if plan.is_bad]
    heavy = sorted((plan for plan in found if plan.is_heavy), key=lambda plan: -plan.buffers)
    for plan in bad or heavy[:SHOWN_PLANS]:
        print(plan)
    print(
        f"Of {len(found)} combinations of reader, filter and order {len(bad)} scan the whole table"
        f" of claims or are compiled first; {len(heavy)} read more than {MANY_BUFFERS} pages."
    )
    return 1 if bad else 0


def _measure(url: str, chosen: argparse.Namespace) -> None:
    from tools.bench import bulk, report
    from tools.bench.limit import Limit
    from tools.bench.measure import Amount, Bench
    from tools.bench.scenario import Scenario
    from tools.bench.server import Server

    scenario = Scenario()
    rows: dict[str, dict[str, Any]] = {}
    load = os.getloadavg()[0]
    product = Server("tools.bench.settings", "/health/live")
    with product, Server("tools.bench.floor_settings", "/ready/") as floor:
        limit = Limit(url, scenario)
        bench = Bench(product, floor, limit, scenario, Amount.of(quick=chosen.quick))
        for name, row in bench.rows(chosen.only):
            rows[name] = row
            _say(name)
        if not chosen.no_bulk and not chosen.only:
            try:
                for name, row in bulk.rows(scenario, product, quick=chosen.quick):
                    rows[name] = row
                    _say(name)
            except OSError as error:  # what was measured before is worth its table
                print(f"Import and export are not measured to their end: {error}", file=sys.stderr)
        limit.close()
    _say("")
    print(f"\n{chosen.size:,} claims on PostgreSQL, gunicorn with 2 workers; milliseconds\n")
    for text in (
        report.table(rows, chosen.size),
        report.costs(rows),
        report.bulk_table(rows, chosen.size),
        report.growth(rows, chosen.size, RESULTS),
    ):
        if text:
            print(f"{text}\n")
    print(_noise(rows, load))
    if not chosen.only:
        report.keep(rows, chosen.size, RESULTS)


def _say(name: str) -> None:
    """What has been measured, on one line of a terminal."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K· {name}", end="", file=sys.stderr, flush=True)


def _noise(rows: dict[str, dict[str, Any]], load: float) -> str:
    """How far to trust the run: what else ran here, and how the floor's times scatter."""
    scatter = [row["floor_p95"] / row["floor"] for row in rows.values() if "floor_p95" in row]
    text = f"Noise: load {load:.1f} before the run on {os.cpu_count()} cores"
    if scatter:
        text += f"; the floor's p95 is {max(scatter):.1f} × its median at worst"
    return text + (". Too noisy to trust beyond ratios." if load > 1 else ".")

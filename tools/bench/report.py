"""The table of a run, with what misses its goal, and what other sizes say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tools.bench import bulk
from tools.bench.goals import GROWTH, SPEED_UP
from tools.bench.operations import OPERATIONS
from tools.text import aligned

HEADS = ("operation", "median", "p95", "8 clients p95", "req/s", "speed-up", "floor", "× floor",
         "limit", "× limit", "goal", "")  # fmt: skip
COSTS = ("what a request takes", "server CPU ms", "floor CPU ms", "× floor",
         "8 clients: floor req/s", "floor speed-up", "queries", "with few rows", "peak MB",
         "")  # fmt: skip
Rows = Mapping[str, Mapping[str, Any]]


def table(rows: Rows, size: int) -> str:
    """Interactive operations: milliseconds, ratios, and a word where a goal is missed."""
    lines: list[tuple[str, ...]] = [HEADS]
    for operation in OPERATIONS:
        row = rows.get(operation.name)
        if row is None:
            continue
        if "note" in row:
            lines.append((operation.name, str(row["note"]), *("" for _ in HEADS[2:])))
            continue
        reached = operation.goal.reached(row, rows, size)
        lines.append(
            (
                operation.name,
                _ms(row["median"]),
                _ms(row["p95"]),
                _ms(row["p95_many"]),
                f"{row['per_second_many']:.0f}",
                f"{row['speed_up']:.1f}",
                _ms(row.get("floor")),
                _times(row["median"], row.get("floor")),
                _ms(row.get("limit")),
                _times(row["median"], row.get("limit")),
                operation.goal.words(size),
                " ".join(_misses(reached, row)),
            )
        )
    return _aligned(lines)


def costs(rows: Rows) -> str:
    """What hardly depends on what else runs here: processor time, queries, memory."""
    lines: list[tuple[str, ...]] = [COSTS]
    for operation in OPERATIONS:
        row = rows.get(operation.name, {"note": ""})
        if "note" in row:
            continue
        few = row.get("queries_few")
        floor = row.get("floor_per_second_many")
        lines.append(
            (
                operation.name,
                _ms(row["cpu"]),
                _ms(row.get("floor_cpu")),
                _times(row["cpu"], row.get("floor_cpu")),
                f"{floor:.0f}" if floor else "",
                f"{row['floor_speed_up']:.1f}" if floor else "",
                str(row["queries"]),
                "" if few is None else str(few),
                f"{row['peak_mb']:.0f}",
                "MORE QUERIES WITH ROWS" if few is not None and few < row["queries"] else "",
            )
        )
    return _aligned(lines) if len(lines) > 1 else ""


def bulk_table(rows: Rows, size: int) -> str:
    """What runs over many rows."""
    lines: list[tuple[str, ...]] = [
        ("over many rows", "rows", "rows/s", "seconds", "peak MB", "file MB", "goal", "")
    ]
    for name, goal in bulk.GOALS.items():
        row = rows.get(name)
        if row is None:
            continue
        seconds = row["rows"] / row["per_second"]
        missed = "" if goal.reached(row, rows, size) else "MISSED"
        lines.append(
            (
                name,
                f"{row['rows']:,}",
                f"{row['per_second']:,.0f}",
                f"{seconds:.1f}",
                f"{row['peak_mb']:.0f}" if "peak_mb" in row else "",
                f"{row['size_mb']:.1f}" if "size_mb" in row else "",
                goal.words(size),
                missed,
            )
        )
    return _aligned(lines) if len(lines) > 1 else ""


def growth(rows: Rows, size: int, folder: Path) -> str:
    """Medians and queries against those kept of the next smaller size."""
    smaller = [kept for kept in _sizes(folder) if kept < size]
    if not smaller:
        return ""
    before = json.loads(_path(folder, max(smaller)).read_text())
    heads = (f"{max(smaller):,} → {size:,}", "before", "now", "grown", "queries", "now", "")
    lines: list[tuple[str, ...]] = [heads]
    for operation in OPERATIONS:
        then, now = before.get(operation.name, {}), rows.get(operation.name, {})
        if "median" in then and "median" in now:
            factor = now["median"] / then["median"]
            word = "" if factor <= GROWTH else "MISSED"
            times = f"{factor:.2f} ×"
            counts = str(then["queries"]), str(now["queries"])
            medians = _ms(then["median"]), _ms(now["median"])
            lines.append((operation.name, *medians, times, *counts, word))
    return _aligned(lines)


def keep(rows: Rows, size: int, folder: Path) -> None:
    """Remember the figures of a whole run for the growth of the next size."""
    folder.mkdir(parents=True, exist_ok=True)
    _path(folder, size).write_text(json.dumps(rows, indent=1))


def _path(folder: Path, size: int) -> Path:
    return folder / f"results-{size}.json"


def _sizes(folder: Path) -> list[int]:
    return [int(path.stem.partition("-")[2]) for path in folder.glob("results-*.json")]


def _misses(reached: bool | None, row: Mapping[str, Any]) -> list[str]:
    words = ["MISSED"] if reached is False else []
    if not row["writes"] and row["speed_up"] < SPEED_UP:
        words.append(f"speed-up below {SPEED_UP:g}")
    return words


def _ms(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"


def _times(value: float, base: float | None) -> str:
    return f"{value / base:.1f}" if base else ""


def _aligned(lines: list[tuple[str, ...]]) -> str:
    """The operation and the last two columns read as words, all others as numbers."""
    last = len(lines[0])
    return aligned(lines, left=(0, last - 2, last - 1))

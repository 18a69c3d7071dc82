"""What the table of `./run bench` says of figures; measuring itself is not part of the tests."""

from __future__ import annotations

from typing import Any

from tools.bench.goals import Goal
from tools.bench.operations import OPERATIONS
from tools.bench.report import costs, growth, keep, table


def row(**figures: Any) -> dict[str, Any]:
    return {
        "median": 30.0,
        "p95": 40.0,
        "p95_many": 90.0,
        "per_second_many": 70.0,
        "speed_up": 2.0,
        "cpu": 20.0,
        "queries": 15,
        "peak_mb": 150.0,
        "writes": False,
        "floor": 10.0,
        **figures,
    }


def line_of(text: str, name: str) -> str:
    return next(line for line in text.splitlines() if line.startswith(name))


def test_a_median_beyond_its_goal_is_marked():
    slow, fast = row(median=30.1), row(median=30.0)
    assert "MISSED" in line_of(table({"list page": slow}, 100_000), "list page")
    assert "MISSED" not in line_of(table({"list page": fast}, 100_000), "list page")


def test_queries_that_grow_with_rows_are_marked():
    grows, constant = row(queries=40, queries_few=16), row(queries=15, queries_few=15)
    assert "MORE QUERIES" in line_of(costs({"list page": grows}), "list page")
    assert "MORE QUERIES" not in line_of(costs({"list page": constant}), "list page")


def test_an_operation_that_failed_stands_in_the_table_without_figures():
    rows = {"list page": {"note": "failed: GET /claims/: 500"}}
    assert "failed: GET /claims/: 500" in line_of(table(rows, 100_000), "list page")
    assert "list page" not in costs(rows)


def test_growth_compares_with_the_next_smaller_size(tmp_path):
    keep({"list page": row(median=10.0, queries=15)}, 2_000, tmp_path)
    keep({"list page": row(median=20.0, queries=15)}, 10_000, tmp_path)
    text = growth({"list page": row(median=30.0, queries=16)}, 100_000, tmp_path)
    assert "10,000 → 100,000" in text
    assert line_of(text, "list page").split()[2:] == ["20", "30", "1.50", "×", "15", "16", "MISSED"]


def test_a_goal_against_another_operation_takes_its_median():
    goal = Goal(times=1.1, of="list 25 via API")
    assert goal.reached(row(median=11.0), {"list 25 via API": row(median=10.0)}, 100_000)
    assert not goal.reached(row(median=11.1), {"list 25 via API": row(median=10.0)}, 100_000)
    assert goal.reached(row(), {}, 100_000) is None


def test_every_operation_has_a_goal():
    assert all(operation.goal.words(100_000) for operation in OPERATIONS)

"""The two tables of a drill: what happened in each round, and which promises were kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tools.drill.judge import Promise, Round, percentile
from tools.text import aligned

ROUND_HEADS = ("fault", "claims", "p50 ms", "p99 ms", "answers", "health", "all out after")
PROMISE_HEADS = ("promise", "goal", "figure", "")


def rounds_table(rounds: Sequence[Round]) -> str:
    """One line for each round."""
    return aligned([ROUND_HEADS, *map(_cells, rounds)], left=(0, 4, 5))


def round_line(around: Round) -> str:
    """The same in one sentence, while the drill goes on."""
    name, claims, median, slowest, answers, _health, out = _cells(around)
    return f"{name}: {claims} claims, {answers}; p50 {median}, p99 {slowest} ms; all out: {out}"


def _cells(around: Round) -> tuple[str, ...]:
    answers = Counter(around.answers)
    return (
        around.fault,
        str(len(around.numbers)),
        f"{percentile(around.first_ms, 50):,.0f}",
        f"{percentile(around.first_ms, 99):,.0f}",
        ", ".join(f"{count} × {code or 'none'}" for code, count in sorted(answers.items())),
        around.health,
        "too late" if around.out_after is None else f"{around.out_after:.1f} s",
    )


def promises_table(promises: Sequence[Promise]) -> str:
    """One line for each promise, and a word where it was broken."""
    lines = [
        (each.name, each.goal, each.figure, "kept" if each.kept else "BROKEN") for each in promises
    ]
    return aligned([PROMISE_HEADS, *lines], left=(0, 1, 2, 3))

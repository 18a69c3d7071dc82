"""Nobody but `core.lateness` judges a due instant by the present.

Two comparisons that differ only at the instant itself, or while a claim is paused, are what makes a
list and a page disagree.
"""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.sources import ROOT, python_files, shown

# Where a due instant is compared with now for another question than whether it is late.
OTHERS = {
    "core/lateness.py": "the definition",
    "demo/scenes/monitoring.py": "how many days the demo company still waits",
    "capa/selectors.py": "whether the waiting time of an effectiveness check has passed",
    "capa/commands/carrying.py": "the same, when it is judged early",
    "capa/commands/planning.py": "a date agreed now must not lie in the past",
    "capa/commands/requests.py": "an extension must end later than now",
}
COMPARING = ("__lt", "__lte", "__gt", "__gte")


def judged(code: str) -> Iterator[int]:
    """The lines that compare something named `…due_at` with `now()` or a variable `now`."""
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Compare(lineno=line):
                sides = [node.left, *node.comparators]
                if any(map(_is_due, sides)) and any(map(_is_now, sides)):
                    yield line
            case ast.keyword(arg=str(name), value=value) if name.endswith(COMPARING):
                if "due_at" in name and _is_now(value):
                    yield value.lineno


def _is_due(node: ast.AST) -> bool:
    return any(
        (isinstance(each, ast.Attribute) and each.attr.endswith("due_at"))
        or (isinstance(each, ast.Name) and each.id.endswith("due_at"))
        for each in ast.walk(node)
    )


def _is_now(node: ast.AST) -> bool:
    return any(
        (isinstance(each, ast.Attribute) and each.attr == "now")
        or (isinstance(each, ast.Name) and each.id == "now")
        for each in ast.walk(node)
    )


@pytest.mark.parametrize(
    "code",
    [
        "late = clock.now() > claim.step_due_at",
        "rows.filter(due_at__lt=clock.now())",
        "if due_at <= now: pass",
        "Q(step_due_at__gte=now)",
    ],
)
def test_the_walk_finds_what_it_looks_for(code):
    assert list(judged(code)) == [1]


def test_nobody_else_judges_lateness():
    found = {shown(path): list(judged(path.read_text())) for path in python_files()}
    elsewhere = {name: lines for name, lines in found.items() if lines and name not in OTHERS}
    assert elsewhere == {}


def test_every_exception_is_still_one():
    for name in OTHERS.keys() - {"core/lateness.py"}:
        assert list(judged((ROOT / name).read_text())), name

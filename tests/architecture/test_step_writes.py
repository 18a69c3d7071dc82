"""A claim's step moves only through the transitions of its model.

`protected=True` stops an assignment on an instance but neither `QuerySet.update` nor SQL, so the
sources are walked.
"""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.sources import ROOT, python_files, shown

ALLOWED = ROOT / "claims" / "models"
WRITING_CALLS = {"update", "aupdate", "update_or_create", "bulk_update", "save_changes"}
RAW_SQL = re.compile(r"""update\s+["'`]?claims_claim\b.*\bstep\b""", re.IGNORECASE | re.DOTALL)


def step_writes(code: str) -> Iterator[int]:
    """The lines of `code` that write an attribute or column named step."""
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Attribute(attr="step", ctx=ast.Store() | ast.Del(), lineno=line):
                yield line
            case ast.Call(lineno=line) if writes_step(node):
                yield line
            case ast.Constant(value=str(text), lineno=line) if RAW_SQL.search(text):
                yield line


def writes_step(call: ast.Call) -> bool:
    """Whether this is `….update(step=…)`, `setattr(…, "step", …)` or a relative of theirs."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name == "setattr":
        return len(call.args) > 1 and getattr(call.args[1], "value", None) == "step"
    if name not in WRITING_CALLS:
        return False
    named = any(keyword.arg == "step" for keyword in call.keywords)
    texts = (
        node.value
        for part in [*call.args, *(keyword.value for keyword in call.keywords)]
        for node in ast.walk(part)
        if isinstance(node, ast.Constant)
    )
    return named or (name in {"bulk_update", "update_or_create"} and "step" in texts)


def test_nobody_writes_the_step_of_a_claim_outside_its_model():
    found = [
        f"{shown(path)}:{line}"
        for path in python_files()
        if ALLOWED not in path.parents and path != ALLOWED.with_suffix(".py")
        for line in step_writes(path.read_text())
    ]
    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        "claim.step = 'closed'",
        "claim.step += 1",
        "del claim.step",
        "Claim.objects.filter(pk=1).update(step='closed')",
        "setattr(claim, 'step', 'closed')",
        "Claim.objects.bulk_update(claims, ['number', 'step'])",
        "Claim.objects.update_or_create(number=1, defaults={'step': 'closed'})",
        "cursor.execute('UPDATE claims_claim SET step = %s', [1])",
    ],
)
def test_the_walk_sees_every_way_of_writing(code):
    assert list(step_writes(code))


@pytest.mark.parametrize(
    "code",
    ["print(claim.step)", "StepRecord(step='closed')", "step = claim.step", "q.filter(step=1)"],
)
def test_the_walk_lets_reading_pass(code):
    assert not list(step_writes(code))

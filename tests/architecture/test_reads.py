"""Edges build no queries: reads stand in `selectors.py`, scoped to what the actor may see.

Edges may pick from what a selector or a fetched object gives (`.get`, `.first`, `.count`, `.all`);
what they may not is to reach for a model's manager, or to filter, join and order by themselves.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import python_files, shown

# Parts of a path that make a module an edge, and the modules of `api/` that are one besides views.
EDGES = {"views", "tasks", "handlers", "management", "panels", "sections", "templatetags"}
MANAGERS = {"objects", "_default_manager", "_base_manager", "through"}
BUILDING = {
    "aggregate", "alias", "annotate", "dates", "datetimes", "defer", "difference", "distinct",
    "exclude", "extra", "filter", "in_bulk", "intersection", "only", "order_by",
    "prefetch_related", "raw", "select_for_update", "select_related", "union", "values_list",
}  # fmt: skip
EXPRESSIONS = {
    "Exists", "F", "OuterRef", "Prefetch", "Q", "Subquery", "get_list_or_404", "get_object_or_404",
    "prefetch_related_objects",
}  # fmt: skip


def is_edge(path: Path) -> bool:
    parts = {path.stem, *path.parts}
    return bool(parts & EDGES) or shown(path).endswith("api/base.py")


def queries(code: str) -> Iterator[int]:
    """The lines of `code` that build a query."""
    tree = ast.parse(code)
    # A queryset without rows only names the model, for a form field or the schema.
    empty = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "none"
    }
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr=name, lineno=line) if name in MANAGERS:
                if id(node) not in empty:
                    yield line
            case ast.Call(func=ast.Attribute(attr=name, value=on), lineno=line):
                if name in BUILDING and not _is_register(on):
                    yield line
            case ast.Call(func=ast.Name(id=name), lineno=line) if name in EXPRESSIONS:
                yield line


def _is_register(node: ast.AST) -> bool:
    """A template library, whose `filter` is another."""
    return isinstance(node, ast.Name) and node.id == "register"


@pytest.mark.parametrize(
    "code",
    [
        "Claim.objects.get(pk=pk)",
        "model._default_manager.all()",
        "Letter.editors.through.objects",
        "visible_claims(actor).filter(number=number)",
        "claim.attachments.select_related('added_by')",
        "rows.order_by('pk')",
        "get_object_or_404(Claim, pk=pk)",
        "Q(step=1)",
    ],
)
def test_the_walk_finds_queries(code):
    assert 1 in queries(code)


@pytest.mark.parametrize(
    "code",
    [
        "selectors.list_orders(claim).get(pk=pk)",
        "claim.items.all()",
        "queryset = Claim.objects.none()",
        "register.filter('day', wording.day)",
        "@register.filter(needs_autoescape=True)\ndef marked(value): ...",
        "data.values()",
    ],
)
def test_the_walk_lets_picking_pass(code):
    assert not list(queries(code))


def test_edges_build_no_queries():
    found = [
        f"{shown(path)}:{line}"
        for path in python_files()
        if is_edge(path)
        for line in queries(path.read_text())
    ]
    assert found == []

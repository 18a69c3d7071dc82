"""Models are written by commands, and by nothing else.

What counts as writing: saving and deleting rows, the writing methods of querysets, the managers of
many-to-many relations, and SQL. `.update(…)` of a queryset takes names only, which tells it from
that of a dictionary or a digest; `.save(…)` of a picture has a place to go to, which a row has not.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps

from tests.architecture.sources import ROOT, python_files, shown

# What writes and is no command, and why.
OTHERS = {
    "accounts/models.py": "the manager of users, as Django's sign-in wants it",
    "core/bulk.py": "how commands insert many rows",
    "demo/company.py": "gives the people of the demo company one password, hashed once",
    "events/relay.py": "marks deliveries as done, below all commands",
    "events/seals.py": "seals history, below all commands",
    "integrations/form_keys.py": "keeps answers around the commands of the view",
    "integrations/idempotency.py": "keeps answers around the transaction of the command",
}
# What an empty database begins with, before anybody could act.
STARTERS = "starters.py"

ALWAYS = {
    "bulk_create", "bulk_update", "create", "get_or_create", "insert_new", "save_changes",
    "save_m2m", "update_or_create",
}  # fmt: skip
OF_A_RELATION = {"add", "clear", "remove", "set"}
WRITING = {"save", "delete", "update", *ALWAYS, *OF_A_RELATION}
SQL = re.compile(r"^\s*(?:INSERT\s+INTO|UPDATE\s|DELETE\s+FROM|COPY\s)")


def relations() -> set[str]:
    """The names under which models reach rows through a many-to-many table."""
    fields: list[Any] = [each for model in apps.get_models() for each in model._meta.get_fields()]
    many = (each for each in fields if each.many_to_many)
    names = (each.get_accessor_name() if each.auto_created else each.name for each in many)
    return {name for name in names if name}


def writes(code: str) -> Iterator[int]:
    """The lines of `code` that write to the database."""
    many = relations()
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Call(func=ast.Attribute(attr=name, value=on), lineno=line):
                # Each method has a twin that is awaited.
                name = name[1:] if name[1:] in WRITING and name[0] == "a" else name
                if is_write(node, name, on, many):
                    yield line
            case ast.Call(func=ast.Name(id="insert_new"), lineno=line):
                yield line
            case ast.Constant(value=str(text), lineno=line) if SQL.match(text):
                yield line


def is_write(call: ast.Call, name: str, on: ast.expr, many: set[str]) -> bool:
    named_only = not call.args
    match name:
        case "save" | "delete":
            return named_only
        case "update":
            return named_only and bool(call.keywords)
        case _ if name in OF_A_RELATION:
            return isinstance(on, ast.Attribute) and on.attr in many
        case _:
            return name in ALWAYS


def is_command(path: Path) -> bool:
    parts = path.relative_to(ROOT).parts
    return parts[1] in {"commands", "commands.py"}


def writes_itself(path: Path) -> bool:
    """Models and abstract bases save themselves, and nothing else."""
    parts = path.relative_to(ROOT).parts
    return parts[1] in {"models", "models.py"}


def of_others(code: str) -> Iterator[int]:
    """The lines of a module of models that write another row than the model's own."""
    own = {
        node.lineno
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and ast.unparse(node.func.value) in {"self", "super()"}
    }
    return (line for line in writes(code) if line not in own)


def violations(path: Path) -> list[int]:
    if is_command(path) or path.name == STARTERS:
        return []
    code = path.read_text()
    return list(of_others(code) if writes_itself(path) else writes(code))


def test_only_commands_write():
    found = {shown(path): violations(path) for path in python_files()}
    assert {name: lines for name, lines in found.items() if lines and name not in OTHERS} == {}


def test_every_exception_is_still_one():
    for name in OTHERS:
        assert violations(ROOT / name), name


@pytest.mark.parametrize(
    "code",
    [
        "claim.save()",
        "claim.save(update_fields=['title'])",
        "claim.save_changes('title')",
        "item.delete()",
        "Claim.objects.filter(pk=1).update(title='x')",
        "Claim.objects.create(title='x')",
        "await Claim.objects.acreate(title='x')",
        "Claim.objects.get_or_create(number=1)",
        "Claim.objects.bulk_create(rows)",
        "insert_new(rows)",
        "letter.editors.add(user)",
        "rule.people.set(people)",
        "action.claims.remove(claim)",
        "cursor.execute('UPDATE claims_claim SET title = %s', ['x'])",
        "cursor.execute(f'INSERT INTO {table} VALUES (1)')",
    ],
)
def test_the_walk_sees_every_way_of_writing(code):
    assert list(writes(code)) == [1]


@pytest.mark.parametrize(
    "code",
    [
        "seen.add(claim.pk)",
        "cache.set('mark', True)",
        "cache.delete('mark')",
        "digest.update(chunk)",
        "values.update({'a': 1})",
        "picture.save(out, 'JPEG')",
        "commands.create_user(email='x')",
        "context.update(other)",
        "_('Update the record and set it aside')",
    ],
)
def test_the_walk_lets_other_calls_pass(code):
    assert not list(writes(code))

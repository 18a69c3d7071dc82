"""Every page and API operation × every principal, as `matrix.txt` says; nothing stands outside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.urls import URLResolver, get_resolver

from tests.permissions.calls import address, call, nowhere, operations, parts_of, without_pages
from tests.permissions.tables import MISSING, OK, Row, read_matrix, shape_of
from tests.permissions.world import NOBODY, PRINCIPALS, World, build_world

pytestmark = pytest.mark.django_db

WHO, ROWS = read_matrix()
# Kept in a table of its own, by model.
ADMINISTRATION = "admin/"


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("media")


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any, media: Path) -> Iterator[World]:
    """Built once; every call is undone."""
    with pytest.MonkeyPatch.context() as patched, django_db_blocker.unblock(), transaction.atomic():
        patched.setattr("django.conf.settings.MEDIA_ROOT", str(media))
        yield build_world()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _files_of_the_world(_own_media_and_cache: None, settings: Any, media: Path) -> None:
    settings.MEDIA_ROOT = str(media)


def test_the_table_is_about_the_people_of_the_world() -> None:
    assert set(WHO) == set(PRINCIPALS)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_each_meets_what_the_table_says(world: World, row: Row) -> None:
    # What is open to nobody in particular is open to all.
    who = [NOBODY] if set(row.cells.values()) == {OK} else WHO
    parts = parts_of(world, row)
    with without_pages():
        found = {name: call(world, row, name, parts)[0] for name in who}
    assert found == {name: row.cells[name] for name in who}


HIDING = [row for row in ROWS if "<" in row.place and MISSING in row.cells.values()]


@pytest.mark.parametrize("row", HIDING, ids=str)
def test_what_one_may_not_see_answers_like_what_does_not_exist(world: World, row: Row) -> None:
    """To the letter. One of those from whom the row hides something, another one in each row."""
    hidden = [name for name in WHO if row.cells[name] == MISSING]
    name = hidden[row.line % len(hidden)]
    assert call(world, row, name, parts_of(world, row)) == call(world, row, name, nowhere(row))


def patterns(resolver: Any = None, prefix: str = "") -> Iterator[str]:
    for each in (resolver or get_resolver()).url_patterns:
        place = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from patterns(each, place)
        else:
            yield place


def test_every_address_stands_in_the_table() -> None:
    known = {row.shape for row in ROWS}
    asked = {shape_of(place) for place in patterns() if not place.startswith(ADMINISTRATION)}
    assert asked - known == set(), "say in matrix.txt who may do this"
    assert known - asked == set(), "there is no such address any more"


def test_every_operation_of_the_api_stands_in_the_table() -> None:
    known = {(row.method, row.shape) for row in ROWS}
    assert set(operations()) - known == set(), "say in matrix.txt who may do this"


def test_every_method_of_a_page_stands_in_the_table(world: World) -> None:
    """A page that takes a POST is in the table with it; asked with a method that no page has."""
    known: dict[str, set[str]] = {}
    first: dict[str, Row] = {}
    for row in ROWS:
        if not row.place.startswith(("api/", "account/")):
            known.setdefault(row.place, set()).add(row.method)
            first.setdefault(row.place, row)
    missing = {}
    for place, row in first.items():
        with transaction.atomic(), without_pages():
            missing[place] = methods_of(world, row) - known[place]
            transaction.set_rollback(True)
    assert {place: methods for place, methods in missing.items() if methods} == {}


def methods_of(world: World, row: Row) -> set[str]:
    client = world.callers["QM"]
    answer = client.generic("BREW", address(row, parts_of(world, row)))
    if answer.status_code == 405:
        return {"GET", "POST"} & set(answer.headers["Allow"].split(", "))
    return {"GET", "POST"}

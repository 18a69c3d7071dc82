"""Rules that hold for every endpoint there is, whichever app it belongs to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLResolver, get_resolver

from core.api.views import ApiView

SNAPSHOT = Path(__file__).parent.parent / "contracts" / "openapi.json"
METHODS = ("get", "post", "put", "patch", "delete")
# Of the schema itself, which holds no data.
WITHOUT_DATA = {"api_schema", "api_docs"}


def endpoints(resolver: Any = None, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for each in (resolver or get_resolver()).url_patterns:
        place = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from endpoints(each, place)
        elif place.startswith("api/v1/") and each.name not in WITHOUT_DATA:
            yield place, getattr(each.callback, "view_class", None)


ENDPOINTS = list(endpoints())


@pytest.mark.parametrize(("place", "view"), ENDPOINTS)
def test_every_method_asks_tokens_for_a_scope(place: str, view: Any) -> None:
    assert issubclass(view, ApiView), f"{place} does not stand on the base of the API"
    answered = {name.upper() for name in METHODS if hasattr(view, name)}
    assert answered
    assert answered <= set(view.required_scopes), f"{place} is closed to tokens"


def test_every_operation_says_what_it_does_and_may_refuse() -> None:
    schema = json.loads(SNAPSHOT.read_text())
    for path, methods in schema["paths"].items():
        for method in set(METHODS) & set(methods):
            operation = methods[method]
            assert operation.get("summary"), f"{method} {path}"
            refusals = {"400", "401", "403", "404", "429", "503"}
            assert refusals <= set(operation["responses"]), f"{method} {path}"


def test_every_endpoint_is_in_the_snapshot() -> None:
    """Whether the snapshot is right in every detail, `./run lint` says."""
    paths = set(json.loads(SNAPSHOT.read_text())["paths"])
    assert len(paths) == len({place for place, _view in ENDPOINTS})

"""Calling an operation as somebody, and what came of it in the words of the tables."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.db import transaction
from django.template.backends.django import Template as BackendTemplate
from django.test import Client
from django.utils.safestring import SafeString

from tests.cast import PASSWORD
from tests.permissions.tables import MISSING, OK, REFUSED, SIGN_IN, Row, shape_of
from tests.permissions.world import World, photo

API = "/api/v1/"
SNAPSHOT = Path(__file__).parent.parent / "contracts" / "openapi.json"
SIGN_IN_PAGES = ("/account/login/", "/admin/login/")
NOWHERE = {"number": "99-9999", "action_number": "A-99999", "done_number": "A-99999"}
# Values that the schema cannot know to exist.
KNOWN = {
    "customer": "C-001",
    "product": "RK-12",
    "lot": "L-2291",
    "line": "L3",
    "site": "MAIN",
    "defect": "MAT-CRACK",
    "family": "F-CON",
    "executor": "elena.panova@tarvina.example",
    "owner": "anna.kravtsova@tarvina.example",
    "user": "elena.panova@tarvina.example",
}
_PART = re.compile(r"<([^>]*)>")
# Tokens against forgery differ in every answer.
_VOLATILE = re.compile(r"\b[A-Za-z0-9]{64}\b")


def parts_of(world: World, row: Row) -> dict[str, Any]:
    """What stands in for the parts of the row's address."""
    shared = world.parts["own"] | world.parts["client"]
    return shared | world.parts.get(row.claim, {})


def address(row: Row, parts: dict[str, Any]) -> str:
    return "/" + _PART.sub(lambda found: str(parts.get(found[1], found[1])), row.place)


def nowhere(row: Row) -> dict[str, Any]:
    """Parts of the same form that belong to nothing."""
    return {name: NOWHERE.get(name, 987654) for name in _PART.findall(row.place)}


@contextmanager
def without_pages() -> Iterator[None]:
    """Pages are decided on but not drawn, which is most of the time."""
    with patch.object(BackendTemplate, "render", lambda *_given, **_named: SafeString("")):
        yield


def call(world: World, row: Row, principal: str, parts: dict[str, Any]) -> tuple[str, str]:
    """What `principal` meets, and the text of the answer; the database stays as it was."""
    client = world.callers[principal]
    cookies = deepcopy(client.cookies)
    try:
        with transaction.atomic():
            response = _send(client, row, address(row, parts), parts_of(world, row))
            transaction.set_rollback(True)
    finally:
        client.cookies = cookies
    return outcome(response), _text(response)


def outcome(response: Any) -> str:
    status, onward = response.status_code, response.headers.get("Location", "")
    assert status < 500 or status == 503, f"{status}: {response.content[:500]}"
    if status == 401 or (status == 302 and onward.startswith(SIGN_IN_PAGES)):
        return SIGN_IN
    return {403: REFUSED, 404: MISSING}.get(status, OK)


def _text(response: Any) -> str:
    if response.streaming:
        response.getvalue()  # closed by the last part; closing it here would end the transaction
        return ""
    path = response.wsgi_request.path
    return _VOLATILE.sub("", response.content.decode(errors="replace").replace(path, "PATH"))


def _send(client: Client, row: Row, url: str, parts: dict[str, Any]) -> Any:
    if not url.startswith(API):
        sent = {name: _filled(value, parts) for name, value in FORMS.get(row.place, {}).items()}
        return client.get(url) if row.method == "GET" else client.post(url, sent)
    headers = {"accept-language": "en"}
    if row.method == "GET":
        return client.get(url, headers=headers)
    if row.place.endswith("attachments/"):
        return client.post(url, {"file": photo()}, headers=headers)
    body = json.dumps(body_of(row, parts))
    return client.generic(row.method, url, body, content_type="application/json", headers=headers)


# What is sent where the least that the form or the schema lets pass is not yet sensible.
FORMS: dict[str, dict[str, Any]] = {
    "claims/hand-over/": {"owner": "<handler>"},
    "claims/<number>/letters/<letter>/approve/": {
        "do": "sign", "password": PASSWORD, "version": "<letter_version>",
    },
    "claims/<number>/duplicates/": {"answer": "none"},
    "claims/<number>/comments/": {"text": "Looks like last year"},
}  # fmt: skip
BODIES: dict[str, dict[str, Any]] = {
    "api/v1/claims/<number>/actions/<action>/link/": {"claim": "<number>"},
    "api/v1/claims/<number>/affected-lots/": {"lot": "L-2309"},
    "api/v1/claims/<number>/containment-orders/": {
        "kind": "sort", "executor": KNOWN["executor"], "scope": "All boxes", "place": "own_stock",
    },
    "api/v1/claims/<number>/letters/<letter>/approve/": {"password": PASSWORD},
    "api/v1/claims/<number>/recipients/": {"person": KNOWN["executor"]},
    "api/v1/claims/<number>/team/<member>/": {"role": "member"},
    "api/v1/claims/<number>/why-chains/<chain>/conclude/": {"cause": "<cause>"},
    "api/v1/claims/<number>/compensations/<compensation>/settle/": {
        "document_no": "CN-1", "document_date": "2026-06-18",
    },
}  # fmt: skip


@cache
def schema() -> dict[str, Any]:
    return json.loads(SNAPSHOT.read_text())


def operations() -> Iterator[tuple[str, str]]:
    """Method and shape of every operation of the schema."""
    for path, methods in schema()["paths"].items():
        for method in {"get", "post", "put", "patch", "delete"} & set(methods):
            yield method.upper(), _shape_in(path)


def _shape_in(path: str) -> str:
    return shape_of(path[1:].replace("{", "<").replace("}", ">"))


def operation(row: Row) -> dict[str, Any]:
    """What the schema says of the row's operation."""
    for path, methods in schema()["paths"].items():
        if _shape_in(path) == row.shape:
            return methods[row.method.lower()]
    raise AssertionError(f"{row} is not in the schema")


def body_of(row: Row, parts: dict[str, Any]) -> Any:
    """The least that the schema lets pass."""
    if row.place in BODIES:
        return {name: _filled(value, parts) for name, value in BODIES[row.place].items()}
    asked = operation(row).get("requestBody")
    if asked is None:
        return {}
    content = asked["content"]["application/json"]
    examples = list(content.get("examples", {}).values())
    body = examples[0]["value"] if examples else None
    if body is None:
        body = _value("", content["schema"], parts)
    if "version" in body:
        del body["version"]
    return body


def _filled(value: str, parts: dict[str, Any]) -> Any:
    """The value, or the part of an address that it names."""
    return parts[value[1:-1]] if value.startswith("<") else value


def _value(name: str, shape: dict[str, Any], parts: dict[str, Any]) -> Any:
    if "$ref" in shape:
        shape = schema()["components"]["schemas"][shape["$ref"].rsplit("/", 1)[1]]
    for many in ("allOf", "oneOf", "anyOf"):
        if many in shape:
            return _value(name, shape[many][0], parts)
    if shape.get("type") == "object":
        return {
            each: _value(each, shape["properties"][each], parts)
            for each in shape.get("required", ())
        }
    if name in KNOWN:
        return KNOWN[name]
    if shape.get("type") == "array":
        return [_value(name.removesuffix("s"), shape["items"], parts)]
    return _scalar(name, shape, parts)


def _scalar(name: str, shape: dict[str, Any], parts: dict[str, Any]) -> Any:
    if "enum" in shape:
        return shape["enum"][0]
    kind, form = shape.get("type"), shape.get("format")
    if kind == "integer" or (isinstance(kind, list) and "integer" in kind):
        return parts.get(name, 1)
    if kind == "boolean":
        return True
    texts = {"date": "2027-01-15", "date-time": "2026-06-17T10:24:00+03:00", "decimal": "1"}
    return texts.get(str(form), "Because it is so")

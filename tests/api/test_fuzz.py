"""Every operation of the schema, called with what nobody would think of.

`CLAIMS_FUZZ_EXAMPLES` sets how many calls each operation gets from each role (default 5; a release
is tried with some hundreds). Addresses and codes are those of the cast in most calls, so that
they get past the first check.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core import signals
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.openapi import from_dict
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from claims.states import Step
from config.wsgi import application
from tests.api.caller import ALL_SCOPES, program
from tests.cast import Cast

EXAMPLES = int(os.environ.get("CLAIMS_FUZZ_EXAMPLES", "5"))
SNAPSHOT = Path(__file__).parent.parent / "contracts" / "openapi.json"
METHODS = ("get", "put", "post", "patch", "delete")
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
READING = [each for each in ALL_SCOPES if each.endswith(":read")]
ROLES = {
    "handler": (("handler", "integration"), ALL_SCOPES),
    "reader": (("integration",), READING),
}
REAL_CODES = {
    "customer": ["C-001", "C-002"],
    "product": ["RK-12", "VF-310"],
    "lot": ["L-2291", "L-2309", "L-0"],
    "line": ["L3", "L1"],
    "site": ["MAIN", "EAST"],
    "defect": ["MAT-CRACK", "GEO-FLASH"],
    "family": ["F-CON"],
    "owner": ["anna.kravtsova@tarvina.example"],
    "code": ["C-001", "RK-12", "L-2291", "L3", "MAIN"],
    "severity": ["major", "minor"],
}

pytestmark = pytest.mark.django_db


@cache
def raw_schema() -> dict[str, Any]:
    return json.loads(SNAPSHOT.read_text()) if SNAPSHOT.is_file() else {"paths": {}}


@cache
def schema() -> Any:
    loaded = from_dict(raw_schema())
    loaded.app = application
    loaded.config.update(base_url="http://localhost")
    return loaded


def operations() -> dict[str, list[tuple[str, str]]]:
    """Path and method of every operation, by the kind of object that they are about."""
    found: dict[str, list[tuple[str, str]]] = {}
    for path, methods in raw_schema()["paths"].items():
        for method in METHODS:
            if method in methods:
                found.setdefault(methods[method]["tags"][0], []).append((path, method.upper()))
    return found


OPERATIONS = operations()


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """The server closes connections with each request; here all of it is one transaction."""
    for signal in (signals.request_started, signals.request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (signals.request_started, signals.request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def addresses(cast: Cast) -> dict[str, list[Any]]:
    """What stands in paths: claims in several steps, and small numbers for rows below them."""
    steps = (Step.RECEIPT, Step.INITIAL_INVESTIGATION, Step.RESPONSE, Step.CLOSED)
    claims = [cast.claim_in(step) for step in steps]
    return {
        "number": [each.number for each in claims],
        "id": [claims[0].items.get().pk, 1, 2],
        "name": ["notify", "cancel", "close", "reopen"],
        **REAL_CODES,
    }


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("kind", OPERATIONS)
def test_no_input_breaks_the_contract(
    kind: str, role: str, addresses: dict[str, list[Any]], settings: Any
) -> None:
    settings.API_RATE = 0
    roles, scopes = ROLES[role]
    caller = program("Fuzz", roles=roles, scopes=scopes)
    headers = {"Authorization": caller.authorization, "Accept-Language": "en"}
    for path, method in OPERATIONS[kind]:
        call_strangely(schema()[path][method], headers, addresses)


def call_strangely(operation: Any, headers: dict[str, str], real: dict[str, list[Any]]) -> None:
    """Call an operation with input that fits the schema and with input that does not."""
    modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    cases = st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in modes))

    @hypothesis_settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases, choices=st.randoms(use_true_random=False))
    def calls(case: schemathesis.Case, choices: Any) -> None:
        make_real(case, choices, real)
        # What a call leaves behind must not decide about the next one.
        with transaction.atomic():
            response = case.call(headers=headers)
            transaction.set_rollback(True)
        case.validate_response(response, checks=CHECKS)

    calls()


def make_real(case: schemathesis.Case, choices: Any, real: dict[str, list[Any]]) -> None:
    """Put keys of existing records into path and body, in three of four places each."""
    for name in case.path_parameters or {}:
        if name in real and choices.random() < 0.75:
            case.path_parameters[name] = choices.choice(real[name])
    if isinstance(case.body, (dict, list)):
        case.body = made_real(case.body, choices, real)


def made_real(value: Any, choices: Any, real: dict[str, list[Any]], name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: made_real(each, choices, real, key) for key, each in value.items()}
    if isinstance(value, list):
        return [made_real(each, choices, real, name) for each in value]
    if isinstance(value, str) and name in real and choices.random() < 0.75:
        return choices.choice(real[name])
    return value


def test_every_endpoint_is_in_the_snapshot() -> None:
    assert sum(map(len, OPERATIONS.values())) > 100

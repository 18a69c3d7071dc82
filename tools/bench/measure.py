"""Measures the operations: one client in turn with floor and limit, then several at once."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.test import Client as InProcess
from django.urls import Resolver404, resolve

from tools.bench.client import Call, Client, Failed, Timing, together
from tools.bench.limit import Limit
from tools.bench.operations import OPERATIONS, Operation
from tools.bench.scenario import Scenario
from tools.bench.server import Server
from tools.programs import HOST

WARM_UP = 6
SECONDS_EACH = 25
CLIENTS = 8
MOST_OF_A_NOTE = 90
ABSENT, FAILED = "no such endpoint yet", "failed"


@dataclass(frozen=True)
class Amount:
    """How often an operation is measured: by one client, and by several."""

    one: int
    many: int

    @classmethod
    def of(cls, *, quick: bool) -> Amount:
        return cls(15, 40) if quick else cls(60, 160)


@dataclass
class Bench:
    """A run: both servers, the raw connection and who asks."""

    product: Server
    floor: Server
    limit: Limit
    scenario: Scenario
    amount: Amount

    def rows(self, only: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
        """Measure every operation (whose name contains one of `only`) and yield its figures."""
        for operation in OPERATIONS:
            if not only or any(part in operation.name for part in only):
                yield operation.name, self._row(operation)

    def _row(self, operation: Operation) -> dict[str, Any]:
        try:
            if operation.name.startswith("transition"):
                self._create_claims()
            if not is_there(operation.call(self.scenario)):
                return {"note": ABSENT}
            row: dict[str, Any] = {"queries": count_queries(operation.call(self.scenario))}
            if operation.few:
                row["queries_few"] = count_queries(operation.few(self.scenario))
            return row | self._measured(operation)
        except (Failed, OSError) as error:
            return {"note": f"{FAILED}: {str(error)[:MOST_OF_A_NOTE]}"}

    def _measured(self, operation: Operation) -> dict[str, Any]:
        one = 5 if operation.is_slow else self.amount.one
        many = 8 if operation.is_slow else self.amount.many
        self.product.forget_peaks()
        self._in_turn(operation, WARM_UP)
        before = self.product.cpu_ms(), self.floor.cpu_ms()
        ours, floor, limit = self._in_turn(operation, one)
        cpu, floor_cpu = (
            (now - then) / len(ours.took)
            for now, then in zip((self.product.cpu_ms(), self.floor.cpu_ms()), before, strict=True)
        )
        calls = [operation.call(self.scenario) for _ in range(many)]
        at_once = together(self.product.port, calls, CLIENTS)
        row = {
            "cpu": cpu,
            "median": ours.median,
            "p95": ours.p95,
            "p95_many": at_once.p95,
            "per_second_many": at_once.per_second,
            "speed_up": at_once.per_second / (1000 / (sum(ours.took) / len(ours.took))),
            "writes": operation.writes,
            "peak_mb": self.product.peak_mb(),
        }
        if operation.floor and floor.took:
            bare = [operation.floor(self.scenario) for _ in range(many)]
            floor_many = together(self.floor.port, bare, CLIENTS).per_second
            row |= {
                "floor": floor.median,
                "floor_p95": floor.p95,
                "floor_cpu": floor_cpu,
                "floor_per_second_many": floor_many,
                "floor_speed_up": floor_many / (1000 / (sum(floor.took) / len(floor.took))),
            }
        if limit.took:
            row["limit"] = limit.median
        return row

    def _in_turn(self, operation: Operation, count: int) -> tuple[Timing, Timing, Timing]:
        """Ours, floor and limit take turns, so that noise meets all three alike."""
        ours, floor, limit = Timing(), Timing(), Timing()
        client, bare = Client(self.product.port), Client(self.floor.port)
        ends = time.monotonic() + SECONDS_EACH
        try:
            for turn in range(count):
                if turn > 4 and time.monotonic() > ends:
                    break
                took, answer = client.send(operation.call(self.scenario))
                self._remember(operation, answer)
                also = bare.send(operation.floor(self.scenario))[0] if operation.floor else None
                raw = operation.limit(self.limit) if operation.limit else None
                for timing, value in ((ours, took), (floor, also), (limit, raw)):
                    timing.took += [] if value is None else [value]
        finally:
            client.close()
            bare.close()
        return ours, floor, limit

    def _remember(self, operation: Operation, answer: bytes) -> None:
        if operation.name.startswith("create"):
            self.scenario.created.append(json.loads(answer)["number"])

    def _create_claims(self) -> None:
        """Transitions need fresh claims, one for each."""
        client = Client(self.product.port)
        wanted = WARM_UP + self.amount.one + self.amount.many + 3
        while len(self.scenario.created) < wanted:
            answer = client.send(self.scenario.create())[1]
            self.scenario.created.append(json.loads(answer)["number"])
        client.close()


def is_there(call: Call) -> bool:
    """Whether the product has this address at all."""
    try:
        resolve(call.path.partition("?")[0])
    except Resolver404:
        return False
    return True


def count_queries(call: Call) -> int:
    """How many statements the request sends; whatever it writes is undone."""
    sent = 0

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal sent
        sent += 0 if "SAVEPOINT" in sql else 1
        return execute(sql, params, many, context)

    client = InProcess(headers=call.headers, SERVER_NAME=HOST)
    body = "" if call.body is None else json.dumps(call.body)
    with transaction.atomic():
        if call.method == "GET":  # once to fill the caches of this process
            client.generic(call.method, call.path)
        with connection.execute_wrapper(count):
            client.generic(call.method, call.path, body, content_type="application/json")
        transaction.set_rollback(True)
    return sent

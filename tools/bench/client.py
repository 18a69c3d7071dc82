"""A plain HTTP client with a clock."""

from __future__ import annotations

import http.client
import json
import math
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

TIMEOUT = 60


@dataclass(frozen=True)
class Call:
    """One request: where, with which headers, and the JSON body if it has one."""

    path: str
    headers: dict[str, str]
    method: str = "GET"
    body: Any = None
    expects: tuple[int, ...] = (200, 201)


@dataclass
class Timing:
    """What requests took, in milliseconds; `seconds` is the wall time of all of them together."""

    took: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def median(self) -> float:
        return statistics.median(self.took)

    @property
    def p95(self) -> float:
        """95 of 100 took no longer."""
        return sorted(self.took)[math.ceil(len(self.took) * 0.95) - 1]

    @property
    def per_second(self) -> float:
        return len(self.took) / self.seconds


class Failed(Exception):
    """An answer that was not expected; measuring it would say nothing."""


class Client:
    """One connection, kept open as programs and browsers do."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)

    def send(self, call: Call) -> tuple[float, bytes]:
        """Milliseconds until the whole answer was here, and the answer."""
        body = None if call.body is None else json.dumps(call.body)
        headers = call.headers | ({"Content-Type": "application/json"} if body else {})
        began = time.perf_counter()
        try:
            status, answer = self._exchange(call, body, headers)
        except (http.client.RemoteDisconnected, ConnectionError, BrokenPipeError):
            # The server closes a connection that was idle for too long: not its slowness.
            self.connection.close()
            began = time.perf_counter()
            status, answer = self._exchange(call, body, headers)
        took = (time.perf_counter() - began) * 1000
        if status not in call.expects:
            raise Failed(f"{call.method} {call.path}: {status} {answer[:300]!r}")
        return took, answer

    def _exchange(self, call: Call, body: str | None, headers: dict[str, str]) -> tuple[int, bytes]:
        self.connection.request(call.method, call.path, body, headers)
        response = self.connection.getresponse()
        return response.status, response.read()

    def close(self) -> None:
        self.connection.close()


def together(port: int, calls: Sequence[Call], clients: int) -> Timing:
    """Send `calls` through several clients at once, each taking the next one left."""
    timing = Timing()
    left = iter(calls)
    lock = threading.Lock()
    errors: list[Exception] = []

    def work() -> None:
        client = Client(port)
        try:
            while not errors:
                with lock:
                    call = next(left, None)
                if call is None:
                    return
                took, _answer = client.send(call)
                timing.took.append(took)
        except Exception as error:  # noqa: BLE001 - raised again by the thread that waits
            errors.append(error)
        finally:
            client.close()

    threads = [threading.Thread(target=work) for _ in range(clients)]
    began = time.perf_counter()
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    timing.seconds = time.perf_counter() - began
    if errors:
        raise errors[0]
    return timing


def timed(work: Callable[[], object]) -> float:
    """Milliseconds that `work` takes."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000

"""People and programs that report claims over the API while things break."""

from __future__ import annotations

import http.client
import json
import threading
import time
import uuid
from dataclasses import dataclass, field

from tools.programs import HOST

CLIENTS = 4
ANSWER_SECONDS = 60
# What a client may reasonably go on trying.
PATIENCE_SECONDS = 120
CREATED = 201


@dataclass
class Report:
    """What came of one report: answers in order (0: no answer at all), the first one's time."""

    number: str = ""
    answers: list[int] = field(default_factory=list)
    first_ms: float = 0.0

    @property
    def accepted(self) -> bool:
        return bool(self.number)


class Reporters:
    """Report `count` claims evenly over `seconds`, each until it is accepted, in the background."""

    def __init__(self, port: int, secret: str, *, title: str, count: int, seconds: float) -> None:
        self.port = port
        self.headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        self.title = title
        self.reports: list[Report] = []
        began = time.monotonic()
        self._moments = iter([began + seconds * turn / count for turn in range(count)])
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(CLIENTS)]
        for thread in self._threads:
            thread.start()

    def finish(self) -> list[Report]:
        """Wait until every report came to its end."""
        for thread in self._threads:
            thread.join()
        return self.reports

    def _work(self) -> None:
        while True:
            with self._lock:
                moment = next(self._moments, None)
            if moment is None:
                return
            time.sleep(max(0.0, moment - time.monotonic()))
            report = self._report()
            with self._lock:
                self.reports.append(report)

    def _report(self) -> Report:
        report = Report()
        key = uuid.uuid4().hex
        body = json.dumps(
            {
                "title": self.title,
                "description": "Found at the incoming inspection, parts are set aside.",
                "channel": "api",
                "severity": "minor",
            }
        )
        began = time.monotonic()
        while time.monotonic() < began + PATIENCE_SECONDS:
            status, answer = self._send(body, key)
            if not report.answers:
                report.first_ms = (time.monotonic() - began) * 1000
            report.answers.append(status)
            if status == CREATED:
                report.number = json.loads(answer)["number"]
                return report
            time.sleep(1)
        return report

    def _send(self, body: str, key: str) -> tuple[int, bytes]:
        """The same key each time: however often it is sent, it is one claim."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=ANSWER_SECONDS)
        headers = {**self.headers, "Idempotency-Key": key}
        try:
            connection.request("POST", "/api/v1/claims/", body, headers)
            response = connection.getresponse()
            return response.status, response.read()
        except (OSError, http.client.HTTPException):
            return 0, b""
        finally:
            connection.close()

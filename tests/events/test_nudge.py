"""The doorbell: a broker that is dead or frozen delays nobody and breaks nothing."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from django.conf import settings as project

from events import nudge

RING = """
import json, time
import django
django.setup()
from events import nudge

waits = []
for _ in range(200):
    started = time.monotonic()
    nudge.ring()
    waits.append(time.monotonic() - started)
time.sleep(1.5)
started = time.monotonic()
nudge.ring()
waits.append(time.monotonic() - started)
print(json.dumps({"longest": max(waits), "alive": nudge._ringer[1].is_alive()}))
"""


@pytest.fixture
def frozen_port() -> Iterator[int]:
    """A server that takes connections and never says a word."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(50)
        yield server.getsockname()[1]


@pytest.fixture
def dead_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.mark.parametrize("broker", ["dead_port", "frozen_port"])
def test_a_ring_never_waits_for_the_broker(broker, request):
    """In a process of its own, with the settings of the product."""
    port = request.getfixturevalue(broker)
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "REDIS_URL": f"redis://127.0.0.1:{port}/0",
        "SECRET_KEY": project.SECRET_KEY,
        "HISTORY_KEY": project.HISTORY_KEY,
    }
    done = subprocess.run(
        [sys.executable, "-c", RING],
        cwd=project.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["longest"] < 0.5
    assert said["alive"]


def test_a_ring_that_finds_no_thread_is_given_up_silently(settings, monkeypatch):
    def start(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    settings.EVENTS_NUDGE = True
    monkeypatch.setattr(nudge, "_ringer", None)
    monkeypatch.setattr(threading.Thread, "start", start)

    nudge.ring()


def test_nothing_rings_where_it_is_switched_off(settings, monkeypatch):
    monkeypatch.setattr(nudge, "_ringer", None)
    settings.EVENTS_NUDGE = False
    nudge.ring()
    assert nudge._ringer is None


def test_many_rings_become_few(settings, monkeypatch):
    """While one ring is on its way the others wait as one."""
    from events.tasks import relay

    rung, let_go = [], threading.Event()

    def publish(**options: object) -> None:
        rung.append(options)
        let_go.wait(10)

    settings.EVENTS_NUDGE = True
    monkeypatch.setattr(nudge, "_ringer", None)
    monkeypatch.setattr(nudge, "_wanted", threading.Event())
    monkeypatch.setattr(relay, "apply_async", publish)
    for _ in range(500):
        nudge.ring()
    let_go.set()
    for _ in range(100):
        if len(rung) == 2:
            break
        threading.Event().wait(0.05)

    assert len(rung) <= 2
    assert all(options["retry"] is False for options in rung)

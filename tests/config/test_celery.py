"""Background work on both footings: what lost workers, dead brokers and two beats do not break."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from functools import cache
from typing import Any

import pytest
from celery.schedules import crontab
from django.conf import settings

from config.celery import app

NAMES = (
    "broker_url", "broker_transport_options", "broker_connection_timeout", "task_publish_retry",
    "task_acks_late", "task_reject_on_worker_lost", "worker_prefetch_multiplier",
    "task_soft_time_limit", "task_time_limit", "task_always_eager", "task_ignore_result",
)  # fmt: skip
CODE = f"""
import json, config.celery as c, django
django.setup()
print(json.dumps({{name: c.app.conf[name] for name in {NAMES!r}}}))
"""


@cache
def conf_with(redis_url: str) -> dict[str, Any]:
    """What a worker runs with, read by a process of its own as it would start."""
    keys = dict.fromkeys(("SECRET_KEY", "HISTORY_KEY"), "an-own-key-0123456789-" * 3)
    cleared = {"DATABASE_URL", "REDIS_URL"}
    inherited = {name: value for name, value in os.environ.items() if name not in cleared}
    more = {"REDIS_URL": redis_url} if redis_url else {}
    own = {"DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", CODE],
        cwd=settings.BASE_DIR,
        env=inherited | keys | own | more,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


REDIS, EMBEDDED = "redis://127.0.0.1:6399/0", ""


@pytest.mark.parametrize("redis_url", [REDIS, EMBEDDED])
def test_a_task_of_a_lost_worker_is_not_lost_and_none_runs_for_ever(redis_url):
    conf = conf_with(redis_url)
    assert conf["task_acks_late"] is True
    assert conf["task_reject_on_worker_lost"] is True
    assert 0 < conf["task_soft_time_limit"] < conf["task_time_limit"] < 300
    assert conf["task_always_eager"] is False
    assert conf["worker_prefetch_multiplier"] == 1


@pytest.mark.parametrize("redis_url", [REDIS, EMBEDDED])
def test_a_broker_that_does_not_answer_keeps_nobody_waiting(redis_url):
    conf = conf_with(redis_url)
    assert conf["task_publish_retry"] is False
    assert conf["broker_connection_timeout"] <= 2
    assert conf["task_ignore_result"] is True


def test_redis_gives_back_what_a_dead_worker_held_and_times_out_soon():
    assert conf_with(REDIS)["broker_transport_options"] == {
        "visibility_timeout": 300,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_timeout": 3,
        "socket_connect_timeout": 2,
    }


def test_without_redis_the_broker_is_a_folder_of_our_own():
    conf = conf_with(EMBEDDED)
    assert conf["broker_url"] == "filesystem://localhost/"
    folders = conf["broker_transport_options"]
    assert folders["data_folder_in"] == folders["data_folder_out"]
    assert folders["data_folder_in"].startswith(str(settings.BASE_DIR / "var"))


def test_beat_rings_only_for_tasks_that_exist_and_at_every_hour():
    app.loader.import_default_modules()
    every_minute = set()
    for name, entry in settings.CELERY_BEAT_SCHEDULE.items():
        assert entry["task"] in app.tasks, name
        # A certain hour would be skipped or doubled when the clocks change.
        assert vars(entry["schedule"])["hour"] == set(range(24)), name
        if entry["schedule"] == crontab():
            every_minute.add(entry["task"])
    assert {
        "events.tasks.sweep",
        "notifications.tasks.remind",
        "notifications.tasks.send_due",
        "worklist.tasks.send_digests",
    } <= every_minute


def test_a_ring_that_nobody_heard_for_a_minute_is_forgotten():
    for name, entry in settings.CELERY_BEAT_SCHEDULE.items():
        assert entry["options"]["expires"] <= 3600, name


def test_no_task_waits_in_the_broker():
    """Long waits are rows: a message with an ETA beyond the visibility timeout would run twice."""
    found = []
    for path in settings.BASE_DIR.rglob("*.py"):
        top = path.relative_to(settings.BASE_DIR).parts[0]
        if top not in {*settings.PROJECT_APPS, "config"}:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                found += [
                    f"{path}:{node.lineno}"
                    for each in node.keywords
                    if each.arg in ("eta", "countdown")
                ]
    assert found == []

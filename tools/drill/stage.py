"""Everything that a drill starts: broker, mail server, web server, worker and beat."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import redis

from tools.bench.server import answers
from tools.programs import (
    HOST,
    Program,
    free_port,
    procfile_command,
    started,
    with_own_programs,
)

SCRATCH_VARIABLE = "DRILL_FOLDER"


def scratch_folder() -> Path:
    """The folder of the running drill."""
    return Path(os.environ[SCRATCH_VARIABLE])


class Stage:
    """The programs on their own ports, with their logs; leaving the block ends and removes all."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder = folder
        self.mails = folder / "mails.jsonl"
        self.mails.touch()
        self.web_port, broker_port, mail_port = free_port(), free_port(), free_port()
        self.broker_url = f"redis://{HOST}:{broker_port}/0"
        self.environment = with_own_programs(
            {
                **os.environ,
                SCRATCH_VARIABLE: str(folder),
                "DJANGO_SETTINGS_MODULE": "tools.drill.settings",
                "DATABASE_URL": database_url,
                "REDIS_URL": self.broker_url,
                "EMAIL_URL": f"smtp://{HOST}:{mail_port}",
                "DEFAULT_FROM_EMAIL": "claims@drill.example",
                "HOST": HOST,
                "PORT": str(self.web_port),
                "LOG_LEVEL": "WARNING",
                "DEBUG": "false",
                "CLAIMS_HOSTS": HOST,
                "CLAIMS_HTTPS": "false",
            }
        )
        redis_server = ["redis-server", "--port", str(broker_port), "--bind", HOST, "--save", "",
                        "--appendonly", "no", "--dir", str(folder)]  # fmt: skip
        mail_server = [sys.executable, "-m", "tools.drill.mailserver", str(mail_port)]
        self.broker = self._program("Redis", redis_server, self._broker_answers)
        self.mail = self._program("mail server", [*mail_server, str(self.mails)])
        self.web = self._procfile("web", lambda: answers(self.web_port, "/health/live"))
        self.worker = self._procfile("worker")
        self.beat = self._procfile("beat")
        self._open = ExitStack()

    def _program(
        self, name: str, command: list[str], ready: Callable[[], bool] = started
    ) -> Program:
        log = self.folder / f"{name.replace(' ', '-').lower()}.log"
        return Program(name, command, self.environment, ready=ready, log=log)

    def _procfile(self, name: str, ready: Callable[[], bool] = started) -> Program:
        return self._program(name, list(procfile_command(name)), ready)

    @property
    def programs(self) -> tuple[Program, ...]:
        """All of them, in the order of their start."""
        return self.broker, self.mail, self.web, self.worker, self.beat

    def __enter__(self) -> Self:
        with self._open as opening:
            for each in self.programs:
                opening.enter_context(each)
            self._open = opening.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.close()

    def forget_broker(self) -> None:
        """Everything in Redis is gone."""
        with redis.Redis.from_url(self.broker_url, socket_timeout=10) as client:
            client.flushall()

    def _broker_answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.broker_url, socket_timeout=1) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

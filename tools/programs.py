"""Programs that tools start and stop, each in a session of its own so that all of it can end."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
START_SECONDS, STOP_SECONDS = 60, 15


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def procfile_command(name: str) -> tuple[str, ...]:
    """The line of the Procfile with that name, as a command."""
    lines = (ROOT / "Procfile").read_text().splitlines()
    line = next(line for line in lines if line.startswith(f"{name}:"))
    return "/bin/sh", "-c", line.partition(":")[2].strip()


def with_own_programs(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment, with the programs of the virtual environment found first."""
    own = str(Path(sys.executable).parent)
    return {**environment, "PATH": f"{own}{os.pathsep}{os.environ['PATH']}"}


def started() -> bool:
    """For programs that cannot be asked: started is ready."""
    return True


class Program:
    """A program with its children; leaving the block stops it.

    `user` runs it as somebody else, `log` takes what it prints, `ready` says whether it serves, and
    `stop_signal` asks it to end.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        ready: Callable[[], bool] = started,
        log: Path | None = None,
        user: str | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.name = name
        self.command = list(command)
        self.environment = dict(environment)
        self.ready = ready
        self.log = log
        self.user = user
        self.stop_signal = stop_signal
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """Its number; raises RuntimeError before it was started."""
        if self.process is None:
            raise RuntimeError(f"{self.name} was not started")
        return self.process.pid

    @property
    def is_running(self) -> bool:
        """Whether it was started and has not ended."""
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Start it and wait until it serves. Raises RuntimeError when it does not."""
        output = self.log.open("ab") if self.log else None
        try:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                user=self.user,
                group=self.user,
                extra_groups=[] if self.user else None,
                start_new_session=True,
            )
        finally:
            if output:
                output.close()
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise

    def _wait(self) -> None:
        ends = time.monotonic() + START_SECONDS
        while time.monotonic() < ends:
            if not self.is_running:
                raise RuntimeError(f"{self.name} ended at its start, see {self.log or 'above'}")
            if self.ready():
                return
            time.sleep(0.1)
        raise RuntimeError(f"{self.name} was not ready within {START_SECONDS} s")

    def stop(self) -> None:
        """Ask it to end, then insist; what it left behind in its session ends too."""
        if self.process is None:
            return
        if self.is_running:
            self.send(signal.SIGCONT)
            self.process.send_signal(self.stop_signal)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(STOP_SECONDS)
        self.kill()

    def kill(self) -> None:
        """End it and all its children at once, without a chance to tidy up."""
        self.send(signal.SIGKILL)
        if self.process is not None:
            self.process.wait()

    def send(self, sign: signal.Signals) -> None:
        """Send a signal to it and all its children; none left is no error."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, sign)

    def children(self) -> list[int]:
        """The numbers of the processes that it started itself."""
        path = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        return [int(word) for word in path.read_text().split()]

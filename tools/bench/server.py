"""Starts the web server as the Procfile does, on a free port of this machine."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).resolve().parent.parent.parent
HOST = "127.0.0.1"
START_SECONDS, STOP_SECONDS = 60, 15


def web_command() -> str:
    """The line of the Procfile that serves pages."""
    lines = (ROOT / "Procfile").read_text().splitlines()
    return next(line.partition(":")[2].strip() for line in lines if line.startswith("web:"))


class Server:
    """A running server; leaving the block stops it with all its workers."""

    def __init__(self, settings: str, probe: str) -> None:
        self.settings = settings
        self.probe = probe
        with socket.socket() as free:
            free.bind((HOST, 0))
            self.port: int = free.getsockname()[1]

    def __enter__(self) -> Server:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": self.settings,
            "HOST": HOST,
            "PORT": str(self.port),
            "WEB_WORKERS": "2",
            "DATABASE_POOL": "8",
            "LOG_LEVEL": "ERROR",
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        }
        self.process = subprocess.Popen(
            ["/bin/sh", "-c", web_command()], cwd=ROOT, env=environment, start_new_session=True
        )
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Ask the server to end, then insist."""
        for sign in (signal.SIGTERM, signal.SIGKILL):
            if self.process.poll() is not None:
                return
            os.killpg(self.process.pid, sign)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                continue

    def _wait(self) -> None:
        ends = time.monotonic() + START_SECONDS
        while time.monotonic() < ends:
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended with code {self.process.returncode}")
            try:
                urllib.request.urlopen(f"http://{HOST}:{self.port}{self.probe}", timeout=5).close()
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
            else:
                return
        raise RuntimeError(f"the server was not ready within {START_SECONDS} s")

    def cpu_ms(self) -> float:
        """The processor time that all processes have taken so far, in milliseconds."""
        return sum(map(_cpu_ms, self._pids()))

    def forget_peaks(self) -> None:
        """Let the peaks of memory begin anew."""
        for pid in self._pids():
            Path(f"/proc/{pid}/clear_refs").write_text("5")

    def peak_mb(self) -> float:
        """The most memory that one process has held since, in MB."""
        return max(map(_peak_kb, self._pids())) / 1024

    def _pids(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [self.process.pid, *map(int, children.split())]


def _cpu_ms(pid: int) -> float:
    """Time in user and in system mode: fields 14 and 15 of proc_pid_stat(5)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def _peak_kb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))

"""Starts the web server as the Procfile does, on a free port of this machine."""

from __future__ import annotations

import os
import urllib.error
import urllib.request
from pathlib import Path

from tools.programs import HOST, Program, free_port, procfile_command, with_own_programs


class Server(Program):
    """A running server; leaving the block stops it with all its workers."""

    def __init__(self, settings: str, probe: str) -> None:
        self.port = free_port()
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": settings,
            "HOST": HOST,
            "PORT": str(self.port),
            "WEB_WORKERS": "2",
            "DATABASE_POOL": "8",
            "LOG_LEVEL": "ERROR",
        }
        super().__init__(
            "the server",
            procfile_command("web"),
            with_own_programs(environment),
            ready=lambda: answers(self.port, probe),
        )

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
        return [self.pid, *self.children()]


def answers(port: int, path: str) -> bool:
    """Whether a server on that port answers the path with success."""
    try:
        urllib.request.urlopen(f"http://{HOST}:{port}{path}", timeout=5).close()
    except (urllib.error.URLError, OSError):
        return False
    return True


def _cpu_ms(pid: int) -> float:
    """Time in user and in system mode: fields 14 and 15 of proc_pid_stat(5)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def _peak_kb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))

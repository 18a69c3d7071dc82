"""The database of a drill: an own cluster that crashes, or a guest whose connections break."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from tools.programs import HOST, Program, free_port

USUAL_PLACES = "/usr/lib/postgresql/*/bin"
# initdb refuses to work for root.
ACCOUNT = "postgres"
SETTINGS = {"max_connections": "200", "listen_addresses": HOST}


class Database(Protocol):
    """What the drill needs of a database."""

    url: str
    fault: str

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def hurt(self) -> None:
        """Begin the fault."""

    def heal(self) -> None:
        """End it; returns when the database serves again."""


def find_programs() -> Path | None:
    """The folder with initdb and postgres, the newest one of those installed."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    root, _, pattern = USUAL_PLACES[1:].partition("/")
    folders = [path for path in Path("/", root).glob(pattern) if (path / "initdb").is_file()]
    return max(folders, key=lambda path: int(path.parent.name.partition(".")[0]), default=None)


class Cluster:
    """A PostgreSQL cluster of its own in a temporary folder; its fault is a crash and restart."""

    fault = "database crashes and restarts"

    def __init__(self, programs: Path, log: Path) -> None:
        self.user = ACCOUNT if os.geteuid() == 0 else None
        self.folder = Path(tempfile.mkdtemp(prefix="claims-drill-db-"))
        self.programs = programs
        self.log = log
        password, port = secrets.token_hex(16), free_port()
        self.url = f"postgres://claims:{password}@{HOST}:{port}/postgres"
        self.password = password
        options = {**SETTINGS, "port": str(port), "unix_socket_directories": str(self.folder)}
        self.server = Program(
            "PostgreSQL",
            [
                str(programs / "postgres"),
                "-D",
                str(self.folder / "data"),
                *(f"--{name}={value}" for name, value in options.items()),
            ],
            os.environ,
            ready=self._answers,
            log=log,
            user=self.user,
            # Its children have sessions of their own; this way it ends them itself.
            stop_signal=signal.SIGQUIT,
        )

    def __enter__(self) -> Self:
        try:
            self._make()
            self.server.start()
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def hurt(self) -> None:
        """An immediate end, after which it has to recover as from a crash."""
        self.server.stop()

    def heal(self) -> None:
        """Start again; PostgreSQL recovers from its log."""
        self.server.start()

    def _make(self) -> None:
        secret = self.folder / "secret"
        secret.write_text(self.password)
        if self.user:
            for path in (self.folder, secret):
                shutil.chown(path, self.user, self.user)
        command = ["initdb", "-D", "data", "-U", "claims", "-E", "UTF8", "--no-locale",
                   "--auth=scram-sha-256", "--pwfile=secret"]  # fmt: skip
        with self.log.open("ab") as log:
            subprocess.run(
                [str(self.programs / command[0]), *command[1:]],
                cwd=self.folder, stdout=log, stderr=log, check=True,
                user=self.user, group=self.user, extra_groups=[] if self.user else None,
            )  # fmt: skip
        secret.unlink()

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True


class Guest:
    """A new database on a given server; its fault is that all its connections are cut."""

    fault = "database cuts all connections"

    def __init__(self, server: str) -> None:
        self.server = server
        self.name = f"claims_drill_{os.getpid()}"
        parts = urlsplit(server)
        self.url = urlunsplit((parts.scheme, parts.netloc, f"/{self.name}", parts.query, ""))

    def __enter__(self) -> Self:
        self._tell(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self.name)))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._tell(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(self.name))
        )

    def hurt(self) -> None:
        """End every connection in the middle of whatever it does."""
        query = sql.SQL("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}")
        self._tell(query.format(sql.Literal(self.name)))

    def heal(self) -> None:
        """Once more: whoever has come back loses the connection again."""
        self.hurt()

    def _tell(self, query: sql.Composed) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(query)

"""The databases of runs: one for each size, filled once and kept; a run works on a copy of it."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent.parent
DEFAULT_URL = "postgres://postgres@127.0.0.1:5432/postgres"
# What the content of a filled database depends on.
SOURCES = ("*/migrations/*.py", "*/starters.py", "tools/bench/filling/*.py")


def server_url() -> str:
    """The address of the PostgreSQL server: DATABASE_URL, if it names one."""
    url = os.environ.get("DATABASE_URL", "")
    return url if url.startswith(("postgres://", "postgresql://")) else DEFAULT_URL


def name_for(size: int) -> str:
    """The database that a run with that many claims works on; it ends with the run."""
    return f"claims_bench_{size}"


def filled_name(size: int) -> str:
    """The filled database that is kept, and that nothing writes to."""
    return f"{name_for(size)}_filled"


def url_for(server: str, size: int) -> str:
    """The address of that database on the same server."""
    parts = urlsplit(server)
    return urlunsplit((parts.scheme, parts.netloc, f"/{name_for(size)}", parts.query, ""))


def prepare(server: str, size: int, *, fresh: bool) -> bool:
    """Make the database of a run; False when it is empty and still has to be filled.

    What is kept is not used when `fresh` is asked for, or when it was filled by other sources.
    """
    with psycopg.connect(server, autocommit=True) as connection:
        is_kept = not fresh and _is_current(_mark(connection, size))
        _drop(connection, name_for(size))
        if not is_kept:
            _drop(connection, filled_name(size))
        _create(connection, name_for(size), filled_name(size) if is_kept else "template0")
    return is_kept


def keep(server: str, size: int) -> None:
    """Keep the database as it is now, noting in its comment from which sources it was filled."""
    with psycopg.connect(server, autocommit=True) as connection:
        _create(connection, filled_name(size), name_for(size))
        comment = sql.SQL("COMMENT ON DATABASE {} IS {}").format(
            sql.Identifier(filled_name(size)), sql.Literal(json.dumps(_digests()))
        )
        connection.execute(comment)


def drop(server: str, size: int, *, filled: bool = False) -> None:
    """Remove the database of a run, with `filled` the kept one, too."""
    with psycopg.connect(server, autocommit=True) as connection:
        _drop(connection, name_for(size))
        if filled:
            _drop(connection, filled_name(size))


def _create(connection: psycopg.Connection, name: str, template: str) -> None:
    # Copying files needs no log of every page, which would take longer than the run.
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
    connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))


def _drop(connection: psycopg.Connection, name: str) -> None:
    statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
    connection.execute(statement.format(sql.Identifier(name)))


def _mark(connection: psycopg.Connection, size: int) -> str | None:
    query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
    row = connection.execute(query, [filled_name(size)]).fetchone()
    return row[0] if row else None


def _is_current(mark: str | None) -> bool:
    """Whether all sources are as they were then; migrations added since can still be applied."""
    return mark is not None and json.loads(mark).items() <= _digests().items()


def _digests() -> dict[str, str]:
    paths = [path for pattern in SOURCES for path in sorted(ROOT.glob(pattern))]
    return {
        path.relative_to(ROOT).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        for path in paths
    }

"""The databases that runs keep: one for each size, filled once."""

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
    """The database with that many claims."""
    return f"claims_bench_{size}"


def url_for(server: str, size: int) -> str:
    """The address of the database with that many claims on the same server."""
    parts = urlsplit(server)
    return urlunsplit((parts.scheme, parts.netloc, f"/{name_for(size)}", parts.query, ""))


def ensure(server: str, size: int, *, fresh: bool) -> bool:
    """Make the database, anew if asked for or out of date; True when it still has to be filled."""
    name = sql.Identifier(name_for(size))
    with psycopg.connect(server, autocommit=True) as connection:
        if not fresh and _is_current(_mark(connection, size)):
            return False
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
    return True


def mark_filled(server: str, size: int) -> None:
    """Remember in the database's comment that it is complete, and from which sources."""
    comment = sql.SQL("COMMENT ON DATABASE {} IS {}").format(
        sql.Identifier(name_for(size)), sql.Literal(json.dumps(_digests()))
    )
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(comment)


def _mark(connection: psycopg.Connection, size: int) -> str | None:
    query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
    row = connection.execute(query, [name_for(size)]).fetchone()
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

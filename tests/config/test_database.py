"""Connections to PostgreSQL that are kept between requests."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has no server to restart"),
]


@pytest.fixture
def pooled() -> Any:
    """A connection from a pool, as web processes have it."""
    other: Any = connection.copy(alias="pooled")
    other.settings_dict["OPTIONS"] = {
        **other.settings_dict["OPTIONS"],
        "pool": {"min_size": 1, "max_size": 1, "timeout": 10},
    }
    yield other
    other.close()
    other.close_pool()


def ask(source: Any, question: str) -> Any:
    with source.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]


def test_the_next_request_after_a_restart_of_the_database_works(pooled):
    backend = ask(pooled, "SELECT pg_backend_pid()")
    pooled.close()
    assert ask(connection, f"SELECT pg_terminate_backend({backend}, 5000)")

    assert ask(pooled, "SELECT pg_backend_pid()") != backend

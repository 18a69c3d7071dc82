"""A ratchet: how many queries a request may need, as committed in contracts/query_counts.json.

More than committed fails. After a change that is meant: `QUERY_COUNTS=write`, then the test.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection
from django.test.utils import CaptureQueriesContext

COUNTS = Path(__file__).parent.parent / "contracts" / "query_counts.json"
AROUND = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")


@contextmanager
def counted(name: str) -> Iterator[None]:
    """Count the queries of the block, transactions left out, and compare with what is committed."""
    with CaptureQueriesContext(connection) as captured:
        yield
    queries = [each["sql"] for each in captured if not each["sql"].startswith(AROUND)]
    known = json.loads(COUNTS.read_text()) if COUNTS.is_file() else {}
    here = known.setdefault(name, {})
    allowed = here.get(connection.vendor)
    if os.environ.get("QUERY_COUNTS") == "write":
        here[connection.vendor] = len(queries)
        COUNTS.write_text(json.dumps(known, indent=2, sort_keys=True) + "\n")
        return
    listed = "\n".join(query[:200] for query in queries)
    assert allowed is not None, f"{name} is not in {COUNTS.name}"
    assert len(queries) <= allowed, f"{name}: {len(queries)} queries, {allowed} allowed\n{listed}"

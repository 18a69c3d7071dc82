"""Fills an empty, migrated database."""

from __future__ import annotations

import random
import time

from django.db import connection
from tqdm import tqdm

from core import clock
from tools.bench.filling.claims import fill
from tools.bench.filling.company import found

SEED = 20231124


def load(size: int) -> float:
    """Create a company with `size` claims, then gather statistics; returns the seconds it took."""
    began = time.monotonic()
    chance = random.Random(SEED)  # noqa: S311 - the same claims in every run are the point
    now = clock.now().replace(minute=0, second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    company = found(size, chance)
    with tqdm(total=size, unit=" claims", desc="filling", disable=None) as bar:
        fill(company, size, now, chance, bar.update)
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return time.monotonic() - began

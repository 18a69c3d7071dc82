"""Claim numbers: two-digit year of receipt and a running number, `26-0147`, growing beyond 9999.

PostgreSQL draws from a sequence per year: no lock, gaps after a rollback. SQLite has one writer
at a time anyway, so a counter row costs nothing there.
"""

from __future__ import annotations

from django.db import connection, transaction

from claims.models import NumberCounter


def draw_numbers(year: int, count: int = 1) -> list[str]:
    """`count` fresh claim numbers of `year` (four digits)."""
    draw = _from_sequence if connection.vendor == "postgresql" else _from_counter
    return [f"{year % 100:02d}-{number:04d}" for number in draw(year, count)]


def _from_counter(year: int, count: int) -> range:
    with transaction.atomic():
        counter, _created = NumberCounter.objects.select_for_update().get_or_create(year=year)
        first = counter.last + 1
        counter.last += count
        counter.save(update_fields=["last"])
    return range(first, first + count)


def _from_sequence(year: int, count: int) -> list[int]:
    name = f"claims_number_{year:04d}"
    with connection.cursor() as cursor:
        # Without such a sequence the name means none, and the numbers are NULL.
        draw = "SELECT nextval(to_regclass(%s)) FROM generate_series(1, %s)"
        cursor.execute(draw, [name, count])
        numbers = [row[0] for row in cursor.fetchall()]
        if None in numbers:
            # Two first claims of a year must not both create it.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [name])
            cursor.execute(f"CREATE SEQUENCE IF NOT EXISTS {name}")  # a number, not input
            cursor.execute(draw, [name, count])
            numbers = [row[0] for row in cursor.fetchall()]
        return numbers

"""Many new rows at once.

`bulk_create` writes one statement with a placeholder for every value, and most of its time goes
into that text. Here the statement is written once: PostgreSQL gets the rows by COPY, SQLite by one
prepared insert.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection, connections, models

FEW = 20
_UNSET = frozenset({type(None)})
_PLAIN = _UNSET | {str, int, bool}
_CONVERTED = (models.JSONField, models.DecimalField, models.DateField)


def insert_new(rows: Sequence[models.Model]) -> None:
    """Insert unsaved rows of one model and give them their keys; no signals are sent.

    Called in a transaction. Rows are written as they stand, so what they point to has its key
    already; columns with a default of the database are left to it. Raises IntegrityError.
    """
    if not rows:
        return
    model = type(rows[0])
    if len(rows) < FEW:
        model._default_manager.bulk_create(rows)
        return
    key = model._meta.pk
    if isinstance(key, models.AutoField):
        for row, number in zip(rows, _draw_keys(model, len(rows)), strict=True):
            row.pk = number
    fields = [each for each in model._meta.concrete_fields if not each.has_db_default()]
    _write(model, fields, _values(rows, fields))
    for row in rows:
        state = row._state  # noqa: SLF001 - what `save` sets as well
        state.adding, state.db = False, connection.alias


def _values(rows: Sequence[models.Model], fields: list[Any]) -> Iterator[list[Any]]:
    """Rows as the driver takes them; only what needs it goes through its field."""
    database = connections[connection.alias]
    readers = [
        (each.attname, each, _UNSET if isinstance(each, _CONVERTED) else _PLAIN) for each in fields
    ]
    for row in rows:
        stored = row.__dict__
        yield [
            value
            if type(value := stored[name]) in plain
            else field.get_db_prep_save(value, database)
            for name, field, plain in readers
        ]


def _draw_keys(model: type[models.Model], count: int) -> range | list[int]:
    """The next keys of a table; on SQLite the transaction holds the only right to write."""
    table, column = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [connection.ops.quote_name(table), column, count],
            )
            return [key for (key,) in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = cursor.fetchone()
    first = last[0] + 1 if last else 1
    return range(first, first + count)


def _write(model: type[models.Model], fields: list[Any], values: Iterator[list[Any]]) -> None:
    quote = connection.ops.quote_name
    table, columns = quote(model._meta.db_table), ", ".join(quote(each.column) for each in fields)
    with connection.cursor() as cursor, connection.wrap_database_errors:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in values:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(fields))
            statement = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608 - own names
            cursor.executemany(statement, values)  # type: ignore[arg-type] # takes iterators too

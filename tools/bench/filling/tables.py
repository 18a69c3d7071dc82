"""Rows into tables by COPY: only the columns that vary are given, the models know the rest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Field, Model
from django.db.models.fields import NOT_PROVIDED
from psycopg import sql


class Table:
    """The table of `model`, filled through `columns` (field names, foreign keys as `…_id`)."""

    def __init__(self, model: type[Model], columns: str) -> None:
        self.model = model
        self.given = tuple(columns.split())
        others = [each for each in model._meta.concrete_fields if _needs_default(each, self.given)]
        self.defaults = tuple(
            each.get_db_prep_save(each.get_default(), connection) for each in others
        )
        self.columns = [
            *(_column(model, name) for name in self.given),
            *(str(each.column) for each in others),
        ]
        self.rows: list[Sequence[Any]] = []

    def add(self, *values: Any) -> None:
        """Keep a row for the next flush, values in the order of the columns."""
        self.rows.append(values)

    def flush(self) -> None:
        """Write the rows kept so far."""
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(self.model._meta.db_table),
            sql.SQL(", ").join(sql.Identifier(each) for each in self.columns),
        )
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in self.rows:
                copy.write_row((*row, *self.defaults))
        self.rows.clear()


def _column(model: type[Model], name: str) -> str:
    fields = {each.attname: str(each.column) for each in model._meta.concrete_fields}
    return fields[name]


def _needs_default(field: Field[Any, Any], given: Iterable[str]) -> bool:
    by_database = field.primary_key or field.db_default is not NOT_PROVIDED
    return not (field.null or by_database or field.attname in given)


def continue_ids(models: Iterable[type[Model]]) -> None:
    """Let the next row of each model come after those that were given their ids."""
    with connection.cursor() as cursor:
        for model in models:
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"  # noqa: S608 - names of our own tables
            )

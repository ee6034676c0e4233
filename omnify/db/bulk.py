"""Many rows at once, past models: ``COPY`` on PostgreSQL, prepared inserts on SQLite."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connections, models


def insert_rows(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    alias: str,
) -> None:
    """Insert rows of values, in the order of the columns, in the open transaction.

    The values are the columns' own types; nothing is validated, no default is filled in and no
    signal is sent: the caller names every column that the database has no default for.
    """
    connection = connections[alias]
    fields: list[Any] = [model._meta.get_field(name) for name in columns]  # noqa: SLF001 - Django's documented API
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)  # noqa: SLF001 - as above
    names = ", ".join(quote(field.column) for field in fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        places = ", ".join(["%s"] * len(fields))
        statement = f"INSERT INTO {table} ({names}) VALUES ({places})"  # noqa: S608 - our own names
        cursor.executemany(statement, _prepare(rows, fields, connection))


def _prepare(
    rows: Iterable[Sequence[Any]], fields: Sequence[Any], connection: Any
) -> list[list[Any]]:
    """Return rows as the database keeps their values; numbers and texts stay as they are."""
    plain = (models.BigIntegerField, models.CharField)
    changed = [(at, field) for at, field in enumerate(fields) if not isinstance(field, plain)]
    prepared = [list(row) for row in rows]
    for values in prepared:
        for at, field in changed:
            values[at] = field.get_db_prep_save(values[at], connection)
    return prepared

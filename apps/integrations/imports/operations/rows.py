"""Writes the rows that count, by the plainest statements there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from django.db import connections
from uuid_utils.compat import uuid7

from apps.integrations.connections.models import Connection, VersionedRow
from apps.integrations.imports.layers import Kind
from apps.integrations.imports.layers.kinds import Row
from omnify.db import alias_of
from omnify.tenancy.models import refuse_foreign

_OWN = ("id", "organization_id", "connection_id", "since", "until")


def insert_rows(kind: Kind[Any], connection: Connection, rows: Iterable[Row], since: int) -> None:
    """Insert rows that count from a version on; a fifth of the time of models' ``bulk_create``."""
    refuse_foreign(connection.organization_id)
    columns = (*_OWN, *kind.columns)
    adapters = _adapters_of(kind.row_type, columns)
    owner = (connection.organization_id, connection.id, since, None)
    names, places = ", ".join(columns), ", ".join(["%s"] * len(columns))
    table = kind.row_type._meta.db_table  # noqa: SLF001 - Django's API
    with connections[alias_of("integrations")].cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} ({names}) VALUES ({places})",  # noqa: S608 - our own names
            [_adapt((uuid7(), *owner, *row), adapters) for row in rows],
        )


def _adapters_of(
    row_type: type[VersionedRow], columns: Sequence[str]
) -> list[tuple[int, Callable[[Any], Any]]]:
    """Return how values are written that the database does not take as they are."""
    database = connections[alias_of("integrations")]
    fields = {field.attname: field for field in row_type._meta.concrete_fields}  # noqa: SLF001
    plain = ("CharField", "BigIntegerField", "PositiveBigIntegerField")
    return [
        (position, partial(fields[name].get_db_prep_save, connection=database))
        for position, name in enumerate(columns)
        if fields[name].get_internal_type() not in plain
    ]


def _adapt(values: Row, adapters: Sequence[tuple[int, Callable[[Any], Any]]]) -> list[Any]:
    adapted = list(values)
    for position, adapt in adapters:
        adapted[position] = adapt(adapted[position])
    return adapted

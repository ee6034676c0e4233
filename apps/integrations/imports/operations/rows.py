"""Writes the rows that count, and finds those of a step, by the plainest statements there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

from django.db import connections
from django.db.models import QuerySet
from uuid_utils.compat import uuid7

from apps.integrations.connections.models import Connection, VersionedRow
from apps.integrations.imports.layers import Kind
from apps.integrations.imports.layers.kinds import Row
from omnify.db import alias_of
from omnify.tenancy.models import TenantModel, refuse_foreign

_OWN = ("organization_id", "connection_id", "since", "id")


def insert_rows(kind: Kind[Any], connection: Connection, rows: Iterable[Row], since: int) -> None:
    """Insert rows that count from a version on, in a fraction of the time of ``bulk_create``."""
    refuse_foreign(connection.organization_id)
    columns = (*_OWN, *kind.columns)
    own, adapters = _adapters_of(kind.row_type, _OWN), _adapters_of(kind.row_type, kind.columns)
    owner = _adapt((connection.organization_id, connection.id, since, None), own[:-1])[:-1]
    adapt_id = own[-1][1]
    names, places = ", ".join(columns), ", ".join(["%s"] * len(columns))
    table = kind.row_type._meta.db_table  # noqa: SLF001 - Django's API
    with connections[alias_of("integrations")].cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} ({names}) VALUES ({places})",  # noqa: S608 - our own names
            [[*owner, adapt_id(uuid7()), *_adapt(row, adapters)] for row in rows],
        )


def with_ids(row_type: type[TenantModel], ids: Iterable[Any]) -> QuerySet[Any]:
    """Return the rows of some ids, which were read as an organization's, to change them.

    By nothing else: where SQLite has no statistics it takes an index of any other condition, and
    reads all of a source's rows for each step.
    """
    return row_type.unscoped.filter(id__in=ids)


def _adapters_of(
    row_type: type[VersionedRow], columns: Sequence[str]
) -> list[tuple[int, Callable[[Any], Any]]]:
    """Return how values are written that the database does not take as they are."""
    database = connections[alias_of("integrations")]
    fields = {field.attname: field for field in row_type._meta.concrete_fields}  # noqa: SLF001
    plain = ("CharField", "BigIntegerField", "PositiveBigIntegerField")

    def adapter(name: str) -> Callable[[Any], Any]:
        field = fields[name]

        def adapt(value: Any) -> Any:
            return field.get_db_prep_save(value, database)

        # Rows that are written together have few days.
        return cache(adapt) if field.get_internal_type() == "DateField" else adapt

    return [
        (position, adapter(name))
        for position, name in enumerate(columns)
        if fields[name].get_internal_type() not in plain
    ]


def _adapt(values: Row, adapters: Sequence[tuple[int, Callable[[Any], Any]]]) -> list[Any]:
    adapted = list(values)
    for position, adapt in adapters:
        adapted[position] = adapt(adapted[position])
    return adapted

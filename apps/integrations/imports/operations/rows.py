"""Writes the rows that count, and finds those of a step, by the plainest statements there are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from uuid_utils.compat import uuid7

from apps.integrations.connections.models import Connection
from apps.integrations.imports.layers import Kind
from apps.integrations.imports.layers.kinds import Row
from omnify.tenancy.models import TenantModel

_OWN = ("organization_id", "connection_id", "since", "id")


def insert_rows(kind: Kind[Any], connection: Connection, rows: Iterable[Row], since: int) -> None:
    """Insert rows that count from a version on."""
    owner = (connection.organization_id, connection.id, since)
    values = [(*owner, uuid7(), *row) for row in rows]
    kind.row_type.objects.insert_values((*_OWN, *kind.columns), values)


def with_ids(row_type: type[TenantModel], ids: Iterable[Any]) -> QuerySet[Any]:
    """Return the rows of some ids, which were read as an organization's, to change them.

    By nothing else: where SQLite has no statistics it takes an index of any other condition, and
    reads all of a source's rows for each step.
    """
    return row_type.unscoped.filter(id__in=ids)

"""What the store knows of connections, and whether that is what they are now."""

from __future__ import annotations

from uuid import UUID

import msgspec

from apps.analytics.metrics.sources import Source
from apps.analytics.store.models import StoredFact, StoredSource
from apps.integrations.contract import Connection


def read_stored() -> dict[UUID, StoredSource]:
    """Return what the store knows of each connection, removed ones left out."""
    rows = StoredSource.objects.filter(description__isnull=False)
    return {row.source_id: row for row in rows}


def read_source(row: StoredSource) -> Source:
    """Return a source as integrations described it last."""
    return msgspec.convert(row.description, Source)


def is_current(row: StoredSource | None, connection: Connection) -> bool:
    """Tell whether the last change of a connection is in the store."""
    return row is not None and row.as_of is not None and row.as_of == connection.changed_at


def has_many(source_id: UUID, most: int) -> bool:
    """Tell whether the store has more facts of a source than so many."""
    rows = StoredFact.objects.filter(source_id=source_id).order_by()
    return rows[most : most + 1].exists()

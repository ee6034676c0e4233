"""What the store knows of connections, and whether that is what they are now."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import msgspec

from apps.analytics.metrics.sources import Source
from apps.analytics.store.models import StoredSource
from apps.integrations.contract import Connection


class Kept(Protocol):
    """A source's row here: its last change that is here whole, None while none is."""

    as_of: datetime | None


def read_stored() -> dict[UUID, StoredSource]:
    """Return what the store knows of each connection, removed ones left out."""
    rows = StoredSource.objects.filter(description__isnull=False)
    return {row.source_id: row for row in rows}


def read_source(row: StoredSource) -> Source:
    """Return a source as integrations described it last."""
    return msgspec.convert(row.description, Source)


def is_current(row: StoredSource | None, connection: Connection) -> bool:
    """Tell whether the last change of a connection is in the store."""
    return has_change(row, connection.changed_at)


def has_change(row: Kept | None, changed_at: datetime | None) -> bool:
    """Tell whether a change of a source is here, and all before it."""
    return row is not None and row.as_of is not None and row.as_of == changed_at


def has_many(model: type[Any], source_id: UUID, most: int) -> bool:
    """Tell whether the store has more rows of a source than so many."""
    rows = model.objects.filter(source_id=source_id).order_by()
    found: bool = rows[most : most + 1].exists()
    return found

"""What a file would take away from its source, found without writing anything."""

from __future__ import annotations

from datetime import datetime
from typing import BinaryIO, Final

import msgspec

from apps.integrations.connections.models import Connection
from apps.integrations.connections.queries import find_connection
from apps.integrations.imports import queries
from apps.integrations.imports.layers.merging import (
    AnyLayer,
    compare,
    find_scope,
    iter_windows,
    merge,
)
from apps.integrations.imports.layers.removal import Removal
from apps.integrations.imports.layers.stored import list_layers, read_rows
from apps.integrations.imports.operations.keeping import HeldImport
from apps.integrations.imports.reading import AnyMapping, Preview, Remark

_OPEN: Final = Remark(
    code="removed_open",
    message="What a file of this size takes away from its source is told when it is imported.",
)


def foresee(found: Preview, stream: BinaryIO, mapping: AnyMapping, now: datetime) -> Preview:
    """Return a preview with what the file would take away; of a large file that is left open."""
    connection = find_connection(platform="csv", name=mapping.source)
    if connection is None:
        return found
    if not found.complete:
        return msgspec.structs.replace(found, warnings=(*found.warnings, _OPEN))
    plan = queries.plan_file(stream, mapping, now)
    removal = _find_removal(connection, HeldImport(plan))
    return msgspec.structs.replace(found, removed=removal.removed, removed_count=removal.count)


def _find_removal(connection: Connection, held: HeldImport) -> Removal:
    removal = Removal()
    for kind_type, own in held.held():
        kind = kind_type(connection)
        layers: list[AnyLayer] = [*list_layers(connection, kind.name), own]
        for window in iter_windows(find_scope(own, layers), layers):
            edits = compare(read_rows(kind, connection, window), merge(kind, layers, window))
            removal.add(kind, own, edits, window)
    return removal

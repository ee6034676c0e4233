"""Layers as the database keeps them, and the rows that count."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, Sum

from apps.integrations.connections.models import Connection
from apps.integrations.imports.layers.building import CHUNK_ROWS, Chunk, LayerBuilder
from apps.integrations.imports.layers.days import Ranges
from apps.integrations.imports.layers.kinds import Kind, Row
from apps.integrations.imports.layers.merging import WINDOW_ROWS, Window
from apps.integrations.imports.models import CsvImport, Layer, LayerChunk

#: Chunks that together hold more than a window does.
_EXTENTS: Final = WINDOW_ROWS // CHUNK_ROWS + 2
#: Fast, and content is read more often than written.
_COMPRESSION: Final = 1


class StoredLayer:
    """A layer of an import in the database."""

    def __init__(self, row: Layer) -> None:
        self.import_id: UUID = row.csv_import_id
        self.currency = row.csv_import.currency
        self.measures = frozenset(row.measures)
        self.ranges = Ranges((date.fromisoformat(a), date.fromisoformat(b)) for a, b in row.ranges)
        self.longest_days = row.longest_days
        self._chunks = LayerChunk.objects.filter(csv_import_id=row.csv_import_id, kind=row.kind)

    def list_extents(self, first: date) -> Iterable[tuple[date, date, int]]:
        """Return the days on which the values of chunks begin, and their lengths."""
        chunks = self._chunks.filter(last_date__gte=first).order_by("first_date", "last_date")
        return list(chunks.values_list("first_date", "last_date", "rows")[:_EXTENTS])

    def count(self, day: date) -> int:
        """Return at most how many values begin on a day."""
        chunks = self._chunks.filter(first_date__lte=day, last_date__gte=day)
        return chunks.aggregate(rows=Sum("rows"))["rows"] or 0

    def read(self, first: date, last: date) -> Iterator[bytes]:
        """Return the chunks with values that begin between two days."""
        chunks = self._chunks.filter(first_date__lte=last, last_date__gte=first)
        for content in chunks.order_by("number").values_list("content", flat=True):
            yield zlib.decompress(content)


class HeldLayer:
    """A layer that is not stored, of chunks in memory."""

    def __init__(self, builder: LayerBuilder, chunks: Sequence[Chunk], currency: str) -> None:
        self.import_id = None
        self.currency = currency
        self.measures = frozenset(builder.measures)
        self.ranges = builder.ranges
        self.longest_days = builder.longest_days
        self._chunks = chunks

    def list_extents(self, first: date) -> Iterable[tuple[date, date, int]]:
        """Return the days on which the values of chunks begin, and their lengths."""
        return [
            (each.first_date, each.last_date, each.rows)
            for each in self._chunks
            if each.last_date >= first
        ]

    def count(self, day: date) -> int:
        """Return at most how many values begin on a day."""
        chunks = (each for each in self._chunks if each.first_date <= day <= each.last_date)
        return sum(each.rows for each in chunks)

    def read(self, first: date, last: date) -> Iterator[bytes]:
        """Return the chunks with values that begin between two days."""
        for each in self._chunks:
            if each.first_date <= last and each.last_date >= first:
                yield each.content


def list_layers(
    connection: Connection, kind: str, *, with_id: Any = None, without_id: Any = None
) -> list[StoredLayer]:
    """Return the layers of the imports that count, the earliest first.

    ``with_id`` is an import that is to count from now on, ``without_id`` one that is not.
    """
    is_one = Q(csv_import__state=CsvImport.State.ACTIVE) | Q(csv_import_id=with_id)
    rows = Layer.objects.filter(is_one, csv_import__connection=connection, kind=kind)
    rows = rows.exclude(csv_import_id=without_id) if without_id else rows
    return [StoredLayer(row) for row in rows.select_related("csv_import").order_by("csv_import_id")]


def store_layer(csv_import: CsvImport, builder: LayerBuilder) -> Layer:
    """Store what a layer covers, once all of its chunks were made."""
    return Layer.objects.create(
        csv_import=csv_import,
        kind=builder.kind.name,
        measures=list(builder.measures),
        ranges=[(first.isoformat(), last.isoformat()) for first, last in builder.ranges],
        longest_days=builder.longest_days,
    )


def pack_chunks(csv_import: CsvImport, kind: str, chunks: Iterable[Chunk]) -> list[LayerChunk]:
    """Return chunks as rows, to be stored."""
    return [
        LayerChunk(
            organization_id=csv_import.organization_id,
            csv_import=csv_import,
            kind=kind,
            number=each.number,
            first_date=each.first_date,
            last_date=each.last_date,
            rows=each.rows,
            content=zlib.compress(each.content, _COMPRESSION),
        )
        for each in chunks
    ]


def read_rows(
    kind: Kind[Any], connection: Connection, window: Window
) -> dict[tuple[Any, ...], tuple[Any, Row]]:
    """Return the rows of a connection that count, and begin within a window: by key, id and row."""
    rows = kind.find_rows(connection, (window.first, window.last))
    # Which versions count is looked at here, lest a database chooses an index of versions.
    version, length = connection.version, kind.key_length
    return {
        row[3 : 3 + length]: (row[0], row[3:])
        for row in rows.order_by().values_list("id", "since", "until", *kind.columns)
        if row[1] <= version
        and (row[2] is None or row[2] > version)
        and window.holds(kind, row[3 : 3 + length])
    }

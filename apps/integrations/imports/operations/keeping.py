"""Keeps what a file brought as the layers of an import, and begins to let it count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

import msgspec

from apps.integrations.connections.models import Connection
from apps.integrations.imports import queries
from apps.integrations.imports.layers.building import Chunk, LayerBuilder
from apps.integrations.imports.layers.files import iter_kinds
from apps.integrations.imports.layers.kinds import Kind
from apps.integrations.imports.layers.stored import HeldLayer, pack_chunks, store_layer
from apps.integrations.imports.models import Change, CsvImport, LayerChunk
from apps.integrations.imports.operations.changing import begin_change
from apps.integrations.imports.operations.rates import RATES, iter_rate_chunks, keep_rates
from apps.integrations.imports.reading import Check, FileReader, Plan, levels_of
from apps.integrations.metrics.operations import settle_channels


class FileLayers:
    """The layers of a file, made in one way through it; ``check`` then says what it came to."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.builders: list[LayerBuilder] = []
        self._reader = FileReader(plan)

    def iter_chunks(self) -> Iterator[tuple[str, Chunk]]:
        """Yield the chunks of all layers with their kinds."""
        for kind, values in iter_kinds(self._reader):
            builder = LayerBuilder(kind)
            self.builders.append(builder)
            for chunk in builder.iter_chunks(values):
                yield kind.name, chunk
        yield from iter_rate_chunks(self._reader)
        self.builders = [each for each in self.builders if each.rows]

    def check(self) -> Check:
        """Return what the file came to, once all chunks were taken.

        Raises:
            CsvInvalidError: the file has errors, or no numbers.
        """
        return queries.refuse_errors(self.plan, self._reader.check())

    @property
    def levels(self) -> dict[str, str]:
        """Return the level at which the file's totals are complete, by measure."""
        return levels_of(self.plan)


class HeldImport:
    """An import whose chunks are in memory, before it is written."""

    def __init__(self, plan: Plan) -> None:
        self.layers = FileLayers(plan)
        self.chunks = list(self.layers.iter_chunks())
        self.found = self.layers.check()

    def held(self) -> Iterator[tuple[type[Kind[Any]], HeldLayer]]:
        """Yield each layer with its kind."""
        for builder in self.layers.builders:
            own = [chunk for kind, chunk in self.chunks if kind == builder.kind.name]
            yield builder.kind, HeldLayer(builder, own, self.found.currency)


def find_same(connection: Connection, digest: str, *, but: UUID | None = None) -> CsvImport | None:
    """Return the connection's latest import that counts, if it is of the same file and mapping."""
    latest = queries.find_latest_import(connection, but=but)
    return latest if latest is not None and latest.digest == digest else None


def begin_import(csv_import: CsvImport, layers: FileLayers, found: Check) -> Change:
    """Record what a file holds and begin to let it count; its connection is locked."""
    csv_import.kind = found.kind
    csv_import.grain = found.grain
    csv_import.currency = found.currency
    csv_import.rows = found.row_count
    csv_import.metrics = found.metric_count
    csv_import.orders = found.order_count
    csv_import.touchpoints = found.touchpoint_count
    csv_import.rates = found.rate_count
    csv_import.first_date, csv_import.last_date = found.first_date, found.last_date
    csv_import.levels = layers.levels
    csv_import.sums = msgspec.to_builtins(found.sums)
    csv_import.save()
    brand_id = layers.plan.mapping.brand_id
    if brand_id is not None:
        csv_import.connection.brand_id = brand_id
        csv_import.connection.save(update_fields=["brand_id"])
    store_layers(csv_import, layers.builders)
    return begin_change(csv_import, is_undo=False)


def store_layers(csv_import: CsvImport, builders: Iterable[LayerBuilder]) -> None:
    """Store what an import's layers cover, and how their channels are spelled."""
    for builder in builders:
        store_layer(csv_import, builder)
        settle_channels(csv_import.connection, builder.channels)


def store_chunks(csv_import: CsvImport, chunks: Iterable[tuple[str, Chunk]]) -> None:
    """Store chunks of an import's layers, and its rates, which do not count before it does."""
    by_kind: dict[str, list[Chunk]] = {}
    for kind, chunk in chunks:
        by_kind.setdefault(kind, []).append(chunk)
    keep_rates(csv_import, by_kind.pop(RATES, ()))
    for kind, own in by_kind.items():
        LayerChunk.objects.bulk_create(pack_chunks(csv_import, kind, own), batch_size=50)

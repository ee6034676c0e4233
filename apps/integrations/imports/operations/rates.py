"""Exchange rates that files bring: rows of their imports, which count while the imports do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

import msgspec

from apps.integrations.imports.layers.building import CHUNK_ROWS, Chunk
from apps.integrations.imports.models import CsvImport
from apps.integrations.imports.reading import FileReader, RateValues
from apps.integrations.rates.models import ExchangeRate
from apps.integrations.rates.operations import publish_change

RATES: Final = "rates"


def iter_rate_chunks(reader: FileReader) -> Iterator[tuple[str, Chunk]]:
    """Yield the rates of a file in chunks, with the name of their kind."""
    values, number = reader.iter_rates(), 0
    while held := list(islice(values, CHUNK_ROWS)):
        days = [each.date for each in held]
        content = msgspec.msgpack.encode(held)
        yield RATES, Chunk(number, min(days), max(days), len(held), content)
        number += 1


def keep_rates(csv_import: CsvImport, chunks: Iterable[Chunk]) -> None:
    """Store the rates of an import."""
    for chunk in chunks:
        ExchangeRate.objects.bulk_create(
            ExchangeRate(
                organization_id=csv_import.organization_id,
                csv_import=csv_import,
                date=each.date,
                base=each.base,
                currency=each.currency,
                rate=each.rate,
                source=csv_import.connection.name,
                created_by=csv_import.created_by,
            )
            for each in msgspec.msgpack.decode(chunk.content, type=list[RateValues])
        )


def publish_rates(csv_import: CsvImport) -> None:
    """Publish which days an import begins, or no longer is, to have rates of; in a transaction."""
    if csv_import.rates and csv_import.first_date and csv_import.last_date:
        publish_change(csv_import.first_date, csv_import.last_date)

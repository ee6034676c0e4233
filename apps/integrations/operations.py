"""What integrations changes: imports of files, removing connections."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from typing import BinaryIO
from uuid import UUID

import msgspec

from apps.auth.contract import Auth
from apps.integrations import queries
from apps.integrations.exceptions import CsvInvalidError
from apps.integrations.imports import (
    MEASURES,
    CsvMapping,
    ParsedCsv,
    complete_levels,
    iter_metrics,
    read_csv,
)
from apps.integrations.models import Connection, CsvImport, DailyMetric
from omnify.context import current
from omnify.db import atomic
from omnify.idempotency import once
from omnify.services import client_of
from omnify.services.messages import Message

_BATCH = 1000
_CHUNK_BYTES = 1 << 20


class ImportResult(Message):
    """What an import brought; ``unchanged`` when the same file had come last already."""

    import_id: UUID
    rows: int
    metrics: int
    first_date: date
    last_date: date
    currency: str
    unchanged: bool


def import_csv(
    stream: BinaryIO, *, file_name: str, mapping: CsvMapping, now: datetime
) -> ImportResult:
    """Take a whole file into the organization's metrics, or nothing of it.

    A later file of the same source replaces the days it names and never adds to them. The
    organization takes the file's currency if it has settled none.

    Raises:
        CsvInvalidError: the file or any of its rows is not right.
    """
    digest = _digest(stream, mapping)
    parsed = read_csv(stream, mapping)
    if parsed.error_count:
        errors = msgspec.to_builtins(parsed.errors)
        raise CsvInvalidError(errors=errors, error_count=parsed.error_count)
    client_of(Auth).adopt_currency(parsed.currency)
    with once("integrations", "import_csv", digest, ImportResult) as slot:
        if slot.answer is None:
            slot.keep(_apply(parsed, mapping, digest, file_name, now))
        return slot.given()


def remove_connection(connection_id: UUID) -> None:
    """Remove a connection with all its metrics.

    Raises:
        ConnectionNotFoundError: the organization has none with this id.
    """
    connection = queries.get_connection(connection_id)
    with atomic("integrations"):
        connection.delete()


def _apply(
    parsed: ParsedCsv, mapping: CsvMapping, digest: str, file_name: str, now: datetime
) -> ImportResult:
    connection = _lock_source(mapping, now)
    latest = queries.find_latest_import(connection)
    if latest is not None and latest.digest == digest:
        return _result(latest, unchanged=True)
    rows, count = _rows(connection, parsed), 0
    while batch := list(islice(rows, _BATCH)):
        count += _upsert(batch)
    made = CsvImport.objects.create(
        connection=connection,
        file_name=file_name[:200],
        digest=digest,
        currency=parsed.currency,
        rows=len(parsed.rows),
        metrics=count,
        first_date=min(row.day for row in parsed.rows),
        last_date=max(row.day for row in parsed.rows),
        created_by=current().principal.user_id,
    )
    connection.complete_levels = {**connection.complete_levels, **complete_levels(mapping)}
    connection.changed_at = now
    connection.save(update_fields=["complete_levels", "changed_at"])
    return _result(made, unchanged=False)


def _lock_source(mapping: CsvMapping, now: datetime) -> Connection:
    """The source of a file, held until the end of the transaction so that imports take turns."""
    connection, _ = Connection.objects.get_or_create(
        platform="csv", name=mapping.source, defaults={"changed_at": now}
    )
    return Connection.objects.select_for_update().get(id=connection.id)


def _rows(connection: Connection, parsed: ParsedCsv) -> Iterator[DailyMetric]:
    for values in iter_metrics(parsed):
        yield DailyMetric(
            organization_id=connection.organization_id,
            connection=connection,
            level=values.level,
            entity_key=values.entity_key,
            channel=values.channel,
            date=values.day,
            currency=parsed.currency,
            **{f"{measure}_micros": micros for measure, micros in values.micros.items()},
        )


def _upsert(rows: list[DailyMetric]) -> int:
    made = DailyMetric.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["organization_id", "connection", "level", "entity_key", "date"],
        update_fields=["channel", "currency", *(f"{measure}_micros" for measure in MEASURES)],
    )
    return len(made)


def _result(row: CsvImport, *, unchanged: bool) -> ImportResult:
    return ImportResult(
        import_id=row.id,
        rows=row.rows,
        metrics=row.metrics,
        first_date=row.first_date,
        last_date=row.last_date,
        currency=row.currency,
        unchanged=unchanged,
    )


def _digest(stream: BinaryIO, mapping: CsvMapping) -> str:
    digest = hashlib.sha256(msgspec.json.encode(mapping, order="deterministic"))
    stream.seek(0)
    while chunk := stream.read(_CHUNK_BYTES):
        digest.update(chunk)
    stream.seek(0)
    return digest.hexdigest()

"""Keeping metrics: whole days are replaced, in the transaction in which their cursor moves."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import cache
from typing import Final, NamedTuple

import msgspec
from django.db.models import F
from uuid_utils.compat import uuid7

from apps.integrations.connections.models import Connection
from apps.integrations.connections.operations import DaysChanged, note_change
from apps.integrations.contract import MetricsChanged
from apps.integrations.metrics.models import COLUMNS, DailyMetric
from apps.integrations.metrics.operations import settle_channels
from apps.integrations.metrics.queries import read_spellings
from apps.integrations.platforms.rows import MetricRow, Slice
from apps.integrations.syncing import queries
from apps.integrations.syncing.coverage import Covered
from apps.integrations.syncing.models import Cursor, SyncRun, SyncSlice
from apps.integrations.syncing.operations.naming import keep_entities
from apps.integrations.syncing.operations.replacing import Columns, replace_rows
from apps.integrations.syncing.zones import days, find_zone, today
from omnify.db import atomic
from omnify.jobs.steps import JobCancelledError
from omnify.names import fold

#: About so many rows are replaced in one transaction, days never being cut.
BATCH_ROWS: Final = 4000
#: The columns of metrics.
METRICS: Final = Columns(
    keys=("entity_key", "date"),
    values=(
        *("channel", "account", "campaign", "ad", "currency", "is_provisional", "window"),
        *COLUMNS.values(),
    ),
    others=(
        *("organization_id", "connection_id", "platform_account_id", "level", "last_date"),
        "since",
    ),
)
_LONGEST_NAME: Final = 255


class Asked(NamedTuple):
    """Who asked what, when; ``complete_level`` is empty where nothing is to be summed."""

    run: SyncRun
    slice: SyncSlice
    complete_level: str
    at: datetime


def keep_metrics(asked: Asked, piece: Slice, rows: Iterable[MetricRow]) -> None:
    """Replace the days of a piece, the newest first, some in each transaction.

    Raises:
        JobCancelledError: the run was ended meanwhile; what was kept before stays whole.
    """
    by_day: dict[date, list[MetricRow]] = defaultdict(list)
    for row in rows:
        by_day[row.date].append(row)
    for first, last, batch in _batches(piece, by_day):
        with atomic("integrations"):
            _replace(asked, (first, last), batch)


def lock_connection(run: SyncRun) -> Connection:
    """Return the connection of a run, locked until the transaction ends.

    Raises:
        JobCancelledError: it was removed meanwhile.
    """
    connection = Connection.objects.select_for_update().filter(id=run.connection_id).first()
    if connection is None:
        raise JobCancelledError
    return connection


def note_run(run: SyncRun, counts: Counter[str]) -> None:
    """Count rows in a run, in the transaction that keeps them.

    Raises:
        JobCancelledError: the run was ended meanwhile.
    """
    running = SyncRun.State.RUNNING
    added = {name: F(name) + count for name, count in counts.items()}
    if not SyncRun.objects.filter(id=run.id, state=running).update(state=running, **added):
        raise JobCancelledError


def lock_cursor(slice_row: SyncSlice) -> Cursor:
    """Return the cursor of a slice's stream, a new one if there is none."""
    cursor, _ = Cursor.objects.select_for_update().get_or_create(
        account=slice_row.account, stream=slice_row.stream, level=slice_row.level
    )
    return cursor


def _batches(
    piece: Slice, by_day: dict[date, list[MetricRow]]
) -> Iterator[tuple[date, date, list[MetricRow]]]:
    """Yield ranges of days that follow each other with their rows, the newest first."""
    batch: list[MetricRow] = []
    last = piece.last
    for day in reversed(list(days(piece.first, piece.last))):
        batch += by_day.get(day, ())
        if len(batch) >= BATCH_ROWS or day == piece.first:
            yield day, last, batch
            batch, last = [], date.fromordinal(day.toordinal() - 1) if day > piece.first else day


def _replace(asked: Asked, span: tuple[date, date], rows: list[MetricRow]) -> None:
    connection = lock_connection(asked.run)
    settle_channels(connection, (row.channel for row in rows))
    spelled = read_spellings(connection)
    kept = DailyMetric.objects.filter(
        connection=connection,
        platform_account=asked.slice.account,
        level=asked.slice.level,
        date__range=span,
        until__isnull=True,
    )
    change = replace_rows(METRICS, kept, _make_rows(asked, connection, rows, spelled))
    keep_entities(asked.slice.account, connection, rows, spelled)
    _move_cursor(asked, span, rows)
    _let_count(asked, connection, rows, change.days)
    note_run(asked.run, change.counts)


def _make_rows(
    asked: Asked, connection: Connection, rows: Iterable[MetricRow], spelled: dict[str, str]
) -> Iterator[tuple[object, ...]]:
    """Yield rows in the order of ``METRICS``."""
    account = asked.slice.account
    open_from = today(find_zone(account.timezone), asked.at)
    name, owners = account.name[:_LONGEST_NAME], (connection.organization_id, connection.id)

    @cache
    def spell(channel: str) -> str:
        return spelled.get(fold(channel), channel)

    for row in rows:
        yield (
            uuid7(),
            row.entity_id or account.external_id,
            row.date,
            spell(row.channel),
            name,
            row.campaign[:_LONGEST_NAME],
            row.ad[:_LONGEST_NAME],
            row.currency or account.currency,
            row.date >= open_from or row.is_provisional,
            connection.window,
            *map(row.micros.get, COLUMNS),
            *owners,
            account.id,
            row.level,
            row.date,
            connection.version or 1,
        )


def _move_cursor(asked: Asked, span: tuple[date, date], rows: list[MetricRow]) -> None:
    cursor = lock_cursor(asked.slice)
    covered = Covered(*span, shape=asked.slice.shape, asked_at=asked.at)
    coverage = queries.find_coverage(cursor).mark(covered)
    cursor.ranges = msgspec.to_builtins(coverage.ranges)
    reasons = {name: reason for row in rows for name, reason in row.reasons.items()}
    known = dict.fromkeys((name for row in rows for name in row.micros), "available")
    cursor.fields = {**cursor.fields, **reasons, **known}
    cursor.save(update_fields=["ranges", "fields"])


def _let_count(
    asked: Asked, connection: Connection, rows: list[MetricRow], changed: list[date]
) -> None:
    is_whole = asked.slice.level == asked.complete_level
    measures = {name for row in rows for name in row.micros} if is_whole else set()
    levels = dict.fromkeys(measures, asked.complete_level)
    let_count(asked, connection, levels, {MetricsChanged: changed})


def let_count(
    asked: Asked,
    connection: Connection,
    levels: dict[str, str],
    changed: Mapping[type[DaysChanged], list[date]],
) -> None:
    """Let what was written count, and tell which days of what changed, in the same transaction."""
    levels = {**connection.complete_levels, **levels}
    told = {event: days for event, days in changed.items() if days}
    if not told and levels == connection.complete_levels and connection.version:
        return
    connection.version = connection.version or 1
    connection.complete_levels = levels
    if told:
        connection.changed_at = asked.at
    for event, days_told in told.items():
        note_change(connection, event, first=days_told[0], last=days_told[-1], now=asked.at)
    connection.save(update_fields=["version", "complete_levels", "changed_at"])

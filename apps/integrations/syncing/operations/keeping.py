"""Keeping metrics: whole days are replaced, in the transaction in which their cursor moves."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from operator import attrgetter
from typing import Final, Generic, NamedTuple, TypeVar

import msgspec
from django.db.models import F

from apps.integrations.connections.models import Connection, VersionedRow
from apps.integrations.connections.operations import DaysChanged, publish_change
from apps.integrations.contract import MetricsChanged
from apps.integrations.metrics.models import COLUMNS, DailyMetric
from apps.integrations.metrics.operations import settle_channels
from apps.integrations.metrics.queries import read_spellings
from apps.integrations.platforms.rows import MetricRow, Slice
from apps.integrations.syncing import queries
from apps.integrations.syncing.coverage import Covered
from apps.integrations.syncing.models import Cursor, SyncRun, SyncSlice
from apps.integrations.syncing.operations.naming import keep_entities
from apps.integrations.syncing.zones import days, find_zone, today
from omnify.db import atomic
from omnify.jobs.steps import JobCancelledError
from omnify.names import fold

R = TypeVar("R", bound=VersionedRow)
#: About so many rows are replaced in one transaction, days never being cut.
BATCH_ROWS: Final = 2000
#: Whose difference makes a row another one.
_VALUES: Final = (
    *("channel", "account", "campaign", "ad", "currency", "is_provisional", "window"),
    *COLUMNS.values(),
)
_LONGEST_NAME: Final = 255


class Asked(NamedTuple):
    """Who asked what, when; ``complete_level`` is empty where nothing is to be summed."""

    run: SyncRun
    slice: SyncSlice
    complete_level: str
    at: datetime


class Diff(NamedTuple, Generic[R]):
    """What has to be done so that the kept rows are the new ones."""

    write: list[R]
    delete: list[R]
    counts: Counter[str]

    @property
    def days(self) -> list[date]:
        """Return the days of which anything is another now, by calendar."""
        return sorted({row.date for row in (*self.write, *self.delete)})


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
    new = [_make(asked, connection, row, spelled) for row in rows]
    kept = DailyMetric.objects.filter(
        connection=connection,
        platform_account=asked.slice.account,
        level=asked.slice.level,
        date__range=span,
        until__isnull=True,
    )
    diff = compare_rows(kept, new, keys=("entity_key", "date"), values=_VALUES)
    DailyMetric.objects.filter(id__in=[row.id for row in diff.delete]).delete()
    DailyMetric.objects.bulk_create(diff.write)
    keep_entities(asked.slice.account, connection, rows, spelled)
    _move_cursor(asked, span, rows)
    _let_count(asked, connection, rows, diff)
    note_run(asked.run, diff.counts)


def _make(
    asked: Asked, connection: Connection, row: MetricRow, spelled: dict[str, str]
) -> DailyMetric:
    account = asked.slice.account
    is_open = row.date >= today(find_zone(account.timezone), asked.at)
    columns = {COLUMNS[name]: micros for name, micros in row.micros.items() if name in COLUMNS}
    return DailyMetric(
        organization_id=connection.organization_id,
        # By ids: Django asks the router of each object that is set.
        connection_id=connection.id,
        platform_account_id=account.id,
        level=row.level,
        entity_key=row.entity_id or account.external_id,
        date=row.date,
        last_date=row.date,
        channel=spelled.get(fold(row.channel), row.channel),
        account=account.name[:_LONGEST_NAME],
        campaign=row.campaign[:_LONGEST_NAME],
        ad=row.ad[:_LONGEST_NAME],
        currency=row.currency or account.currency,
        since=connection.version or 1,
        is_provisional=is_open or row.is_provisional,
        window=connection.window,
        **columns,
    )


def compare_rows(
    kept: Iterable[R], new: Iterable[R], *, keys: tuple[str, ...], values: tuple[str, ...]
) -> Diff[R]:
    """Return what makes the kept rows the new ones, by the columns that identify a row."""
    key_of, values_of = attrgetter(*keys), attrgetter(*values)
    before = {key_of(row): row for row in kept}
    diff: Diff[R] = Diff([], [], Counter())
    for row in new:
        known = before.pop(key_of(row), None)
        if known is not None and values_of(known) == values_of(row):
            diff.counts["rows_unchanged"] += 1
            continue
        diff.counts["rows_new" if known is None else "rows_changed"] += 1
        diff.write.append(row)
        diff.delete.extend([known] if known else [])
    diff.counts["rows_removed"] += len(before)
    diff.delete.extend(before.values())
    return diff


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
    asked: Asked, connection: Connection, rows: list[MetricRow], diff: Diff[DailyMetric]
) -> None:
    is_whole = asked.slice.level == asked.complete_level
    measures = {name for row in rows for name in row.micros} if is_whole else set()
    levels = dict.fromkeys(measures, asked.complete_level)
    let_count(asked, connection, levels, {MetricsChanged: diff.days})


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
        publish_change(
            connection.organization_id,
            connection.id,
            first=days_told[0],
            last=days_told[-1],
            event=event,
        )
    connection.save(update_fields=["version", "complete_levels", "changed_at"])

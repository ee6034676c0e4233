"""Reading a slice whole, or in pieces that are whole each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from apps.integrations.platforms.port import Adapter, Api
from apps.integrations.platforms.refusals import IncompleteError, MalformedError, TooMuchError
from apps.integrations.platforms.rows import Account, MetricRow, Row, Slice
from apps.integrations.syncing.coverage import halve

#: Rows of several days that are held at once; a day is held whole, however many it has.
MOST_ROWS: Final = 50_000
Piece = tuple[Slice, list[Row]]


def read_whole(adapter: Adapter, api: Api, account: Account, wanted: Slice) -> Iterator[Piece]:
    """Yield a slice with its rows; one that is too much in halves by days, the newer first.

    A day that is too much is read by parts of its entities, and comes as one.

    Raises:
        PlatformError: of what was not yielded yet nothing counts.
    """
    try:
        rows = _read(adapter, api, account, wanted)
    except (TooMuchError, IncompleteError) as refusal:
        if isinstance(refusal, IncompleteError) and not refusal.may_halve:
            raise
        if wanted.since is None and wanted.days > 1:
            for half in halve(wanted):
                yield from read_whole(adapter, api, account, half)
            return
        rows = list(_read_parts(adapter, api, account, wanted, refusal))
        _check(rows, wanted)
    yield wanted, rows


def _read_parts(
    adapter: Adapter, api: Api, account: Account, wanted: Slice, refusal: Exception
) -> Iterator[Row]:
    """Yield the rows of a day by parts, each of which may have to be parted again."""
    parts = adapter.split(api, account, wanted)
    if not parts:
        raise refusal
    for part in parts:
        try:
            rows = _read(adapter, api, account, part)
        except (TooMuchError, IncompleteError) as again:
            if isinstance(again, IncompleteError) and not again.may_halve:
                raise
            yield from _read_parts(adapter, api, account, part, again)
        else:
            yield from rows


def _read(adapter: Adapter, api: Api, account: Account, wanted: Slice) -> list[Row]:
    rows: list[Row] = []
    for row in adapter.read(api, account, wanted):
        rows.append(row)
        if len(rows) > MOST_ROWS and wanted.days > 1 and wanted.since is None:
            raise TooMuchError(f"There are more than {MOST_ROWS} rows.")
    _check(rows, wanted)
    return rows


def _check(rows: list[Row], wanted: Slice) -> None:
    """Refuse numbers that were not asked, and such as come twice: their sums would be wrong."""
    seen: set[tuple[str, date]] = set()
    for row in rows:
        if not isinstance(row, MetricRow):
            continue
        if not wanted.first <= row.date <= wanted.last or row.level != wanted.level:
            raise MalformedError(
                f"The platform gave numbers of {row.date} at level {row.level}; asked were"
                f" {wanted.first} to {wanted.last} at level {wanted.level}."
            )
        key = (row.entity_id, row.date)
        if key in seen:
            raise MalformedError(f"The platform gave the same row twice: {key}.")
        seen.add(key)

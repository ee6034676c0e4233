"""Which slices a run asks, the newest days first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final, NamedTuple

import msgspec

from apps.integrations.accounts.models import PlatformAccount
from apps.integrations.accounts.queries import list_chosen
from apps.integrations.connections.models import Connection
from apps.integrations.platforms.registry import get_adapter
from apps.integrations.platforms.specs import PlatformSpec, StreamSpec
from apps.integrations.syncing import queries
from apps.integrations.syncing.coverage import Days, cut, slices_of
from apps.integrations.syncing.messages import SyncInput
from apps.integrations.syncing.models import SyncRun, SyncSlice
from apps.integrations.syncing.queries.streams import LONGEST_DAYS, wanted_days
from apps.integrations.syncing.zones import find_zone, today
from omnify.db import atomic

#: Changes are asked from so long before the last look: stamps may come late.
OVERLAP: Final = timedelta(minutes=10)


class _Look(NamedTuple):
    """A connection at a moment, and what is asked of it."""

    connection: Connection
    spec: PlatformSpec
    wanted: SyncInput
    now: datetime


def plan_run(run: SyncRun, now: datetime) -> None:
    """Write the slices of a run, once."""
    if run.is_planned:
        return
    wanted = msgspec.convert(run.wanted, SyncInput)
    slices = plan(run.connection, wanted, now)
    with atomic("integrations"):
        for position, each in enumerate(slices):
            each.run, each.position = run, position
        SyncSlice.objects.bulk_create(slices)
        run.is_planned = True
        run.notices = list(_find_notices(run.connection, slices, now))
        run.save(update_fields=["is_planned", "notices"])


def plan(connection: Connection, wanted: SyncInput, now: datetime) -> list[SyncSlice]:
    """Return what has to be asked of a connection, newest first, and of a day its sums first."""
    spec = get_adapter(connection.platform).spec
    look = _Look(connection, spec, wanted, now)
    accounts = list_chosen(connection)
    if wanted.accounts:
        accounts = accounts.filter(external_id__in=wanted.accounts)
    found = [
        each
        for account in accounts
        for stream in spec.streams
        if not (stream.level and wanted.levels) or stream.level in wanted.levels
        for each in _plan_stream(look, account, stream)
    ]

    def rank(each: SyncSlice) -> tuple[int, bool]:
        return -each.last_date.toordinal(), each.level not in ("", spec.complete_level)

    return sorted(found, key=rank)


def _find_notices(
    connection: Connection, slices: list[SyncSlice], now: datetime
) -> Iterator[dict[str, str]]:
    """Yield what people should know of a run: that changes are read by what came since."""
    spec = get_adapter(connection.platform).spec
    oldest = min((each.since for each in slices if each.since), default=now)
    if spec.remembered_days is not None and (now - oldest).days >= spec.remembered_days:
        message = (
            f"{spec.name} tells of changes for {spec.remembered_days} days and was asked last on"
            f" {oldest + OVERLAP:%d %B %Y}: all that is newer was read again by its day, and what"
            " was paid back since. Other changes of older orders may be missing; read their days"
            " again to be sure."
        )
        yield {"code": "changes_forgotten", "message": message}


def shape_of(connection: Connection, account: PlatformAccount, stream: StreamSpec) -> str:
    """Return how a stream is asked now; days that were asked in another way are asked again."""
    said = (stream.shape, connection.window, connection.measure, account.timezone, account.currency)
    return "|".join(said)


def _plan_stream(look: _Look, account: PlatformAccount, stream: StreamSpec) -> Iterator[SyncSlice]:
    connection, spec, wanted, now = look
    zone = find_zone(account.timezone)
    day = today(zone, now)
    cursor = queries.find_cursor(account, stream.name, stream.level)
    usual = wanted_days(connection, account, stream, day)
    shape = shape_of(connection, account, stream)
    since = cursor.changed_until if cursor and stream.by_change else None
    if wanted.from_date or wanted.to_date:
        asked = (wanted.from_date or usual[0], wanted.to_date or day)
        ranges = [cut(asked, history_days=spec.history_days or LONGEST_DAYS, today=day)]
    else:
        # What came after the first look at a stream of changes comes as changes.
        history = (usual[0], today(zone, since)) if since else usual
        refetch = () if stream.by_change else spec.refetch_days
        coverage = queries.find_coverage(cursor)
        ranges = [*coverage.find_due(history, shape=shape, refetch=refetch, now=now, zone=zone)]
        if since is not None:
            yield _make(look, account, stream, (today(zone, since - OVERLAP), day), since - OVERLAP)
    for first, last in filter(None, ranges):
        for span in slices_of(first, last, stream.slice_days):
            yield _make(look, account, stream, span)


def _make(
    look: _Look,
    account: PlatformAccount,
    stream: StreamSpec,
    span: Days,
    since: datetime | None = None,
) -> SyncSlice:
    return SyncSlice(
        organization_id=look.connection.organization_id,
        account=account,
        stream=stream.name,
        level=stream.level,
        first_date=span[0],
        last_date=span[1],
        since=since,
        shape=shape_of(look.connection, account, stream),
    )

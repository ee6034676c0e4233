"""What a run leaves in its connection's row, by which lists know the connection's state."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

import msgspec

from apps.integrations.accounts.models import PlatformAccount
from apps.integrations.accounts.queries import list_chosen
from apps.integrations.connections.models import Connection
from apps.integrations.connections.states import SyncFacts
from apps.integrations.platforms.registry import get_adapter
from apps.integrations.platforms.specs import StreamSpec
from apps.integrations.syncing import queries
from apps.integrations.syncing.coverage import Coverage, Days
from apps.integrations.syncing.models import Cursor, SyncRun, SyncSlice
from apps.integrations.syncing.operations.planning import wanted_days
from apps.integrations.syncing.zones import find_zone, today


class StreamFacts(NamedTuple):
    """How much of a stream and level of an account is here, of how many days."""

    account: PlatformAccount
    stream: StreamSpec
    cursor: Cursor | None
    coverage: Coverage
    wanted: Days
    whole: Days | None

    @property
    def done_days(self) -> int:
        """Count the wanted days that were read."""
        return self.coverage.count(*self.wanted)

    @property
    def wanted_days(self) -> int:
        """Count the wanted days."""
        return (self.wanted[1] - self.wanted[0]).days + 1


def list_streams(connection: Connection, now: datetime) -> Iterator[StreamFacts]:
    """Yield each stream and level of the accounts that are read."""
    spec = get_adapter(connection.platform).spec
    cursors = {
        (each.account_id, each.stream, each.level): each
        for each in Cursor.objects.filter(account__connection=connection)
    }
    for account in list_chosen(connection):
        zone = find_zone(account.timezone)
        for stream in spec.streams:
            cursor = cursors.get((account.id, stream.name, stream.level))
            coverage = queries.find_coverage(cursor)
            wanted = wanted_days(connection, account, stream, today(zone, now))
            yield StreamFacts(account, stream, cursor, coverage, wanted, coverage.find_whole(zone))


def note_facts(run: SyncRun, now: datetime) -> None:
    """Keep what is known of a connection after a run, or a part of it; nothing if it is gone."""
    found = SyncRun.objects.select_related("connection").filter(id=run.id).first()
    if found is None:
        return
    run = found
    streams = list(list_streams(run.connection, now))
    failed = run.slices.filter(state=SyncSlice.State.FAILED).values_list("stream", "level")
    orders = [each.whole for each in streams if each.stream.name == "orders"]
    whole = [each for each in orders if each is not None]
    are_known = bool(whole) and len(whole) == len(orders)
    begun = [each.account.began_on for each in streams if each.account.began_on]
    facts = SyncFacts(
        error=run.error_code if run.state == SyncRun.State.FAILED else "",
        failed=tuple(sorted({f"{stream} {level}".strip() for stream, level in failed})),
        disagreements=run.disagreements,
        done_days=sum(each.done_days for each in streams),
        wanted_days=sum(each.wanted_days for each in streams),
        whole_to=_find_whole_to(streams),
        asked_at=max(filter(None, (each.coverage.asked_last() for each in streams)), default=None),
        resume_at=run.resume_at if run.state == SyncRun.State.WAITING else None,
        orders_from=max(first for first, _ in whole) if are_known else None,
        orders_to=min(last for _, last in whole) if are_known else None,
        began_on=min(begun, default=None),
    )
    rows = Connection.objects.filter(id=run.connection_id)
    rows.update(sync_facts=msgspec.to_builtins(facts))


def _find_whole_to(streams: list[StreamFacts]) -> date | None:
    """Return the last day to which all streams are whole, None if one has none."""
    ends = [each.whole[1] if each.whole else None for each in streams]
    known = [end for end in ends if end is not None]
    return min(known) if known and len(known) == len(ends) else None

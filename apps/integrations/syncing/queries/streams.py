"""How much of each stream of a connection is here, of how many days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from apps.integrations.accounts.models import PlatformAccount
from apps.integrations.accounts.queries import list_chosen
from apps.integrations.connections.models import Connection
from apps.integrations.platforms.registry import get_adapter
from apps.integrations.platforms.specs import StreamSpec
from apps.integrations.syncing.coverage import Coverage, Days
from apps.integrations.syncing.models import Cursor
from apps.integrations.syncing.queries import find_coverage
from apps.integrations.syncing.zones import find_zone, today

#: How far back is asked where neither the platform nor a person says.
LONGEST_DAYS: Final = 3650


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
            coverage = find_coverage(cursor)
            wanted = wanted_days(connection, account, stream, today(zone, now))
            yield StreamFacts(account, stream, cursor, coverage, wanted, coverage.find_whole(zone))


def wanted_days(
    connection: Connection, account: PlatformAccount, stream: StreamSpec, day: date
) -> Days:
    """Return the days of a stream that are to be here on a day; only metrics have a depth.

    What the platform does not give without a scope is not wanted, nor what was before its account.
    """
    spec = get_adapter(connection.platform).spec
    depth = account.depth_days if stream.name == "metrics" else None
    # Where it is not known what was granted, all was.
    is_whole = stream.long_scope in ("", *connection.scopes) or not connection.scopes
    given = None if is_whole else stream.short_days
    kept = [days for days in (depth, spec.history_days, given) if days is not None]
    first = day - timedelta(days=min(kept, default=LONGEST_DAYS) - 1)
    return min(day, max(first, account.began_on or first)), day

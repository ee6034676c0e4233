"""How fresh a connection is, which measures come, and whether the sums are the platform's."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from apps.integrations.accounts.queries import list_chosen
from apps.integrations.connections.models import Connection
from apps.integrations.connections.queries import get_connection
from apps.integrations.connections.states import describe_state, read_facts
from apps.integrations.exceptions import SyncRangeError
from apps.integrations.platforms.registry import find_adapter
from apps.integrations.syncing.messages import (
    Field,
    Freshness,
    Period,
    ReconciledDay,
    Reconciliation,
    StreamFreshness,
)
from apps.integrations.syncing.queries.streams import StreamFacts, list_streams
from apps.integrations.syncing.queries.sums import compare
from omnify.services.messages import as_message

#: Days that are compared unless others are asked for.
_SPAN: Final = timedelta(days=27)


def tell_freshness(connection_id: UUID, now: datetime) -> Freshness:
    """Return how fresh a connection is.

    Raises:
        ConnectionNotFoundError: the organization has no connection with this id.
    """
    connection = get_connection(connection_id)
    facts = read_facts(connection)
    return Freshness(
        **describe_state(connection)._asdict(),
        next_sync_at=connection.next_sync_at,
        history_from=facts.orders_from,
        began_on=facts.began_on,
        streams=tuple(_to_freshness(each) for each in _streams_of(connection, now)),
    )


def tell_fields(connection_id: UUID, now: datetime) -> tuple[Field, ...]:
    """Return which of the platform's measures come at which level, and why others do not.

    Raises:
        ConnectionNotFoundError: the organization has no connection with this id.
    """
    connection = get_connection(connection_id)
    adapter = find_adapter(connection.platform)
    said: dict[tuple[str, str], str] = {}
    for each in _streams_of(connection, now):
        for measure, word in (each.cursor.fields if each.cursor else {}).items():
            key = (measure, each.stream.level)
            said[key] = "available" if said.get(key) == "available" else word
    levels = [each.level for each in adapter.spec.streams if each.level] if adapter else []
    measures = adapter.spec.measures if adapter else ()
    return tuple(
        Field(measure=measure, level=level, state=said.get((measure, level), "unknown"))
        for measure in measures
        for level in levels
    )


def reconcile(connection_id: UUID, wanted: Period, now: datetime) -> Reconciliation:
    """Return our sums beside the platform's own.

    Raises:
        ConnectionNotFoundError: the organization has no connection with this id.
        SyncRangeError: the last day is before the first.
    """
    connection = get_connection(connection_id)
    last = wanted.to_date or now.date()
    first = wanted.from_date or max(last, last.min + _SPAN) - _SPAN
    if first > last:
        raise SyncRangeError(first=first, last=last)
    found = [
        each for account in list_chosen(connection) for each in compare(account, (first, last))
    ]
    return Reconciliation(
        days=tuple(
            as_message(ReconciledDay, each, account=each.account.external_id) for each in found
        ),
        totals_disagree=sum(not each.agrees for each in found),
    )


def _streams_of(connection: Connection, now: datetime) -> list[StreamFacts]:
    """Return the streams of a connection's platform; files have none."""
    if find_adapter(connection.platform) is None:
        return []
    return list(list_streams(connection, now))


def _to_freshness(each: StreamFacts) -> StreamFreshness:
    return StreamFreshness(
        account=each.account.external_id,
        stream=each.stream.name,
        level=each.stream.level,
        first_date=each.whole[0] if each.whole else None,
        last_date=each.whole[1] if each.whole else None,
        asked_at=each.coverage.asked_last(),
        days=each.done_days,
        wanted_days=each.wanted_days,
    )

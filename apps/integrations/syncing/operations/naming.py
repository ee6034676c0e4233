"""Keeping campaigns, ad groups and ads as a platform calls them, of the rows that name them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from operator import attrgetter
from typing import Final, NamedTuple

from apps.integrations.accounts.models import PlatformAccount
from apps.integrations.connections.models import Connection
from apps.integrations.contract import EntitiesChanged
from apps.integrations.metrics.models import Entity
from apps.integrations.platforms.rows import MetricRow
from omnify.events import publish
from omnify.names import fold

#: What is said of one; a later last day alone is not told of.
_SAID: Final = ("parent_id", "name", "channel", "channel_type", "status", "last_date")
_words: Final = attrgetter(*_SAID)
_LONGEST_NAME: Final = 255
_LONGEST_WORD: Final = 64
_BATCH: Final = 500


class _Named(NamedTuple):
    """What a row says of one."""

    level: str
    external_id: str
    parent_id: str
    name: str
    status: str


def keep_entities(
    account: PlatformAccount,
    connection: Connection,
    rows: Iterable[MetricRow],
    spelled: dict[str, str],
) -> None:
    """Keep what rows name, each by its newest row, and tell where any is called otherwise.

    It is called in the transaction that keeps the rows.
    """
    newest = {
        (name.level, name.external_id): _make(account, connection, name, row, spelled)
        for name, row in _find_newest(rows)
    }
    known = _find_known(account, newest)
    new = [entity for key, entity in newest.items() if key not in known]
    other = [
        (kept, newest[key])
        for key, kept in known.items()
        if kept.last_date <= newest[key].last_date and _words(kept) != _words(newest[key])
    ]
    is_told = bool(new) or any(_words(kept)[:-1] != _words(now)[:-1] for kept, now in other)
    for kept, now in other:
        for name in _SAID:
            setattr(kept, name, getattr(now, name))
    Entity.objects.bulk_create(new, batch_size=_BATCH)
    Entity.objects.bulk_update([kept for kept, _ in other], _SAID, batch_size=_BATCH)
    if is_told:
        publish(
            EntitiesChanged(organization_id=connection.organization_id, connection_id=connection.id)
        )


def _find_known(
    account: PlatformAccount, keys: Collection[tuple[str, str]]
) -> dict[tuple[str, str], Entity]:
    ids = sorted({external_id for _, external_id in keys})
    found: dict[tuple[str, str], Entity] = {}
    for start in range(0, len(ids), _BATCH):
        rows = Entity.objects.filter(
            platform_account=account, external_id__in=ids[start : start + _BATCH]
        )
        found |= {(row.level, row.external_id): row for row in rows}
    return {key: row for key, row in found.items() if key in keys}


def _find_newest(rows: Iterable[MetricRow]) -> Iterable[tuple[_Named, MetricRow]]:
    """Return what rows name, each as its newest row has it, with that row."""
    newest: dict[tuple[str, str], tuple[_Named, MetricRow]] = {}
    by_day = attrgetter("date")
    # Most rows name what a newer one does: of each entity and group the newest is enough.
    last = {(row.entity_id, row.ad_group_id): row for row in sorted(rows, key=by_day)}
    for row in sorted(last.values(), key=by_day):
        for name in _names_of(row):
            newest[name.level, name.external_id] = name, row
    return newest.values()


def _names_of(row: MetricRow) -> Iterator[_Named]:
    """Yield the campaign of a row, or the ad with its group; of an account's row nothing."""
    if row.level == Entity.Level.CAMPAIGN and row.entity_id:
        yield _Named(row.level, row.entity_id, "", row.campaign, row.status)
    if row.level == Entity.Level.AD and row.entity_id:
        parent = row.ad_group_id or row.campaign_id
        yield _Named(row.level, row.entity_id, parent, row.ad, row.status)
        if row.ad_group_id:
            group = Entity.Level.AD_GROUP
            yield _Named(group, row.ad_group_id, row.campaign_id, row.ad_group, "")


def _make(
    account: PlatformAccount,
    connection: Connection,
    name: _Named,
    row: MetricRow,
    spelled: dict[str, str],
) -> Entity:
    return Entity(
        organization_id=connection.organization_id,
        connection=connection,
        platform_account=account,
        level=name.level,
        external_id=name.external_id,
        parent_id=name.parent_id,
        name=name.name[:_LONGEST_NAME],
        channel=spelled.get(fold(row.channel), row.channel),
        channel_type=row.channel_type[:_LONGEST_WORD],
        status=name.status[:_LONGEST_WORD],
        last_date=row.date,
    )

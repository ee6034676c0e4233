"""Making, changing and removing connections."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from uuid import UUID

from apps.integrations.connections import queries
from apps.integrations.connections.messages import ConnectionChange
from apps.integrations.connections.models import Connection
from apps.integrations.contract import MetricsChanged, OrdersChanged, TouchpointsChanged
from apps.integrations.exceptions import ConnectionNameTakenError, WindowUnknownError
from apps.integrations.platforms.refusals import RequestRefusedError
from apps.integrations.platforms.registry import find_adapter
from omnify.db import atomic
from omnify.events import publish
from omnify.names import fold

DaysChanged = MetricsChanged | OrdersChanged | TouchpointsChanged
#: Which moment of a connection an event tells of.
_MOMENTS: Final[dict[type[DaysChanged], str]] = {
    MetricsChanged: "changed_at",
    OrdersChanged: "orders_changed_at",
    TouchpointsChanged: "touchpoints_changed_at",
}
_CHANGEABLE: Final = (
    "name",
    "name_key",
    "is_primary",
    "interval_minutes",
    "window",
    "measure",
)


def lock_connection(*, platform: str, name: str, now: datetime) -> Connection:
    """Return a connection, a new one if there is none, locked until the transaction ends.

    Spellings that differ in case are one name, which stays as it was spelled first.
    """
    connection, _ = Connection.objects.get_or_create(
        platform=platform,
        name_key=fold(name),
        defaults={"name": name, "changed_at": now},
    )
    return Connection.objects.select_for_update().get(id=connection.id)


def take_version(
    connection: Connection, version: int, *, complete_levels: dict[str, str], now: datetime
) -> None:
    """Let a connection's rows of another version, and its brand, count, all at once."""
    connection.version = version
    connection.complete_levels = complete_levels
    connection.changed_at = now
    connection.save(update_fields=["version", "complete_levels", "changed_at", "brand_id"])


def change_connection(
    connection_id: UUID, change: ConnectionChange, *, now: datetime
) -> Connection:
    """Change what a person decides of a connection.

    Whose orders count is another then for all days of who was primary, and who is.

    Raises:
        ConnectionNotFoundError: the organization has no connection with this id.
        ConnectionNameTakenError: another connection of the platform has the name.
        WindowUnknownError: the platform gives no numbers under the window.
    """
    with atomic("integrations"):
        connection = queries.get_connection(connection_id)
        if change.name is not None:
            connection.name = change.name.strip()
            refuse_taken_name(connection)
        _refuse_window(connection, change.window)
        if change.primary is not None:
            _choose_primary(connection, is_primary=change.primary, now=now)
        for field, value in (
            ("interval_minutes", change.interval),
            ("window", change.window),
            ("measure", change.measure),
        ):
            if value is not None:
                setattr(connection, field, value)
        connection.save(update_fields=_CHANGEABLE)
    return connection


def _refuse_window(connection: Connection, window: str | None) -> None:
    adapter = find_adapter(connection.platform)
    if window is None or adapter is None:
        return
    try:
        adapter.refuse_window(window)
    except RequestRefusedError as error:
        raise WindowUnknownError(words=error.words) from error


def _choose_primary(connection: Connection, *, is_primary: bool, now: datetime) -> None:
    """Take a brand's orders from a connection, or from none that is chosen."""
    alike = Connection.objects.filter(brand_id=connection.brand_id, is_primary=True)
    former = list(alike if is_primary else alike.filter(id=connection.id))
    changed = {each.id: each for each in (*former, connection)}
    if is_primary != connection.is_primary or len(changed) > 1:
        Connection.objects.filter(id__in=changed).update(is_primary=False, changed_at=now)
        for each in changed.values():
            first, last = queries.find_span(each)
            if first and last:
                publish_change(each.organization_id, each.id, first=first, last=last)
    connection.is_primary = is_primary


def refuse_taken_name(connection: Connection) -> None:
    """Refuse a name that another connection of the platform has.

    Raises:
        ConnectionNameTakenError: another one has it, in any spelling.
    """
    found = queries.find_connection(platform=connection.platform, name=connection.name)
    if found is not None and found.id != connection.id:
        raise ConnectionNameTakenError(name=connection.name)


def close_connection(connection_id: UUID, now: datetime) -> None:
    """Keep what a connection brought, and let it bring nothing more.

    Raises:
        ConnectionNotFoundError: the organization has no connection with this id.
    """
    connection = queries.get_connection(connection_id)
    connection.disconnected_at, connection.next_sync_at = now, None
    connection.save(update_fields=["disconnected_at", "next_sync_at"])


def remove_connection(connection_id: UUID) -> None:
    """Remove a connection with all its metrics.

    Raises:
        ConnectionNotFoundError: the organization has no connection with this id.
    """
    connection = queries.get_connection(connection_id)
    first, last = queries.find_span(connection)
    with atomic("integrations"):
        connection.delete()
        if first and last:
            publish_change(connection.organization_id, connection_id, first=first, last=last)


def note_change(
    connection: Connection, event: type[DaysChanged], *, first: date, last: date, now: datetime
) -> None:
    """Keep when a connection changed, and publish that it did, in the caller's transaction."""
    Connection.objects.filter(id=connection.id).update(**{_MOMENTS[event]: now})
    publish_change(connection.organization_id, connection.id, first=first, last=last, event=event)


def publish_change(
    organization_id: UUID,
    connection_id: UUID,
    *,
    first: date,
    last: date,
    event: type[DaysChanged] = MetricsChanged,
) -> None:
    """Publish that a connection has other metrics between two days, or as ``event`` says."""
    publish(
        event(
            organization_id=organization_id,
            connection_id=connection_id,
            first_date=first,
            last_date=last,
        )
    )

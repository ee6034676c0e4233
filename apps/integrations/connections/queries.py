"""The organization's connections."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final, NamedTuple, TypeVar
from uuid import UUID

from django.db.models import Count, Max, Min, Q, QuerySet

from apps.auth.contract import Auth
from apps.integrations.connections.models import Connection, VersionedRow
from apps.integrations.contract import MAX_PAGE
from apps.integrations.exceptions import (
    ConnectionAmbiguousError,
    ConnectionNotFoundError,
    PlatformNotConnectedError,
)
from apps.integrations.platforms.configuration import get_configuration
from apps.integrations.platforms.registry import list_specs
from omnify.exceptions import CursorInvalidError
from omnify.names import fold
from omnify.services import client_of

#: A version's end is told of from so many days before it on.
TOLD_DAYS: Final = 60


class ApiVersion(NamedTuple):
    """The version of a platform's API that is asked, when it ends if that is known, and by whom."""

    name: str
    version: str
    ends: date | None
    connections: int


class EndingVersion(NamedTuple):
    """A version of a platform's API that connections ask, and the days until it ends."""

    platform: str
    name: str
    version: str
    ends: date
    days: int


D = TypeVar("D", bound=VersionedRow)


def get_connection(connection_id: UUID) -> Connection:
    """Return a connection of the organization.

    Raises:
        ConnectionNotFoundError: the organization has no connection with this id.
    """
    refusal = ConnectionNotFoundError(connection_id=connection_id)
    rows = Connection.objects.select_related("credential")
    return rows.get_or_refuse(refusal, id=connection_id)


def pick_connection(platform: str, connection_id: UUID | None) -> Connection:
    """Return the platform's connection that is meant, which need not be named if it is the only.

    Raises:
        ConnectionNotFoundError: the platform has no connection with this id.
        PlatformNotConnectedError: it has none.
        ConnectionAmbiguousError: it has several, and none is named.
    """
    found = find_pick(platform, connection_id)
    if found is None:
        raise PlatformNotConnectedError(platform=platform)
    return found


def find_pick(platform: str, connection_id: UUID | None) -> Connection | None:
    """Return the platform's connection that is meant, None where none is and there is none.

    Raises:
        ConnectionNotFoundError: the platform has no connection with this id.
        ConnectionAmbiguousError: it has several, and none is named.
    """
    rows = Connection.objects.filter(platform=platform, disconnected_at__isnull=True)
    rows = rows.select_related("credential")
    if connection_id is not None:
        refusal = ConnectionNotFoundError(connection_id=connection_id)
        return rows.get_or_refuse(refusal, id=connection_id)
    found = list(rows)
    if len(found) > 1:
        raise ConnectionAmbiguousError(platform=platform, count=len(found))
    return found[0] if found else None


def find_connection(*, platform: str, name: str) -> Connection | None:
    """Return the connection of a name in any spelling, None if there is none."""
    return Connection.objects.filter(platform=platform, name_key=fold(name)).first()


def list_connections() -> QuerySet[Connection]:
    """Return the organization's connections, newest first."""
    return Connection.objects.select_related("credential")


def list_organizations(after: UUID | None) -> tuple[tuple[UUID, ...], UUID | None]:
    """Return a page of all organizations with connections, and the next page's cursor."""
    rows = Connection.unscoped.order_by("organization_id")
    if after is not None:
        rows = rows.filter(organization_id__gt=after)
    page = rows.values_list("organization_id", flat=True).distinct()[: MAX_PAGE + 1]
    found = tuple(page)
    return found[:MAX_PAGE], found[MAX_PAGE - 1] if len(found) > MAX_PAGE else None


def list_platform_connections() -> QuerySet[Connection]:
    """Return the organization's connections to platforms, those of files left out."""
    return list_connections().exclude(platform="csv")


def list_names() -> dict[UUID, str]:
    """Return the names of the organization's members, who made what there is."""
    return {
        each.user_id: f"{each.first_name} {each.last_name}".strip() or each.email
        for each in client_of(Auth).list_members()
    }


def list_versions() -> list[ApiVersion]:
    """Return the versions of all platforms' APIs, with the connections of all organizations."""
    asked = Connection.unscoped.filter(disconnected_at__isnull=True).order_by("platform")
    counts = dict(asked.values_list("platform").annotate(Count("id")))
    found = []
    for spec in list_specs():
        own = get_configuration(spec.id)
        count = counts.get(spec.id, 0)
        found.append(ApiVersion(spec.name, own.api_version, own.api_version_ends, count))
    return found


def list_ending_versions(today: date) -> list[EndingVersion]:
    """Return the versions that end soon or have ended, of platforms that any connection asks."""
    found = []
    for spec in list_specs():
        configuration = get_configuration(spec.id)
        ends = configuration.api_version_ends
        if ends is None or (ends - today).days > TOLD_DAYS:
            continue
        asked = Connection.unscoped.filter(platform=spec.id, disconnected_at__isnull=True)
        if asked.exists():
            days = (ends - today).days
            found.append(EndingVersion(spec.id, spec.name, configuration.api_version, ends, days))
    return found


def read_page(rows: QuerySet[D], *, after: str, limit: int, key: str = "id") -> tuple[list[D], str]:
    """Return a page of dated rows by day, and the next page's cursor (empty on the last page).

    ``key`` is what rows have their id as.

    Raises:
        CursorInvalidError: no page gave ``after`` as its next.
    """
    limit = max(1, min(limit, MAX_PAGE))
    if after:
        day, row_id = _parse_cursor(after)
        # By the plain bound databases find where to begin; of the other they would read all.
        rows = rows.filter(Q(date__gt=day) | Q(date=day, id__gt=row_id), date__gte=day)
    page = list(rows.order_by("date", "id")[: limit + 1])
    if len(page) <= limit:
        return page, ""
    last = page[limit - 1]
    # Databases write an id as a text with hyphens or without.
    return page[:limit], f"{last.date.isoformat()}_{str(getattr(last, key)).replace('-', '')}"


def find_last_change() -> datetime | None:
    """Return when the metrics of any connection changed last."""
    changed_at: datetime | None = Connection.objects.aggregate(at=Max("changed_at"))["at"]
    return changed_at


def find_span(connection: Connection) -> tuple[date | None, date | None]:
    """Return the first and the last day with metrics of a connection."""
    days = connection.dailymetric_rows.aggregate(first=Min("date"), last=Max("last_date"))
    return days["first"], days["last"]


def _parse_cursor(text: str) -> tuple[date, UUID]:
    day, _, row_id = text.partition("_")
    try:
        return date.fromisoformat(day), UUID(hex=row_id)
    except ValueError as error:
        raise CursorInvalidError from error

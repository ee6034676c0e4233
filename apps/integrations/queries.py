"""What integrations reads: connections, imports, metrics in pages."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db.models import Max, Min, Q, QuerySet

from apps.integrations.contract import MAX_PAGE, DailyMetricsQuery
from apps.integrations.exceptions import ConnectionNotFoundError, CursorInvalidError
from apps.integrations.models import Connection, CsvImport, DailyMetric


def get_connection(connection_id: UUID) -> Connection:
    """A connection of the organization.

    Raises:
        ConnectionNotFoundError: it has none with this id.
    """
    found = Connection.objects.filter(id=connection_id).first()
    if found is None:
        raise ConnectionNotFoundError(connection_id=connection_id)
    return found


def list_connections() -> QuerySet[Connection]:
    """The organization's connections, newest first."""
    return Connection.objects.all()


def list_imports() -> QuerySet[CsvImport]:
    """The organization's imports, newest first."""
    return CsvImport.objects.all()


def find_latest_import(connection: Connection) -> CsvImport | None:
    """The import of a source that came last."""
    return CsvImport.objects.filter(connection=connection).order_by("-id").first()


def list_metrics(query: DailyMetricsQuery) -> tuple[list[DailyMetric], str]:
    """A page of metrics by day, and the cursor of the next page (empty on the last).

    Raises:
        CursorInvalidError: ``after`` is not a cursor of ours.
    """
    limit = max(1, min(query.limit, MAX_PAGE))
    rows = DailyMetric.objects.filter(date__range=(query.from_date, query.to_date))
    if query.channels:
        rows = rows.filter(Q(channel__in=query.channels) | Q(channel=""))
    if query.after:
        day, metric_id = _parse_cursor(query.after)
        rows = rows.filter(Q(date__gt=day) | Q(date=day, id__gt=metric_id))
    page = list(rows.order_by("date", "id")[: limit + 1])
    if len(page) <= limit:
        return page, ""
    last = page[limit - 1]
    return page[:limit], f"{last.date.isoformat()}_{last.id.hex}"


def find_last_change() -> datetime | None:
    """When any of the organization's metrics changed last."""
    found: datetime | None = Connection.objects.aggregate(at=Max("changed_at"))["at"]
    return found


def find_span(connection: Connection | None = None) -> tuple[date | None, date | None]:
    """The first and the last day with metrics, of all sources or of one."""
    rows = DailyMetric.objects.filter(connection=connection) if connection else DailyMetric.objects
    found = rows.aggregate(first=Min("date"), last=Max("date"))
    return found["first"], found["last"]


def _parse_cursor(text: str) -> tuple[date, UUID]:
    day, _, metric_id = text.partition("_")
    try:
        return date.fromisoformat(day), UUID(hex=metric_id)
    except ValueError as error:
        raise CursorInvalidError(cursor=text[:64]) from error

"""Daily metrics in pages, and the days that they cover."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Max, Min, Q, QuerySet

from apps.integrations.contract import MAX_PAGE, DailyMetricsQuery
from apps.integrations.metrics.models import Channel, DailyMetric
from omnify.exceptions import CursorInvalidError
from omnify.names import fold


def list_metrics(query: DailyMetricsQuery) -> tuple[list[DailyMetric], str]:
    """Return a page of metrics by day, and the next page's cursor (empty on the last page).

    Raises:
        CursorInvalidError: no page gave ``after`` as its next.
    """
    limit = max(1, min(query.limit, MAX_PAGE))
    rows = DailyMetric.counted().filter(date__lte=query.to_date, last_date__gte=query.from_date)
    if query.channels:
        rows = rows.filter(Q(channel__in=_spellings(query.channels)) | Q(channel=""))
    if query.after:
        day, metric_id = _parse_cursor(query.after)
        rows = rows.filter(Q(date__gt=day) | Q(date=day, id__gt=metric_id))
    page = list(rows.order_by("date", "id")[: limit + 1])
    if len(page) <= limit:
        return page, ""
    last = page[limit - 1]
    return page[:limit], f"{last.date.isoformat()}_{last.id.hex}"


def find_span() -> tuple[date | None, date | None]:
    """Return the first and the last day with metrics."""
    days = DailyMetric.counted().aggregate(first=Min("date"), last=Max("last_date"))
    return days["first"], days["last"]


def _spellings(channels: tuple[str, ...]) -> QuerySet[Channel, str]:
    """Return how channels are spelled that may be asked for in any case."""
    keys = [fold(channel) for channel in channels]
    return Channel.objects.filter(name_key__in=keys).order_by().values_list("name", flat=True)


def _parse_cursor(text: str) -> tuple[date, UUID]:
    day, _, metric_id = text.partition("_")
    try:
        return date.fromisoformat(day), UUID(hex=metric_id)
    except ValueError as error:
        raise CursorInvalidError from error

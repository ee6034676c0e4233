"""Daily metrics in pages, and the days that they cover."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import reduce
from operator import or_
from typing import Any, Final
from uuid import UUID

from django.db.models import CharField, Count, Min, Q
from django.db.models.functions import Cast

from apps.integrations.connections.models import Connection
from apps.integrations.connections.queries import read_page
from apps.integrations.contract import (
    CURRENCY,
    MAX_PAGE,
    MEASURES,
    DailyMetricsQuery,
    EntitiesQuery,
)
from apps.integrations.metrics.models import COLUMNS, SPANS, Channel, DailyMetric, Entity
from omnify.exceptions import CursorInvalidError
from omnify.names import fold

#: Ids as texts: to make a UUID of each takes as long as all the rest of a row.
_KEYS: Final = {
    "connection_key": Cast("connection_id", CharField()),
    "key": Cast("id", CharField()),
}
_AMOUNTS: Final = tuple(each.name for each in MEASURES if each.unit == CURRENCY)
#: What is read of metrics.
READ: Final = (
    *(*_KEYS, "level", "entity_key", "channel", "date", "last_date", "currency"),
    *COLUMNS.values(),
)


def list_metrics(query: DailyMetricsQuery) -> tuple[list[Any], str]:
    """Return a page of metrics by day, and the next page's cursor (empty on the last page).

    Rows have the columns of ``READ``: whole models take several times as long to make.

    Raises:
        CursorInvalidError: no page gave ``after`` as its next.
    """
    rows = DailyMetric.counted().filter(date__lte=query.to_date, last_date__gte=query.from_date)
    if query.connection_id is not None:
        rows = rows.filter(connection_id=query.connection_id, date__gte=query.from_date)
    elif not query.after:
        rows = rows.filter(date__gte=_find_first_begin(query.from_date))
    if query.channels:
        rows = rows.filter(Q(channel__in=spell_channels(query.channels)) | Q(channel=""))
    if query.measures:
        rows = rows.filter(_knows_any(query.measures))
    read: Any = rows.annotate(**_KEYS).values_list(*READ, named=True)
    return read_page(read, after=query.after, limit=query.limit, key="key")


def list_entities(query: EntitiesQuery) -> tuple[list[Entity], str]:
    """Return a page of entities with their accounts, and the next page's cursor, else empty.

    Raises:
        CursorInvalidError: no page gave ``after`` as its next.
    """
    rows = Entity.objects.select_related("platform_account")
    if query.levels:
        rows = rows.filter(level__in=query.levels)
    if query.after:
        rows = rows.filter(id__gt=_parse_id(query.after))
    limit = max(1, min(query.limit, MAX_PAGE))
    page = list(rows.order_by("id")[: limit + 1])
    return page[:limit], page[limit - 1].id.hex if len(page) > limit else ""


def _parse_id(text: str) -> UUID:
    try:
        return UUID(hex=text)
    except ValueError as error:
        raise CursorInvalidError from error


def _knows_any(measures: tuple[str, ...]) -> Q:
    """Return the condition that a metric knows one of some measures at least."""
    columns = [COLUMNS[name] for name in measures if name in COLUMNS]
    known = (Q(**{f"{column}__isnull": False}) for column in columns)
    return reduce(or_, known, Q(pk__in=()))


def find_span() -> tuple[date | None, date | None]:
    """Return the first and the last day with metrics.

    Each end is the first entry of an index; a minimum and a maximum together would read all rows.
    """
    rows = DailyMetric.counted()
    days = rows.order_by("date").values_list("date", flat=True)
    ends = rows.filter(SPANS).order_by("last_date").values_list("last_date", flat=True)
    lasts = [day for day in (days.last(), ends.last()) if day]
    return days.first(), max(lasts, default=None)


def list_foreign_days(currency: str) -> list[tuple[str, date]]:
    """Return the other currencies that metrics have money in, each with the days of its rates."""
    money = reduce(or_, (Q(**{f"{COLUMNS[name]}__isnull": False}) for name in _AMOUNTS))
    rows = DailyMetric.counted().filter(money).exclude(currency=currency)
    return list(rows.order_by().values_list("currency", "last_date").distinct())


def _find_first_begin(day: date) -> date:
    """Return the first day on which a span that holds a day may begin, or the day itself.

    Spans have an index of their own, so that days before need not be read to find that out. For a
    minimum alone databases walk through all days; counted as well, they use that index.
    """
    spans = DailyMetric.objects.filter(SPANS, last_date__gte=day)
    first = spans.aggregate(first=Min("date"), count=Count("*"))["first"]
    return min(first or day, day)


def spell_channels(channels: Iterable[str]) -> list[str]:
    """Return how the organization spells channels that may be asked for in any case."""
    keys = [fold(channel) for channel in channels]
    names = Channel.objects.filter(name_key__in=keys).order_by().values_list("name", flat=True)
    return list(names.distinct())


def list_channels() -> list[str]:
    """Return the names of the organization's channels by alphabet."""
    # Connections spell a channel alike, and each has a row of it.
    names = Channel.objects.order_by("name_key").values_list("name", flat=True)
    return list(names.distinct())


def read_spellings(connection: Connection | None) -> dict[str, str]:
    """Return how a connection's channels are spelled, by what their spellings have in common."""
    if connection is None:
        return {}
    channels = Channel.objects.filter(connection=connection)
    return dict(channels.values_list("name_key", "name"))

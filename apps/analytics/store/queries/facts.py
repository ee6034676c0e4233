"""What the store has between two days, as facts to count with."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db.models import F, QuerySet

from apps.analytics.metrics.facts import Fact
from apps.analytics.metrics.names import ALL, Names
from apps.analytics.store.models import SPANS, DayRollup
from apps.analytics.store.queries.slices import ROLLUP_COLUMNS
from apps.analytics.store.rows import MEASURES, RollupRow, to_fact
from omnify.giving_way import be_long, giving_way

_READ: Final = ("source_id", *ROLLUP_COLUMNS)
#: Where the measures of such a row begin.
_MICROS: Final = len(RollupRow._fields)
#: So many sums take longer than a short request does.
_LONG_READ: Final = 1000


def find_days(source_ids: Collection[UUID]) -> tuple[date | None, date | None]:
    """Return the first and the last day of some sources' facts; each is an end of an index."""
    rows = DayRollup.objects.filter(source_id__in=source_ids)
    days = rows.order_by("date").values_list("date", flat=True)
    ends = rows.filter(SPANS).order_by("last_date").values_list("last_date", flat=True)
    lasts = [day for day in (days.last(), ends.last()) if day]
    return days.first(), max(lasts, default=None)


def iter_facts(
    first: date,
    last: date,
    *,
    levels: Collection[str],
    channels: Names = ALL,
    measures: tuple[str, ...] = (),
) -> Iterator[Fact]:
    """Yield sums of facts of some levels that touch a range of days.

    With ``measures``, facts that know none are left out.
    """
    rows: QuerySet[Any] = DayRollup.objects.filter(level__in=levels)
    if measures:
        bits = sum(1 << MEASURES.index(name) for name in measures)
        rows = rows.annotate(asked=F("known").bitand(bits)).filter(asked__gt=0)
    inside = rows.filter(date__gte=first, date__lte=last)
    # An index has the spans alone, which may begin long before.
    begun = rows.filter(SPANS, date__lt=first, last_date__gte=first)
    for part in (begun, inside):
        yield from map(_to_fact, giving_way(_read(_of_channels(part, channels))))


def _of_channels(rows: QuerySet[Any], channels: Names) -> QuerySet[Any]:
    if channels.are_all:
        return rows
    names = rows.order_by().values_list("channel", flat=True).distinct()
    return rows.filter(channel__in=channels.choose(list(names)))


def _read(rows: QuerySet[Any]) -> list[Any]:
    found = list(rows.order_by("date").values_list(*_READ))
    if len(found) > _LONG_READ:
        be_long()
    return found


def _to_fact(row: tuple[Any, ...]) -> Fact:
    return to_fact(row[0], RollupRow._make((*row[1:_MICROS], row[_MICROS:])))

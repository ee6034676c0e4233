"""Our sums beside the platform's own, day by day, without tolerance."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Sum

from apps.integrations.accounts.models import PlatformAccount
from apps.integrations.metrics.models import COLUMNS, DailyMetric
from apps.integrations.platforms.registry import get_adapter
from apps.integrations.platforms.specs import PlatformSpec
from apps.integrations.syncing.coverage import Days
from apps.integrations.syncing.models import PlatformTotal


class Compared(NamedTuple):
    """A measure and day of an account, in millionths."""

    account: PlatformAccount
    date: date
    measure: str
    ours: int | None
    theirs: int
    is_provisional: bool

    @property
    def agrees(self) -> bool:
        """Tell whether both are alike; an open day changes between two questions."""
        return self.is_provisional or (self.ours or 0) == self.theirs


def compare(account: PlatformAccount, span: Days) -> Iterator[Compared]:
    """Yield our sums beside those that a platform gave, by day and measure."""
    level = _level_of(get_adapter(account.platform).spec)
    sums = _sum_rows(account, level, span)
    for total in PlatformTotal.objects.filter(account=account, date__range=span):
        own = sums.get(total.date, {})
        yield Compared(
            account,
            total.date,
            total.measure,
            own.get(COLUMNS.get(total.measure, "")),
            total.micros,
            bool(own.get("open", False)),
        )


def _level_of(spec: PlatformSpec) -> str:
    """Return at which level our sums are; those of orders are of the whole organization."""
    has_metrics = any(stream.name == "metrics" for stream in spec.streams)
    return spec.complete_level if has_metrics else DailyMetric.Level.ORGANIZATION.value


def _sum_rows(account: PlatformAccount, level: str, span: Days) -> dict[date, dict[str, Any]]:
    rows = DailyMetric.objects.filter(
        platform_account=account, level=level, date__range=span, until__isnull=True
    )
    sums = {column: Sum(column) for column in COLUMNS.values()}
    by_day = {each["date"]: each for each in rows.order_by("date").values("date").annotate(**sums)}
    open_days = set(rows.filter(is_provisional=True).values_list("date", flat=True))
    return {day: {**each, "open": day in open_days} for day, each in by_day.items()}

"""Read insights: the numbers of an account, its campaigns and its ads by day.

Numbers come as texts; they are kept exactly. An action that did not happen is left out of an
answer, so that no purchases are none; any other number that is missing is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final, NamedTuple

from msgspec.structs import replace

from apps.integrations.platforms.meta_ads import queries
from apps.integrations.platforms.meta_ads.queries import InsightsRow, Number
from apps.integrations.platforms.port import Api
from apps.integrations.platforms.refusals import IncompleteError, MalformedError, TooMuchError
from apps.integrations.platforms.rows import Account, MetricRow, Slice, Total
from apps.integrations.platforms.shapes import read_micros

CHANNEL: Final = "meta"
#: The most days of a report: longer ones fail more often than not.
LONGEST: Final = 30
#: What conversions are unless a person chose another action.
PURCHASE: Final = "omni_purchase"
#: People are counted once per entity: reach has no sum to compare.
_SUMMED: Final = ("spend", "impressions", "clicks", "conversions", "attributed_revenue")


class Counting(NamedTuple):
    """What counts as a conversion: an action, within windows of attribution."""

    action: str
    windows: tuple[str, ...]

    def add_up(self, stats: tuple[dict[str, Number], ...]) -> int:
        """Return the millionths of the action under all windows together."""
        found = [each for each in stats if each.get("action_type") == self.action]
        return sum(
            read_micros(each[name]) for each in found for name in self.windows if name in each
        )


def read(api: Api, account: Account, wanted: Slice) -> Iterator[MetricRow]:
    """Yield a slice's rows, counted as a person chose for the connection, or as is usual."""
    counting = Counting(wanted.measure or PURCHASE, queries.find_windows(wanted.window))
    query = queries.build_query(wanted, counting.windows)
    for row in queries.ask(api, account, query, wanted):
        yield _to_metric(row, wanted.level, counting)


def read_totals(api: Api, account: Account, wanted: Slice) -> Iterator[Total]:
    """Yield the sums of an account's days, counted as the rows of a slice are."""
    for row in _read_days(api, account, replace(wanted, level="account", part="")):
        for measure in _SUMMED:
            if measure in row.micros:
                yield Total(date=row.date, measure=measure, micros=row.micros[measure])


def _read_days(api: Api, account: Account, wanted: Slice) -> list[MetricRow]:
    """Return an account's rows, asked for in as short reports as Meta makes."""
    if wanted.days <= LONGEST:
        try:
            return list(read(api, account, wanted))
        except (TooMuchError, IncompleteError):
            if wanted.days == 1:
                raise
    middle = wanted.first + timedelta(days=wanted.days // 2)
    halves = (
        replace(wanted, last=middle - timedelta(days=1)),
        replace(wanted, first=middle),
    )
    return [row for half in halves for row in _read_days(api, account, half)]


def _to_metric(row: InsightsRow, level: str, counting: Counting) -> MetricRow:
    if row.date_stop != row.date_start:
        raise MalformedError("Meta gave a row of several days where one day was asked for.")
    plain = {
        "spend": row.spend,
        "impressions": row.impressions,
        "clicks": row.clicks,
        "reach": row.reach,
    }
    return MetricRow(
        level=level,
        date=row.date_start,
        entity_id=row.find_id(level),
        channel=CHANNEL,
        currency=row.account_currency,
        micros={
            **{name: read_micros(number) for name, number in plain.items() if number is not None},
            "conversions": counting.add_up(row.actions),
            "attributed_revenue": counting.add_up(row.action_values),
        },
        campaign_id=row.campaign_id,
        campaign=row.campaign_name,
        ad=row.ad_name,
    )

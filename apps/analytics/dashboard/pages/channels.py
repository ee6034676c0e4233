"""The channel table, for people and for a file."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from apps.analytics.dashboard.messages import CHANNEL_MEASURES
from apps.analytics.dashboard.pages.words import cell_of
from apps.analytics.dashboard.queries import ChannelStats, DashboardStats
from apps.analytics.metrics.measures import CURRENCY, MEASURES
from omnify.money import round_share
from omnify.pages.parts import Cell, Column, Empty, Table

DEFAULT_SORT: Final = "-spend"
#: The measures that the page shows; the file has the others too.
SHOWN: Final = ("spend", "impressions", "clicks", "cpc")
SORTABLE: Final = ("channel", "spend_share", *SHOWN)
OTHERS: Final = tuple(name for name in CHANNEL_MEASURES if name != "spend")


def channel_table(stats: DashboardStats, *, sort: str = DEFAULT_SORT, csv_url: str = "") -> Table:
    """Return the channels in the order of a column."""
    table = Table(
        id="channels",
        caption="Channels",
        csv_url=csv_url,
        columns=(
            Column("channel", "Channel", is_sortable=True),
            _column("spend", stats.currency),
            Column("spend_share", "Share", is_number=True, is_sortable=True),
            *(_column(name, stats.currency) for name in OTHERS),
        ),
        rows=tuple(_row(channel, stats.currency) for channel in stats.channels),
        empty=Empty(
            title="No channel has numbers in these days",
            text="Choose other days, or import a file that has them.",
        ),
    )
    return table.sorted_by(sort)


def _column(name: str, currency: str) -> Column:
    measure = MEASURES[name]
    unit = currency if measure.unit == CURRENCY else ""
    is_shown = name in SHOWN
    return Column(
        name, measure.label, unit, is_number=True, is_sortable=is_shown, is_shown=is_shown
    )


def _row(channel: ChannelStats, currency: str) -> tuple[Cell, ...]:
    spend, *others = (cell_of(name, channel.values[name], currency) for name in ("spend", *OTHERS))
    return (Cell(channel.name), spend, _share(channel.spend_share), *others)


def _share(share: Decimal | None) -> Cell:
    if share is None:
        return Cell()
    return Cell(round_share(share), f"{share:.1%}")

"""The channel table: its columns, its order, its cells for people and for a file."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from apps.analytics.metrics.rows import format_values
from apps.analytics.overview.pages.words import UNKNOWN, readable
from apps.analytics.overview.queries import ChannelStats, DashboardStats

#: Name, label, and whether it is money; the name is also what the address sorts by.
COLUMNS: Final = (
    ("channel", "Channel", False),
    ("spend", "Spend", True),
    ("spend_share", "Share", False),
    ("impressions", "Impressions", False),
    ("clicks", "Clicks", False),
    ("cpc", "Cost per click", True),
)
DEFAULT_SORT: Final = "-spend"
SORTS: Final = tuple((sign + name, label) for name, label, _ in COLUMNS for sign in ("", "-"))


def channel_table(stats: DashboardStats, *, sort: str, csv_url: str) -> dict[str, Any]:
    """The table as the shell's ``_table.html`` shows it."""
    return {
        "id": "channels",
        "caption": "Channels",
        "sort": sort,
        "csv_url": csv_url,
        "columns": [
            {
                "key": name,
                "label": label,
                "unit": stats.currency if is_money else "",
                "is_number": name != "channel",
                "is_sortable": True,
            }
            for name, label, is_money in COLUMNS
        ],
        "rows": [_cells(row, stats.currency) for row in sort_channels(stats.channels, sort)],
        "empty": {
            "title": "No channel has numbers in these days",
            "text": "Choose other days, or import a file that has them.",
        },
    }


def channel_records(stats: DashboardStats) -> list[dict[str, Any]]:
    """The table's exact values, a record a channel."""
    return [
        {
            "channel": channel.name,
            "spend_share": _share(channel.spend_share),
            **format_values(channel.values, stats.currency),
        }
        for channel in stats.channels
    ]


def sort_channels(channels: tuple[ChannelStats, ...], sort: str) -> list[ChannelStats]:
    """The channels by a column, descending with a minus; the unknown comes last either way."""
    name, is_descending = sort.removeprefix("-"), sort.startswith("-")
    by_name = sorted(channels, key=lambda channel: channel.name, reverse=is_descending)
    if name == "channel":
        return by_name
    known = [channel for channel in by_name if _value(channel, name) is not None]
    unknown = [channel for channel in by_name if _value(channel, name) is None]
    known.sort(key=lambda channel: _value(channel, name) or Decimal(0), reverse=is_descending)
    return known + unknown


def _cells(channel: ChannelStats, currency: str) -> list[dict[str, Any]]:
    texts = [
        _share(channel.spend_share)
        if name == "spend_share"
        else readable(name, channel.values[name], currency)
        for name, _, _ in COLUMNS[1:]
    ]
    numbers = [{"text": text or UNKNOWN, "is_number": True} for text in texts]
    return [{"text": channel.name}, *numbers]


def _share(share: Decimal | None) -> str:
    return "" if share is None else f"{share:.1%}"


def _value(channel: ChannelStats, name: str) -> Decimal | None:
    return channel.spend_share if name == "spend_share" else channel.values[name]

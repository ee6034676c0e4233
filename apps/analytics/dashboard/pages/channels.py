"""The channel table, for people and for a file."""

from __future__ import annotations

from decimal import Decimal
from typing import Final
from urllib.parse import quote

from msgspec.structs import replace

from apps.analytics.dashboard.messages import CHANNEL_MEASURES
from apps.analytics.dashboard.pages.words import IS_GOOD, cell_of, short, why_unknown
from apps.analytics.dashboard.queries.numbers import ChannelStats, DashboardStats
from apps.analytics.metrics.measures import CURRENCY, MEASURES
from omnify.money import round_share
from omnify.pages import numbers
from omnify.pages.parts import Cell, Column, Delta, Empty, Sparkline, Table

DEFAULT_SORT: Final = "-spend"
#: In the order of the page; those of the API come first, as the file had them.
MEASURE_COLUMNS: Final = (*CHANNEL_MEASURES, "attributed_revenue", "cpa")
SORTABLE: Final = ("channel", "spend_share", *MEASURE_COLUMNS)
#: So many columns stand before the trend.
_BEFORE: Final = 3
OTHERS: Final = tuple(name for name in MEASURE_COLUMNS if name != "spend")


def channel_table(
    stats: DashboardStats, *, sort: str = DEFAULT_SORT, csv_url: str = "", xlsx_url: str = ""
) -> Table:
    """Return the channels in the order of a column; columns without a value are in files alone."""
    known = {
        name
        for name in OTHERS
        if any(channel.values[name] is not None for channel in stats.channels)
    }
    table = Table(
        id="channels",
        caption="Channels",
        csv_url=csv_url,
        xlsx_url=xlsx_url,
        columns=(
            Column("channel", "Channel", is_name=True, is_sortable=True),
            _column("spend", stats.currency),
            Column("spend_share", "Share", is_number=True, is_sortable=True),
            *(_column(name, stats.currency, is_shown=name in known) for name in OTHERS),
        ),
        rows=tuple(_row(channel, stats.currency) for channel in stats.channels),
        empty=Empty(
            title="No channel has numbers in these days",
            text="Choose other days, or import a file that has them.",
        ),
    )
    return table.sorted_by(sort)


def with_course(table: Table, stats: DashboardStats, *, url: str, origin_url: str) -> Table:
    """Return the table as the page has it: with a way to each channel, trends, and the total.

    A measure's name ends ``origin_url``, which says where its total comes from.
    """

    def total_of(name: str) -> Cell:
        cell = cell_of(name, stats.totals.get(name), stats.currency, reason=why_unknown(name))
        if cell.value is None:
            return cell
        return replace(cell, url=f"{origin_url}{name}", is_detail=True)

    rows = [_with_trend(row, stats, url) for row in table.rows]
    total = (
        Cell("All channels"),
        total_of("spend"),
        Cell(text=numbers.share(Decimal(1)) if any(c.spend_share for c in stats.channels) else "–"),
        Cell(text=" "),
        *(total_of(name) for name in OTHERS),
    )
    return replace(
        table,
        columns=(*table.columns[:_BEFORE], Column("trend", "Trend"), *table.columns[_BEFORE:]),
        rows=tuple(rows),
        total=total if len(rows) > 1 else (),
    )


def _with_trend(row: tuple[Cell, ...], stats: DashboardStats, url: str) -> tuple[Cell, ...]:
    name = str(row[0].value)
    values = tuple(
        None if found is None or found.days.is_partial else found.value
        for found in (
            stats.course.value_of("spend", period, name) for period in stats.course.periods
        )
    )
    known = [value for value in values if value is not None]
    line: tuple[Sparkline, ...] = ()
    if len(known) > 1:
        ends = " to ".join(short("spend", value, stats.currency) for value in (known[0], known[-1]))
        line = (Sparkline(values=values, label=f"Spend on {name} by {stats.grain}: {ends}"),)
    named = replace(row[0], url=f"{url}{quote(name, safe='')}")
    return (named, *row[1:_BEFORE], Cell(parts=line), *row[_BEFORE:])


def _column(name: str, currency: str, *, is_shown: bool = True) -> Column:
    measure = MEASURES[name]
    unit = currency if measure.unit == CURRENCY else ""
    return Column(name, measure.label, unit, is_number=True, is_sortable=True, is_shown=is_shown)


def _row(channel: ChannelStats, currency: str) -> tuple[Cell, ...]:
    spend, *others = (_cell(name, channel, currency) for name in ("spend", *OTHERS))
    return (Cell(channel.name), spend, _share(channel.spend_share), *others)


def _cell(name: str, channel: ChannelStats, currency: str) -> Cell:
    cell = cell_of(name, channel.values[name], currency, reason=why_unknown(name))
    change = channel.changes.get(name)
    if change is None or cell.value is None:
        return cell
    return replace(cell, change=Delta.between(change.before, change.now, is_good=IS_GOOD.get(name)))


def _share(share: Decimal | None) -> Cell:
    if share is None:
        return Cell()
    return Cell(round_share(share), numbers.share(share))

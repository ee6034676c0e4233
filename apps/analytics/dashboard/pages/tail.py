"""What is foreseen, behind what is known: the chart with a forecast's values and their band."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from msgspec.structs import replace

from apps.analytics.dashboard.pages.chart import draw
from apps.analytics.dashboard.pages.words import short
from apps.analytics.dashboard.queries.numbers import DashboardStats
from apps.analytics.dashboard.queries.others import find_forecast
from apps.analytics.metrics.formats import format_value
from apps.analytics.metrics.measures import MEASURES
from apps.ml.contract import ForecastPoint, ForecastResult
from omnify.pages.days import say_days
from omnify.pages.parts import Link, Plot, Series
from omnify.pages.places import place_of
from omnify.pages.session import PageRequest

_BAND: Final = "80%"


def draw_ahead(
    request: PageRequest, stats: DashboardStats, measure: str = "", channel: str | None = None
) -> Plot:
    """Return what is drawn, with the forecast of its measure; by default that of revenue."""
    plot = draw(stats, measure, channel)
    found = find_forecast(stats, measure or ("spend" if channel else "revenue"), channel)
    if found is None:
        return plot
    return with_forecast(plot, found.result, url=place_of(request, "ml", found.path))


def with_forecast(plot: Plot, result: ForecastResult, *, url: str) -> Plot:
    """Return a plot with the forecast of the measure that one of its lines shows.

    A plot that does not show the last period that was learnt stays as it is: nothing is foreseen
    right behind it.
    """
    label = MEASURES[result.metric].label
    line = next((each for each in plot.series if each.name.lower() == label.lower()), None)
    if line is None or result.trained_to.isoformat() not in plot.categories or not result.points:
        return plot
    points = {point.period.isoformat(): point for point in result.points}
    categories = tuple(sorted({*plot.categories, *points}))
    ahead = [points.get(category) for category in categories]
    tail = Series(
        name=line.name,
        type="line",
        axis=line.axis,
        color=line.color,
        role="forecast",
        band=_BAND,
        values=_values(result, [point.value if point else None for point in ahead]),
        low=_values(result, [point.lo80 if point else None for point in ahead]),
        high=_values(result, [point.hi80 if point else None for point in ahead]),
    )
    return replace(
        plot,
        title=f"{plot.title}; {_said(result, result.points)}",
        about=f"{plot.about}; the forecast is dashed, with its {_BAND} band",
        categories=categories,
        series=(*(_padded(each, len(categories)) for each in plot.series), tail),
        link=Link(url, "Open the forecast") if url else None,
    )


def _values(result: ForecastResult, values: list[Decimal | None]) -> tuple[str | None, ...]:
    return tuple(format_value(result.metric, each, currency=result.currency) for each in values)


def _padded(series: Series, length: int) -> Series:
    """Return a series of so many periods: of those that are added nothing is known."""
    values = series.values + (None,) * (length - len(series.values))
    partial = series.partial and series.partial + ("",) * (length - len(series.partial))
    return replace(series, values=values, partial=partial)


def _said(result: ForecastResult, points: tuple[ForecastPoint, ...]) -> str:
    total = sum((point.value for point in points), Decimal(0))
    amount = short(result.metric, total, result.currency)
    periods = f"{len(points)} {result.grain}{'s' if len(points) > 1 else ''}"
    label = MEASURES[result.metric].label.lower()
    return f"{label} of {amount} expected in {periods} from {_day(points[0].period)}"


def _day(day: date) -> str:
    return say_days(day, day)

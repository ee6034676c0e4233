"""The pages of forecasts: those that were made, one of them, and asking for another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Final
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse

from apps.analytics.contract import Analytics, SeriesQuery
from apps.ml.contract import ForecastQuery, ForecastResult
from apps.ml.forms import LABELS, ForecastForm
from apps.ml.messages import Prediction
from apps.ml.models import StoredForecast
from apps.ml.operations import ask_forecast
from apps.ml.queries import find_stored, get_stored, list_stored, to_prediction
from omnify.api.heavy import heavy_work
from omnify.exceptions import InsufficientDataError, ServiceUnavailableError
from omnify.money import format_count, format_money
from omnify.names import fold, isolate
from omnify.pages import numbers
from omnify.pages.days import say_day
from omnify.pages.files import csv_file
from omnify.pages.forms import FormPage
from omnify.pages.parts import Cell, Chart, Column, Empty, Link, Plot, Series, Table, Tile
from omnify.pages.session import PageRequest, go_to
from omnify.pages.shell import Finder, Found
from omnify.pages.views import PageView
from omnify.services import client_of

#: So many are listed, and so many periods of the past are drawn.
_MOST: Final = 50
_PAST: Final = 52


class ForecastListView(PageView):
    """The forecasts that were made last."""

    access: ClassVar = {"GET": "analytics:view"}

    def get(self, request: PageRequest) -> HttpResponse:
        """Show them, the newest first."""
        found = [to_prediction(row) for row in _latest()]
        return self.show("omnify_ml/forecasts.html", {"table": _list(found)})


class MakeForecastView(FormPage):
    """Ask for a forecast."""

    access: ClassVar = {"GET": "analytics:view", "POST": "analytics:view"}
    form_class = ForecastForm
    heading = "New forecast"
    button = "Forecast"
    back = "ml:forecasts"

    @heavy_work(elsewhere=True)
    def run(self, given: dict[str, Any]) -> HttpResponse:
        """Make it, and lead to it; one that takes longer is listed once it is made."""
        query = ForecastQuery(**given)
        ask_forecast(query)
        stored = find_stored(query)
        if stored is None:
            return self.go_back("The forecast is being made; it will be listed here.")
        return go_to(self.request, reverse("ml:forecast", args=[stored.id]))


class ForecastView(PageView):
    """One forecast: its course, how good the method was, its numbers."""

    access: ClassVar = {"GET": "analytics:view"}

    def get(self, request: PageRequest, forecast_id: UUID) -> HttpResponse:
        """Show it."""
        made = to_prediction(get_stored(forecast_id))
        context = {
            "heading": _name(made.forecast),
            "made": made,
            "tiles": _quality(made.forecast),
            "chart": Chart(plot=_draw(made.forecast)),
            "points": _points(made, csv_url=reverse("ml:forecast.csv", args=[forecast_id])),
            "breadcrumbs": [
                Link(reverse("ml:forecasts"), "Forecasts"),
                Link("", _name(made.forecast)),
            ],
        }
        return self.show("omnify_ml/forecast.html", context)


class ForecastCsvView(PageView):
    """A forecast's numbers as a file."""

    access: ClassVar = {"GET": "analytics:view"}

    def get(self, request: PageRequest, forecast_id: UUID) -> HttpResponse:
        """Return a row a period."""
        made = to_prediction(get_stored(forecast_id))
        return csv_file(_points(made), name=f"forecast-{made.metric}-{made.made_at:%Y-%m-%d}")


def find_forecasts(asked: str) -> Iterator[Found]:
    """Yield stored forecasts by their measures and channels, the newest first."""
    for row in _latest():
        if fold(asked) in fold(_name(row)):
            url = reverse("ml:forecast", args=[row.id])
            ahead = f"{row.horizon} {row.grain}s ahead"
            yield Found(kind="Forecasts", label=_name(row), note=ahead, url=url)


FINDERS: Final = (Finder("analytics:view", find_forecasts),)


def _latest() -> QuerySet[StoredForecast]:
    return list_stored().order_by("-made_at", "id")[:_MOST]


def _list(found: list[Prediction]) -> Table:
    return Table(
        id="forecasts",
        caption="Forecasts",
        columns=(
            Column("metric", "Measure", is_name=True),
            Column("horizon", "Ahead"),
            Column("next", "Next period", is_number=True),
            Column("gain", "Against repeating the last value", is_number=True),
            Column("made_at", "Made"),
        ),
        rows=tuple(
            (
                Cell(_name(made.forecast), url=reverse("ml:forecast", args=[made.id])),
                Cell(f"{made.horizon} {made.grain}s"),
                _next(made.forecast),
                _gain(made.forecast),
                Cell(made.made_at, say_day(made.made_at)),
            )
            for made in found
        ),
        empty=Empty(
            title="No forecasts yet",
            text="Ask for one: it says how good its method was on your own past.",
            links=(Link(reverse("ml:new"), "New forecast"),),
        ),
    )


def _name(result: ForecastResult | StoredForecast) -> str:
    label = LABELS.get(result.metric, result.metric)
    return f"{label} of {isolate(result.channel)}" if result.channel else label


def _next(result: ForecastResult) -> Cell:
    if not result.points:
        return Cell()
    return Cell(result.points[0].value, _short(result.points[0].value, result))


def _gain(result: ForecastResult) -> Cell:
    gain = _gain_of(result)
    if gain is None:
        return Cell(reason="Repeating the last value was never wrong.")
    return Cell(gain, _say_gain(gain))


def _say_gain(gain: Decimal) -> str:
    return f"{numbers.share(abs(gain))} {'smaller' if gain > 0 else 'larger'} error"


def _gain_of(result: ForecastResult) -> Decimal | None:
    """Return by how much the error was smaller than that of repeating the last value."""
    tested = result.backtest
    return (tested.naive_mae - tested.mae) / tested.naive_mae if tested.naive_mae else None


def _quality(result: ForecastResult) -> tuple[Tile, ...]:
    tested, gain = result.backtest, _gain_of(result)
    last = f"of {tested.origins} tries, {tested.horizon} {result.grain}s ahead"
    return (
        Tile(
            label="Method",
            value=result.method.replace("_", " "),
            otherwise=f"learnt to {say_day(result.trained_to)}",
        ),
        Tile(label="Usual error", value=_short(tested.mae, result), otherwise=last),
        Tile(
            label="Against repeating the last value",
            value="" if gain is None else numbers.share(abs(gain)),
            otherwise=f"{'smaller' if gain and gain > 0 else 'larger'} error",
        ),
        Tile(
            label="Within the 80% band",
            value=numbers.share(tested.coverage80),
            otherwise="of what then happened",
        ),
    )


def _points(made: Prediction, *, csv_url: str = "") -> Table:
    result = made.forecast
    unit = result.currency if result.unit == "currency" else ""
    names = {
        "value": "Expected",
        "lo80": "80% from",
        "hi80": "80% to",
        "lo95": "95% from",
        "hi95": "95% to",
    }
    return Table(
        id="points",
        caption=f"By {result.grain}",
        csv_url=csv_url,
        columns=(
            Column("period", "Period"),
            *(Column(name, label, unit, is_number=True) for name, label in names.items()),
        ),
        rows=tuple(
            (
                Cell(point.period),
                *(
                    Cell(value, numbers.exact(value))
                    for value in (getattr(point, name) for name in names)
                ),
            )
            for point in result.points
        ),
    )


def _finding(result: ForecastResult) -> str:
    total = sum((point.value for point in result.points), Decimal(0))
    count = len(result.points)
    return f"{_name(result)}: {_short(total, result)} expected in {count} {result.grain}s"


def _draw(result: ForecastResult) -> Plot:
    past = _read_past(result)
    points = {point.period: point for point in result.points}
    periods = sorted({*past, *points})

    def values(of: dict[date, Decimal]) -> tuple[str | None, ...]:
        return tuple(_written(of[day], result) if day in of else None for day in periods)

    def bound(name: str) -> dict[date, Decimal]:
        return {day: getattr(point, name) for day, point in points.items()}

    series = [
        Series(
            name=LABELS.get(result.metric, result.metric),
            type="line",
            role="forecast",
            band="95%",
            values=values(bound("value")),
            low=values(bound("lo95")),
            high=values(bound("hi95")),
        )
    ]
    if past:
        label = LABELS.get(result.metric, result.metric)
        series.insert(0, Series(name=label, type="line", role="total", values=values(past)))
    return Plot(
        title=_finding(result),
        about=f"{_name(result)} by {result.grain}, with the 95% band",
        unit=result.currency if result.unit == "currency" else "",
        grain=result.grain,
        categories=tuple(day.isoformat() for day in periods),
        series=tuple(series),
    )


def _read_past(result: ForecastResult) -> dict[date, Decimal]:
    """Return the last periods that were learnt, nothing while analytics does not answer."""
    query = SeriesQuery(measure=result.metric, grain=result.grain, channel=result.channel)
    try:
        series = client_of(Analytics).daily_series(query)
    except (InsufficientDataError, ServiceUnavailableError):
        return {}
    known = [(each.period, each.value) for each in series.points if not each.is_partial]
    return {
        period: value
        for period, value in known[-_PAST:]
        if value is not None and period <= result.trained_to
    }


def _short(value: Decimal, result: ForecastResult) -> str:
    if result.unit == "currency":
        return numbers.short_money(value, result.currency)
    return numbers.compact(value)


def _written(value: Decimal, result: ForecastResult) -> str:
    if result.unit == "currency":
        return format_money(value, result.currency)
    return format_count(value)

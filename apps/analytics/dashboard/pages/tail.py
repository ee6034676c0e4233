"""What is foreseen, behind what is known: it comes once the page is there, and into its files."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final
from urllib.parse import urlencode

from django import forms
from django.urls import reverse
from msgspec.structs import asdict

from apps.analytics.dashboard.pages.chart import draw
from apps.analytics.dashboard.pages.words import short
from apps.analytics.dashboard.queries.numbers import DashboardStats
from apps.analytics.dashboard.queries.others import AWAY, Charted, find_forecast
from apps.analytics.metrics.formats import format_value
from apps.analytics.metrics.measures import MEASURES, Additive
from apps.analytics.metrics.periods import GRAINS
from apps.ml.contract import ForecastResult
from omnify.pages.addresses import read_form
from omnify.pages.days import say_days
from omnify.pages.parts import Ahead, Chart, Link, Plot, Series
from omnify.pages.places import place_of
from omnify.pages.session import PageRequest

_BAND: Final = "80%"
_NONE: Final = "No forecast goes on from these numbers."
_AWAY: Final = "Forecasts do not answer now. The numbers are complete."
#: Measures that add up over days, which alone are forecast.
_FORESEEN: Final = [
    (name, measure.label)
    for name, measure in MEASURES.items()
    if isinstance(measure, Additive) and "day" in measure.additive_over
]


class ChartedForm(forms.Form):
    """What an address says of the line behind which a forecast goes on."""

    measure = forms.ChoiceField(choices=_FORESEEN)
    grain = forms.ChoiceField(choices=[(grain, grain) for grain in GRAINS])
    currency = forms.RegexField(r"^[A-Z]{3}$")
    first = forms.DateField()
    last = forms.DateField()
    channel = forms.CharField(required=False, max_length=200)
    as_of = forms.DateTimeField(required=False)


def make_chart(
    stats: DashboardStats, measure: str, channel: str = "", *, csv_url: str, xlsx_url: str
) -> Chart:
    """Return the chart of what is known, with the address of what is foreseen behind it."""
    plot = draw(stats, measure, channel or None)
    charted = _find_charted(stats, plot, measure, channel)
    ahead = f"{reverse('analytics:ahead')}?{_write(charted)}" if charted else ""
    line = plot.find_line(MEASURES[charted.measure].label) if charted else None
    return Chart(
        plot=plot,
        csv_url=csv_url,
        xlsx_url=xlsx_url,
        ahead_url=ahead,
        ahead_name=line.name if line else "",
    )


def draw_ahead(stats: DashboardStats, measure: str = "", channel: str = "") -> Plot:
    """Return what is drawn with what is foreseen behind it, as files have it."""
    plot = draw(stats, measure, channel or None)
    charted = _find_charted(stats, plot, measure, channel)
    try:
        found = find_forecast(charted) if charted else None
    except AWAY:
        return plot
    return plot.followed_by(_ahead_of(found.result)) if found else plot


def read_charted(sent: Mapping[str, str]) -> Charted:
    """Return what an address says.

    Raises:
        InvalidInputError: ``errors`` names each parameter that says what cannot be.
    """
    return Charted(**read_form(ChartedForm(sent), "There is no forecast of this."))


def find_ahead(request: PageRequest, charted: Charted) -> Ahead:
    """Return the forecast of a chart's line, else why there is none."""
    try:
        found = find_forecast(charted)
    except AWAY:
        return Ahead(text=_AWAY)
    if found is None:
        return Ahead(text=_NONE)
    return _ahead_of(found.result, url=place_of(request, "ml", found.path))


def _find_charted(stats: DashboardStats, plot: Plot, measure: str, channel: str) -> Charted | None:
    """Return the line that a forecast may go on from: by default that of revenue."""
    name = measure or ("spend" if channel else "revenue")
    is_foreseen = any(name == known for known, _ in _FORESEEN)
    periods = stats.course.periods
    if not is_foreseen or not periods or plot.find_line(MEASURES[name].label) is None:
        return None
    return Charted(
        measure=name,
        grain=stats.grain,
        currency=stats.currency,
        first=periods[0],
        last=periods[-1],
        channel=channel,
        as_of=stats.as_of,
    )


def _write(charted: Charted) -> str:
    return urlencode({name: value for name, value in asdict(charted).items() if value})


def _ahead_of(result: ForecastResult, *, url: str = "") -> Ahead:
    def written(values: list[Decimal]) -> tuple[str | None, ...]:
        return tuple(format_value(result.metric, each, currency=result.currency) for each in values)

    points = result.points
    return Ahead(
        text=_say(result),
        link=Link(url, "Open the forecast") if url else None,
        categories=tuple(point.period.isoformat() for point in points),
        series=Series(
            name=MEASURES[result.metric].label,
            type="line",
            role="forecast",
            band=_BAND,
            values=written([point.value for point in points]),
            low=written([point.lo80 for point in points]),
            high=written([point.hi80 for point in points]),
        ),
    )


def _say(result: ForecastResult) -> str:
    points = result.points
    total = sum((point.value for point in points), Decimal(0))
    amount = short(result.metric, total, result.currency)
    periods = f"{len(points)} {result.grain}{'s' if len(points) > 1 else ''}"
    first = say_days(points[0].period, points[0].period)
    label = MEASURES[result.metric].label.lower()
    return f"Dashed: {label} of {amount} expected in {periods} from {first}, {_BAND} band."

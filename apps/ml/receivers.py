"""Handle the events of other services."""

from __future__ import annotations

from apps.integrations.contract import MetricsChanged, RatesChanged
from apps.ml.operations import request_refresh
from omnify.events import on


@on(MetricsChanged)
def refresh_when_metrics_change(_event: MetricsChanged) -> None:
    """Request new forecasts: the stored ones rest on former metrics."""
    request_refresh()


@on(RatesChanged)
def refresh_when_rates_change(_event: RatesChanged) -> None:
    """Request new forecasts: the stored ones rest on amounts at former rates."""
    request_refresh()

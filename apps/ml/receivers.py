"""Handle the events of other services."""

from __future__ import annotations

from apps.analytics.contract import FactsChanged
from apps.integrations.contract import RatesChanged
from apps.ml.operations import request_refresh
from omnify.events import on


@on(FactsChanged)
def refresh_when_facts_change(_event: FactsChanged) -> None:
    """Request new forecasts: the stored ones rest on former facts."""
    request_refresh()


@on(RatesChanged)
def refresh_when_rates_change(_event: RatesChanged) -> None:
    """Request new forecasts: the stored ones rest on amounts at former rates."""
    request_refresh()

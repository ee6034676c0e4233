"""What ml does when something happened elsewhere."""

from __future__ import annotations

from apps.integrations.contract import MetricsChanged
from apps.ml.operations import request_refresh
from omnify.events import on


@on(MetricsChanged)
def refresh_when_metrics_change(_event: MetricsChanged) -> None:
    """The forecasts that were made rest on other numbers now."""
    request_refresh()

"""What other services add to the dashboard, which goes on without those that do not answer."""

from __future__ import annotations

from apps.agentkit.contract import Agentkit, LatestFindings
from apps.analytics.dashboard.queries.numbers import DashboardStats
from apps.analytics.metrics.measures import MEASURES, Additive
from apps.ml.contract import Ml, StoredPrediction
from omnify.exceptions import ServiceUnavailableError, UnknownMethodError
from omnify.services import client_of

#: No process answers; or one of an earlier version, which does not know the question.
_AWAY = (ServiceUnavailableError, UnknownMethodError)


def find_findings() -> LatestFindings | None:
    """Return what agents found last, None where agentkit does not answer."""
    try:
        found: LatestFindings = client_of(Agentkit).latest_findings()
    except _AWAY:
        return None
    return found


def find_forecast(
    stats: DashboardStats, measure: str, channel: str | None
) -> StoredPrediction | None:
    """Return the latest forecast of a measure by the dashboard's grain that still holds.

    It holds while the data that it was made of is the present one. None without one, where ml does
    not answer, and of measures that do not add up over days.
    """
    known = MEASURES[measure]
    if not isinstance(known, Additive) or "day" not in known.additive_over:
        return None
    try:
        found: StoredPrediction | None = client_of(Ml).latest_prediction(
            measure, stats.grain, channel or ""
        )
    except _AWAY:
        return None
    if found is None or found.result.currency != stats.currency:
        return None
    return found if found.result.as_of == stats.as_of else None

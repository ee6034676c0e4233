"""The dashboard's numbers over HTTP."""

from __future__ import annotations

from apps.analytics.dashboard.messages import DashboardQuery, DashboardResult
from apps.analytics.dashboard.queries.results import get_result
from omnify.api.routes import route
from omnify.api.views import ServiceView


class DashboardStatsView(ServiceView):
    @route("analytics:view", summary="Get the dashboard's numbers", calls=3)
    def get(self, query: DashboardQuery) -> DashboardResult:
        return get_result(query)

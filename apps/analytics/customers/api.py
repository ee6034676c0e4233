"""Cohorts of customers over HTTP."""

from __future__ import annotations

from apps.analytics.customers.messages import CohortsQuery, CohortsResult
from apps.analytics.customers.operations import answer_cohorts
from omnify.api.heavy import heavy_work
from omnify.api.routes import route
from omnify.api.views import ServiceView


class CohortListView(ServiceView):
    @route(
        "analytics:view",
        summary="Get cohorts of customers",
        description="By the month or week of their first purchase over all history, whatever range"
        " is asked for. Money is net of refunds, at the rate of the day it was paid or paid back."
        " 422 `insufficient_data` where no customer has an order.",
        calls=4,
    )
    def get(self, query: CohortsQuery) -> CohortsResult:
        with heavy_work():
            return answer_cohorts(query)
